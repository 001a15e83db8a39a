//! What the runtime promises around the arithmetic: its memory, its errors, its repeatability.

use dim_conformance::oracle;
use dim_model_format::{Model, Shape, TapKind};
use dim_runtime::{Encoder, Error};
use proptest::prelude::*;

use crate::settings;
use dim_conformance::draw::{Draw, elements};
use dim_conformance::graphs::chain;

const SHAPE: Shape = Shape::new(8, 7, 3);

fn file() -> Vec<u8> {
    chain(SHAPE, 8, &mut Draw(4))
}

#[test]
fn a_small_arena_is_refused_with_both_sizes() {
    let file = file();
    let model = Model::parse(&file).unwrap();
    let needed = model.arena_bytes();
    for got in [0, 1, needed - 1] {
        let error = Encoder::new(&model, &mut vec![0; got]).unwrap_err();
        assert_eq!(error, Error::ArenaTooSmall { needed, got });
        assert_eq!(error.to_string(), format!("the arena has {got} bytes, the encoder needs {needed}"));
    }
    assert!(Encoder::new(&model, &mut vec![0; needed]).is_ok());
}

#[test]
fn an_image_of_another_length_is_refused_with_both_lengths() {
    let file = file();
    let model = Model::parse(&file).unwrap();
    let mut arena = vec![0; model.arena_bytes()];
    let mut encoder = Encoder::new(&model, &mut arena).unwrap();
    for got in [0, 167, 169, 1000] {
        let error = encoder.encode(&vec![0; got]).unwrap_err();
        assert_eq!(error, Error::ImageLength { expected: 168, got });
        let message = format!("the image has {got} bytes, the encoder takes 168 (height x width x channels)");
        assert_eq!(error.to_string(), message);
    }
    assert!(encoder.encode(&[0; 168]).is_ok(), "a refused image does not spoil the encoder");
}

#[test]
fn outputs_carry_the_shape_scale_and_zero_point_of_their_tensor() {
    let file = file();
    let model = Model::parse(&file).unwrap();
    let mut arena = vec![0; model.arena_bytes()];
    let mut encoder = Encoder::new(&model, &mut arena).unwrap();
    let output = encoder.encode(&[9; 168]).unwrap();
    let tensor = model.tensor(model.tap(TapKind::Embedding).unwrap());
    let embedding = output.embedding();
    assert_eq!((embedding.shape, embedding.quantization), (tensor.shape, tensor.quantization));
    assert_eq!(embedding.values.len(), elements(tensor.shape));
    assert_eq!(output.tap(TapKind::Embedding), Some(embedding));
    assert_eq!(output.feature_map(), output.tap(TapKind::FeatureMap));
}

proptest! {
    #![proptest_config(settings(256))]

    /// The arena's contents before a run, the images before this one, and the bytes after the arena play no part.
    #[test]
    fn a_run_depends_on_its_image_alone(nodes in 1_usize..=12, garbage: i8, seed: u64) {
        let mut draw = Draw(seed);
        let file = chain(SHAPE, nodes, &mut draw);
        let model = Model::parse(&file).unwrap();
        let [image, another] = [draw.bytes(elements(SHAPE)), draw.bytes(elements(SHAPE))];
        let expected = oracle::run(&model, &image).pop().unwrap().values;

        let mut memory: Vec<i8> = (0..model.arena_bytes() + 100).map(|_| draw.int8()).collect();
        memory[model.arena_bytes()..].fill(garbage);
        let mut encoder = Encoder::new(&model, &mut memory).unwrap();
        for pixels in [&image, &image, &another, &image] {
            let embedding = encoder.encode(pixels).unwrap().embedding().values;
            if pixels == &image {
                prop_assert_eq!(embedding, &expected);
            }
        }
        prop_assert!(memory[model.arena_bytes()..].iter().all(|byte| *byte == garbage));
    }

    /// An encoder can be read from the middle of a flash partition: no alignment, and bytes after the file.
    #[test]
    fn a_file_may_lie_anywhere(offset in 0_usize..16, rest in 0_usize..32, seed: u64) {
        let mut draw = Draw(seed);
        let file = chain(SHAPE, 4, &mut draw);
        let image = draw.bytes(elements(SHAPE));
        let expected = oracle::run(&Model::parse(&file).unwrap(), &image).pop().unwrap().values;

        let flash = [&vec![0xff; offset], &file, &vec![0xff; rest]].map(Vec::as_slice).concat();
        let model = Model::parse(&flash[offset..]).unwrap();
        let mut arena = vec![0; model.arena_bytes()];
        let mut encoder = Encoder::new(&model, &mut arena).unwrap();
        prop_assert_eq!(encoder.encode(&image).unwrap().embedding().values, expected);
    }
}
