//! Small encoders: images of 2 x 2 pixels, a map of 2 x 2 cells with 2 channels, 3 units.

use dim_conformance::oracle;
use dim_model_format::{About, Clamp, Filter, Model, ModelBuilder, Quantization, Shape, TapKind, Window, prove};

pub(crate) const PIXELS: usize = 4;

/// An encoder whose weights depend on a number, and which weighs about as many bytes as asked.
pub(crate) fn encoder(number: i8, bytes: usize) -> Vec<u8> {
    let name = "x".repeat(bytes.saturating_sub(250));
    let mut builder = ModelBuilder::new(About::named(&name), Shape::new(2, 2, 1));
    let quantization = Quantization { scale: 1.0, zero_point: 0 };
    let filter = |weights: Vec<i8>, channels: usize| Filter {
        weights,
        bias: vec![i32::from(number); channels],
        multiplier: vec![1 << 30; channels],
        shift: vec![-6; channels],
    };
    let map = filter(vec![64, -64 + number], 2);
    let map = builder.conv2d(builder.input(), Window::square(1, 1, 0), Clamp::NONE, &map, quantization);
    let weights = (0..24).map(|index: i8| (index * 37) ^ number).collect();
    let embedding = builder.fully_connected(map, Clamp::NONE, &filter(weights, 3), quantization);
    builder.tap(TapKind::FeatureMap, map);
    builder.tap(TapKind::Embedding, embedding);
    let file = builder.finish().unwrap();
    let proof = oracle::proof(&Model::parse(&file).unwrap());
    prove(&file, proof).unwrap()
}

/// An encoder with a critic: of each cell and of the embedding it makes two numbers.
pub(crate) fn with_critic() -> Vec<u8> {
    let mut builder = ModelBuilder::new(About::named("critic"), Shape::new(2, 2, 1));
    let quantization = Quantization { scale: 1.0, zero_point: 0 };
    let filter = |weights: Vec<i8>, shift: i8| {
        let channels = if weights.len() == 24 { 3 } else { 2 };
        Filter { weights, bias: vec![7; channels], multiplier: vec![1 << 30; channels], shift: vec![shift; channels] }
    };
    let cell = Window::square(1, 1, 0);
    let map = builder.conv2d(builder.input(), cell, Clamp::NONE, &filter(vec![64, -60], -6), quantization);
    let weights = (0..24).map(|index: i8| index.wrapping_mul(37)).collect();
    let embedding = builder.fully_connected(map, Clamp::NONE, &filter(weights, -7), quantization);
    let of_cells = builder.conv2d(map, cell, Clamp::NONE, &filter(vec![50, 20, -30, 70], -7), quantization);
    let of_embedding =
        builder.fully_connected(embedding, Clamp::NONE, &filter(vec![60, -90, 20, 40, 70, -80], -7), quantization);
    let taps = [
        (TapKind::FeatureMap, map),
        (TapKind::Embedding, embedding),
        (TapKind::CriticMap, of_cells),
        (TapKind::CriticEmbedding, of_embedding),
    ];
    taps.into_iter().for_each(|(kind, tensor)| builder.tap(kind, tensor));
    let file = builder.finish().unwrap();
    let proof = oracle::proof(&Model::parse(&file).unwrap());
    prove(&file, proof).unwrap()
}

/// The same encoder with a proof that it does not have.
pub(crate) fn liar(number: i8) -> Vec<u8> {
    let file = encoder(number, 300);
    let proof = Model::parse(&file).unwrap().proof().unwrap();
    prove(&file, (proof.get() ^ 1).try_into().unwrap()).unwrap()
}

/// What the oracle computes: embedding and map.
pub(crate) fn outputs(file: &[u8], image: &[u8]) -> [Vec<i8>; 2] {
    taps(file, image, [TapKind::Embedding, TapKind::FeatureMap])
}

/// What the oracle computes at these taps.
pub(crate) fn taps<const N: usize>(file: &[u8], image: &[u8], kinds: [TapKind; N]) -> [Vec<i8>; N] {
    let model = Model::parse(file).unwrap();
    let tensors = oracle::run(&model, image);
    kinds.map(|kind| tensors[usize::from(model.tap(kind).unwrap().0)].values.clone())
}
