//! A committed file of format 1.7: an encoder with its critic.
//!
//! The file never changes. A change of the format adds another one beside it.

use dim_model_format::{
    About, Add, Clamp, Error, Filter, Model, ModelBuilder, Quantization, Rescale, Shape, TapKind, TensorId, Window,
};

use crate::draft::crc32;

pub(crate) const FILE: &[u8] = include_bytes!("../golden/critic-1.7.dim");
const MAP: Quantization = Quantization { scale: 0.5, zero_point: -128 };
const CRITIC: Quantization = Quantization { scale: 0.25, zero_point: 0 };

/// What the taps of a critic are.
#[derive(Clone, Copy)]
struct Taps {
    map: Option<Quantization>,
    embedding: Option<Quantization>,
    /// Numbers of the embedding.
    width: i8,
    /// Whether there are as many cells as in the local feature map.
    has_all_cells: bool,
    has_feature_map: bool,
}

const WHOLE: Taps =
    Taps { map: Some(CRITIC), embedding: Some(CRITIC), width: 3, has_all_cells: true, has_feature_map: true };

fn write(taps: Taps) -> Result<Vec<u8>, Error> {
    let filter = |first: i8, outputs: i8, fan_in: i8| Filter {
        weights: (0..outputs * fan_in).map(|index| first + index).collect(),
        bias: (0..outputs).map(i32::from).collect(),
        multiplier: vec![1 << 30; outputs as usize],
        shift: vec![-7; outputs as usize],
    };
    let mut builder = ModelBuilder::new(About::named("critic"), Shape::new(4, 2, 1));
    let cell = Window::square(1, 1, 0);
    let map = builder.conv2d(builder.input(), Window::square(2, 2, 0), Clamp::NONE, &filter(-4, 2, 4), MAP);
    let y = builder.fully_connected(map, Clamp::NONE, &filter(-8, 4, 4), MAP);
    let of_map = taps.map.unwrap_or(CRITIC);
    let window = if taps.has_all_cells { cell } else { Window { kernel: [2, 1], ..cell } };
    let fan_in = if taps.has_all_cells { 2 } else { 4 };
    let inner = builder.conv2d(map, window, Clamp::NONE, &filter(1, 3, fan_in), of_map);
    let of_cells = builder.add(
        Add {
            inputs: [inner; 2],
            left_shift: 20,
            input_rescale: [Rescale { multiplier: 1 << 30, shift: 0 }; 2],
            output_rescale: Rescale { multiplier: 1 << 30, shift: -19 },
            clamp: Clamp::NONE,
        },
        of_map,
    );
    let of_y = builder.fully_connected(y, Clamp::NONE, &filter(-5, taps.width, 4), taps.embedding.unwrap_or(CRITIC));
    if taps.has_feature_map {
        builder.tap(TapKind::FeatureMap, map);
    }
    builder.tap(TapKind::Embedding, y);
    let critic = [(TapKind::CriticMap, taps.map, of_cells), (TapKind::CriticEmbedding, taps.embedding, of_y)];
    for (kind, of, tensor) in critic {
        // Read by no one it would be refused for that.
        builder.tap(if of.is_some() { kind } else { TapKind::Fc }, tensor);
    }
    builder.finish()
}

#[test]
fn the_writer_gives_these_bytes() {
    assert_eq!(write(WHOLE).unwrap(), FILE);
}

#[test]
fn the_bytes() {
    assert_eq!(FILE[8..12], [1, 0, 7, 0], "format 1.7");
    assert_eq!(FILE[FILE.len() - 4..], crc32(&FILE[..FILE.len() - 4]).to_le_bytes());
    // Length of the list, then kind and tensor of each.
    let taps = [8, 0, 1, 3, 2, 4, 4, 5, 5];
    assert!(FILE.windows(taps.len()).any(|bytes| bytes == taps));
}

#[test]
fn parsing_gives_what_was_written() {
    let model = Model::parse(FILE).unwrap();
    let of = |kind| model.tensor(model.tap(kind).unwrap());
    assert_eq!((of(TapKind::CriticMap).shape, of(TapKind::CriticMap).quantization), (Shape::new(2, 1, 3), CRITIC));
    assert_eq!(
        (of(TapKind::CriticEmbedding).shape, model.tap(TapKind::CriticMap)),
        (Shape::vector(3), Some(TensorId(4)))
    );
    assert_eq!(model.computed_identity().unwrap(), model.identity());
}

#[test]
fn taps_that_do_not_go_together_are_refused() {
    let shifted = Some(Quantization { zero_point: 1, ..CRITIC });
    let refused = Err(Error::Critic);
    for taps in [
        Taps { map: None, ..WHOLE },
        Taps { embedding: None, ..WHOLE },
        Taps { map: shifted, ..WHOLE },
        Taps { embedding: shifted, ..WHOLE },
        Taps { width: 4, ..WHOLE },
        Taps { has_all_cells: false, ..WHOLE },
        Taps { has_feature_map: false, ..WHOLE },
    ] {
        assert_eq!(write(taps), refused);
    }
    let mut older = FILE.to_vec();
    older[10] = 6;
    let end = older.len() - 4;
    let checksum = crc32(&older[..end]).to_le_bytes();
    older[end..].copy_from_slice(&checksum);
    assert_eq!(Model::parse(&older).map(drop), Err(Error::Critic));
    assert!(Error::Critic.to_string().starts_with("the taps of its critic"));
}
