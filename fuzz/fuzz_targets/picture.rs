//! Any bytes are a picture, which comes in the size that was asked for, or an error.
#![no_main]

use dim_fuzz::with_checksums;
use dim_host::data::in_memory::read_picture;
use dim_model_format::Shape;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let Some((kind, rest)) = bytes.split_first() else { return };
    let shape = if kind & 2 == 0 { Shape::new(3, 5, 3) } else { Shape::new(4, 2, 1) };
    let file = match kind & 5 {
        0 => with_checksums(rest),
        1 => [b"\xff\xd8\xff", rest].concat(),
        // WebP, GIF, BMP or TIFF, or what the fuzzer makes of them.
        _ => rest.to_vec(),
    };
    if let Ok(pixels) = read_picture(&file, shape) {
        assert_eq!(pixels.len() as u64, shape.elements());
    }
});
