//! A file proves itself exactly where the runtime computes what the oracle does.

use dim_conformance::draw::Draw;
use dim_conformance::graphs::chain;
use dim_conformance::oracle;
use dim_model_format::{Model, Shape, prove};
use dim_runtime::{Encoder, Error};
use proptest::prelude::*;

use crate::settings;

const SHAPE: Shape = Shape::new(8, 7, 3);

fn run(file: &[u8]) -> Result<(), Error> {
    let model = Model::parse(file).unwrap();
    let mut arena = vec![0; model.arena_bytes()];
    Encoder::new(&model, &mut arena).unwrap().prove()
}

/// The file with its last byte of weights changed, as a flash cell or a wrong kernel would change a result.
fn with_other_weights(file: &[u8], digest: std::num::NonZeroU32) -> Vec<u8> {
    let model = Model::parse(file).unwrap();
    let node = model.nodes().count() - 1;
    let (op, output) = model.layers().nth(node).unwrap();
    let parameters = model.parameters(&op, output.shape).unwrap();
    // Bias is what every output depends on, unless its multiplier is 0.
    let bias = parameters.filter.as_ptr() as usize - file.as_ptr() as usize + parameters.filter.len();
    let mut other = file.to_vec();
    other[bias.next_multiple_of(4)..][..4].copy_from_slice(&1_000_000_i32.to_le_bytes());
    let body = other.len() - 4;
    let checksum = crc32(&other[..body]);
    other[body..].copy_from_slice(&checksum.to_le_bytes());
    prove(&other, digest).unwrap()
}

fn crc32(bytes: &[u8]) -> u32 {
    !bytes.iter().fold(u32::MAX, |crc, byte| {
        (0..8).fold(crc ^ u32::from(*byte), |crc, _| (crc >> 1) ^ (0xedb8_8320 & (crc & 1).wrapping_neg()))
    })
}

proptest! {
    #![proptest_config(settings(256))]

    #[test]
    fn what_the_oracle_states_the_runtime_computes(nodes in 1_usize..=8, seed: u64) {
        let file = chain(SHAPE, nodes, &mut Draw(seed));
        prop_assert_eq!(run(&file), Err(Error::NoProof));

        let digest = oracle::proof(&Model::parse(&file).unwrap());
        let proven = prove(&file, digest).unwrap();
        prop_assert_eq!(run(&proven), Ok(()));

        let stated = digest.get() ^ 1;
        let lie = prove(&file, stated.try_into().unwrap()).unwrap();
        prop_assert_eq!(run(&lie), Err(Error::Disproved { stated, computed: digest.get() }));
    }
}

#[test]
fn a_changed_weight_is_noticed() {
    let mut builder = dim_model_format::ModelBuilder::new(dim_model_format::About::named("one"), Shape::new(1, 1, 8));
    let filter = dim_model_format::Filter {
        weights: vec![1, -2, 3, -4, 5, -6, 7, -8],
        bias: vec![0],
        multiplier: vec![1 << 30],
        shift: vec![-5],
    };
    let quantization = dim_model_format::Quantization { scale: 1.0, zero_point: 0 };
    let y = builder.fully_connected(builder.input(), dim_model_format::Clamp::NONE, &filter, quantization);
    builder.tap(dim_model_format::TapKind::Embedding, y);
    let file = builder.finish().unwrap();
    let digest = oracle::proof(&Model::parse(&file).unwrap());
    assert_eq!(run(&prove(&file, digest).unwrap()), Ok(()));
    let stated = digest.get();
    match run(&with_other_weights(&file, digest)) {
        Err(Error::Disproved { stated: found, computed }) => assert!(found == stated && computed != stated),
        other => panic!("{other:?}"),
    }
}
