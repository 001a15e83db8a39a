//! Every byte as of dim-runtime.

use dim_capi::{Status, TapKind, dim_model_sizes, dim_prototypes_nearest, dim_prototypes_parse, dim_prove, dim_tap};
use dim_conformance::draw::{Draw, elements};
use dim_conformance::{graphs, oracle};
use dim_model_format::{FilterLayout, Model, TapKind as Kind, prove, write_prototypes};
use dim_runtime::Encoder;

use crate::{Aligned, codes, done, encode, parse, written};

const TAPS: [(TapKind, Kind); 4] = [
    (TapKind::FeatureMap, Kind::FeatureMap),
    (TapKind::Conv, Kind::Conv),
    (TapKind::Fc, Kind::Fc),
    (TapKind::Embedding, Kind::Embedding),
];

/// Compares sizes, proof and every tap of three images.
fn compare(file: &[u8], seed: u64) {
    let stated = oracle::proof(&Model::parse(file).unwrap());
    let file = Aligned::of(&prove(file, stated).unwrap());
    let expected = Model::parse(file.bytes()).unwrap();
    let model = parse(&file).unwrap();
    // SAFETY: all of it is there.
    let sizes = written(|to| unsafe { dim_model_sizes(&raw const model, to) }).unwrap();
    assert_eq!(
        [sizes.file_bytes, sizes.arena_bytes, sizes.image_bytes],
        [file.bytes().len(), expected.arena_bytes(), elements(expected.input_shape())]
    );
    assert_eq!((sizes.identity, sizes.has_proof), (expected.identity().0, true));

    let mut arena = Aligned::zeroed(sizes.arena_bytes);
    // SAFETY: all of it is there.
    done(unsafe { dim_prove(&raw const model, arena.memory()) }).unwrap();
    let mut memory = vec![0; expected.arena_bytes()];
    let mut encoder = Encoder::new(&expected, &mut memory).unwrap();
    let mut draw = Draw(seed);
    for _ in 0..3 {
        let pixels = draw.bytes(sizes.image_bytes);
        let embedding = encode(&model, arena.memory(), &pixels).unwrap();
        let output = encoder.encode(&pixels).unwrap();
        assert_eq!((codes(&embedding), embedding.count), (output.embedding().values.to_vec(), sizes.units));
        for (tap, kind) in TAPS {
            // SAFETY: all of it is there.
            let tensor = written(|to| unsafe { dim_tap(&raw const model, arena.memory(), tap as i32, to) });
            match output.tap(kind) {
                None => assert_eq!(tensor, Err(Status::NoTap)),
                Some(expected) => {
                    let tensor = tensor.unwrap();
                    assert_eq!(codes(&tensor), expected.values);
                    let shape = [tensor.shape.height, tensor.shape.width, tensor.shape.channels];
                    assert_eq!(shape, [expected.shape.height, expected.shape.width, expected.shape.channels]);
                    assert_eq!(tensor.scale.to_bits(), expected.quantization.scale.to_bits());
                    assert_eq!(tensor.zero_point, expected.quantization.zero_point);
                }
            }
        }
    }
    let map = expected.tap(Kind::FeatureMap).map(|id| expected.tensor(id).shape);
    assert_eq!(sizes.map_codes, map.map_or(0, elements));
}

#[test]
fn every_byte_is_that_of_the_runtime() {
    for seed in 0..20 {
        compare(&graphs::network(seed, FilterLayout::Paired), seed);
    }
    compare(&graphs::resnet8(1, FilterLayout::Paired), 1);
}

#[test]
fn an_encoder_that_computes_otherwise_is_disproved() {
    let file = graphs::network(1, FilterLayout::Paired);
    let stated = oracle::proof(&Model::parse(&file).unwrap()).get() ^ 1;
    let lie = Aligned::of(&prove(&file, stated.try_into().unwrap()).unwrap());
    let model = parse(&lie).unwrap();
    let mut arena = Aligned::zeroed(Model::parse(lie.bytes()).unwrap().arena_bytes());
    // SAFETY: all of it is there.
    assert_eq!(unsafe { dim_prove(&raw const model, arena.memory()) }, Status::Disproved);
    let file = Aligned::of(&file);
    let model = parse(&file).unwrap();
    // SAFETY: all of it is there.
    assert_eq!(unsafe { dim_prove(&raw const model, arena.memory()) }, Status::NoProof);
}

#[test]
fn the_nearest_prototype_is_that_of_the_format() {
    let bytes = graphs::resnet8(1, FilterLayout::Paired);
    let expected = Model::parse(&bytes).unwrap();
    let mut draw = Draw(7);
    let mut embedding = || -> Vec<i8> { (0..10).map(|_| draw.int8()).collect() };
    let classes: Vec<_> = ["cup", "a much longer name than those that devices learn", "käse"]
        .into_iter()
        .map(|name| (name, embedding()))
        .collect();
    let classes: Vec<_> = classes.iter().map(|(name, codes)| (*name, codes.as_slice())).collect();
    let prototypes = write_prototypes(&expected, &classes).unwrap();
    let read = dim_model_format::Prototypes::parse(&prototypes, &expected).unwrap();
    let file = Aligned::of(&bytes);
    let model = parse(&file).unwrap();
    // SAFETY: all of it is there.
    let parsed = written(|to| unsafe {
        dim_prototypes_parse(to, &raw const model, prototypes.as_ptr().cast(), prototypes.len())
    });
    let parsed = parsed.unwrap();
    for _ in 0..100 {
        let embedding = embedding();
        // SAFETY: all of it is there.
        let nearest =
            written(|to| unsafe { dim_prototypes_nearest(&raw const parsed, embedding.as_ptr(), embedding.len(), to) });
        let (nearest, expected) = (nearest.unwrap(), read.nearest(&embedding).unwrap());
        // SAFETY: the name is in the file.
        let name = unsafe { std::slice::from_raw_parts(nearest.name.cast::<u8>(), nearest.name_bytes) };
        assert_eq!(name, expected.name.as_bytes());
        assert_eq!([nearest.number as usize, nearest.distance as usize], [expected.class, expected.distance as usize]);
    }
    // SAFETY: all of it is there.
    let short = written(|to| unsafe { dim_prototypes_nearest(&raw const parsed, [0_i8; 9].as_ptr(), 9, to) });
    assert_eq!(short, Err(Status::CodesLength));
    let other = Aligned::of(&graphs::resnet8(2, FilterLayout::Paired));
    let other = parse(&other).unwrap();
    // SAFETY: all of it is there.
    let refused = written(|to| unsafe {
        dim_prototypes_parse(to, &raw const other, prototypes.as_ptr().cast(), prototypes.len())
    });
    assert_eq!(refused.err(), Some(Status::OtherEncoder));
}
