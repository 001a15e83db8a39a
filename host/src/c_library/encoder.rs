//! An encoder as C: its sizes as constants, and its bytes as an array.

use std::fmt::Write;

use dim_model_format::{Model, Shape, TapKind};

/// Bytes of a line of the array.
const LINE: usize = 20;

/// `dim_encoder.h`, for a file of so many bytes, with its signature if it has one, and a header of an ABI.
pub(super) fn header(model: &Model<'_>, file_bytes: usize, abi: &str) -> String {
    let shape = |kind| model.tap(kind).map_or(Shape::new(0, 0, 0), |id| model.tensor(id).shape);
    let (image, map) = (model.input_shape(), shape(TapKind::FeatureMap));
    let mut constants = String::new();
    for (name, comment, value) in [
        ("BYTES", "Bytes of the file, #dim_encoder, with its signature if it has one.", file_bytes as u64),
        ("ARENA_BYTES", "Bytes of the arena, to be aligned by #DIM_ALIGNED.", model.arena_bytes() as u64),
        ("HEIGHT", "Rows of an image.", image.height.into()),
        ("WIDTH", "Columns of an image.", image.width.into()),
        ("CHANNELS", "Channels of an image.", image.channels.into()),
        ("IMAGE_BYTES", "Bytes of an image.", image.elements()),
        ("UNITS", "Codes of an embedding.", shape(TapKind::Embedding).elements()),
        ("MAP_HEIGHT", "Rows of the local feature map; 0 if the encoder taps none.", map.height.into()),
        ("MAP_WIDTH", "Columns of the local feature map.", map.width.into()),
        ("MAP_CHANNELS", "Channels of the local feature map.", map.channels.into()),
        ("MAP_CODES", "Codes of the local feature map.", map.elements()),
        ("HAS_PROOF", "Whether dim_prove() has something to compare with.", model.proof().is_some().into()),
    ] {
        let _ = write!(constants, "/** {comment} */\n#define DIM_ENCODER_{name} {value}\n");
    }
    let (name, identity) = (string(model.about().name), model.identity());
    format!(
        "/**\n * @file dim_encoder.h\n * An encoder and its sizes, written by `dim export`.\n */\n\
         #ifndef DIM_ENCODER_H\n#define DIM_ENCODER_H\n\n#include \"dim.h\"\n\n\
         #if DIM_ABI != {abi}\n#error \"dim_encoder.h was exported with another dim.h: export both again\"\n#endif\n\n\
         /** Name of the encoder. */\n#define DIM_ENCODER_NAME {name}\n\
         /** What its embeddings depend on, as `dim inspect` shows it. */\n#define DIM_ENCODER_IDENTITY \"{identity}\"\n\
         {constants}\n#ifdef __cplusplus\nextern \"C\" {{\n#endif\n\n\
         /** The file, aligned to #DIM_ALIGNMENT. It is constant, so that it stays in flash. */\n\
         extern const uint8_t dim_encoder[DIM_ENCODER_BYTES];\n\n#ifdef __cplusplus\n}}\n#endif\n\n#endif\n"
    )
}

/// `dim_encoder.c`.
pub(super) fn array(file: &[u8]) -> String {
    let mut lines = String::with_capacity(file.len() * 5);
    for line in file.chunks(LINE) {
        lines.push_str("   ");
        line.iter().for_each(|byte| lines.extend([" ", &byte.to_string(), ","]));
        lines.push('\n');
    }
    format!(
        "/* The bytes of the encoder, written by `dim export`. */\n#include \"dim_encoder.h\"\n\n\
         DIM_ALIGNED const uint8_t dim_encoder[DIM_ENCODER_BYTES] = {{\n{lines}}};\n"
    )
}

/// A constant string of C. Whatever is no letter, digit or plain mark is written by its number, so that nothing ends the string,
/// and none of the old trigraphs is made.
fn string(text: &str) -> String {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b" -_.,:+/()".contains(&byte);
    let byte = |byte: u8| if plain(byte) { char::from(byte).to_string() } else { format!("\\{byte:03o}") };
    format!("\"{}\"", text.bytes().map(byte).collect::<String>())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_strings_of_c() {
        assert_eq!(string("edge28-s"), r#""edge28-s""#);
        assert_eq!(string("a\"b\\c\n?9*/ä"), r#""a\042b\134c\012\0779\052/\303\244""#);
    }

    #[test]
    fn bytes_are_numbers() {
        assert!(array(&[0, 7, 255]).ends_with("[DIM_ENCODER_BYTES] = {\n    0, 7, 255,\n};\n"));
        assert_eq!(array(&[1; 41]).lines().count(), 4 + 3 + 1);
    }
}
