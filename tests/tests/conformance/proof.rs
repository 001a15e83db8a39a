//! A file proves itself exactly where the runtime computes what the oracle does.

use dim_conformance::draw::Draw;
use dim_conformance::graphs::chain;
use dim_conformance::oracle;
use dim_model_format::{About, Clamp, Filter, Model, ModelBuilder, Quantization, Shape, TapKind, prove};
use dim_runtime::{Encoder, Error};
use proptest::prelude::*;

use crate::settings;

const SHAPE: Shape = Shape::new(8, 7, 3);

fn run(file: &[u8]) -> Result<(), Error> {
    let model = Model::parse(file).unwrap();
    let mut arena = vec![0; model.arena_bytes()];
    Encoder::new(&model, &mut arena).unwrap().prove()
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

/// One fully connected layer whose outputs depend on `bias`.
fn biased(bias: i32) -> Vec<u8> {
    let mut builder = ModelBuilder::new(About::named("one"), Shape::new(1, 1, 8));
    let filter = Filter {
        weights: vec![1, -2, 3, -4, 5, -6, 7, -8],
        bias: vec![bias],
        multiplier: vec![1 << 30],
        shift: vec![-5],
    };
    let quantization = Quantization { scale: 1.0, zero_point: 0 };
    let y = builder.fully_connected(builder.input(), Clamp::NONE, &filter, quantization);
    builder.tap(TapKind::Embedding, y);
    builder.finish().unwrap()
}

#[test]
fn a_changed_weight_is_noticed() {
    let file = biased(0);
    let digest = oracle::proof(&Model::parse(&file).unwrap());
    assert_eq!(run(&prove(&file, digest).unwrap()), Ok(()));
    let stated = digest.get();
    match run(&prove(&biased(1_000_000), digest).unwrap()) {
        Err(Error::Disproved { stated: found, computed }) => assert!(found == stated && computed != stated),
        other => panic!("{other:?}"),
    }
}
