//! What the writer refuses, and the largest things that it writes.

use dim_model_format::{
    About, Clamp, Error, Filter, Model, ModelBuilder, Node, NodeError, Pool2d, Quantization, Shape, TapKind,
    TensorError, TensorId, Window,
};

use crate::draft::Draft;

const OUTPUT: Quantization = Quantization { scale: 1.0, zero_point: 0 };

/// A filter of `weights` zeros for `channels` channels.
fn filter(weights: usize, channels: usize) -> Filter {
    Filter {
        weights: vec![0; weights],
        bias: vec![0; channels],
        multiplier: vec![0; channels],
        shift: vec![0; channels],
    }
}

/// The file of an image of `shape`, one operator, and a tap on it.
fn file(shape: Shape, build: impl FnOnce(&mut ModelBuilder<'_>) -> TensorId) -> Result<Vec<u8>, Error> {
    let mut builder = ModelBuilder::new(About::named("writer"), shape);
    let output = build(&mut builder);
    builder.tap(TapKind::Embedding, output);
    builder.finish()
}

fn fully_connected(shape: Shape, filter: &Filter) -> Result<Vec<u8>, Error> {
    file(shape, |builder| builder.fully_connected(builder.input(), Clamp::NONE, filter, OUTPUT))
}

/// Without this, the parts of a filter would be read from the wrong places, and nothing would tell.
#[test]
fn a_filter_of_wrong_lengths_is_refused() {
    let shape = Shape::new(3, 3, 2);
    let sound = filter(18 * 2, 2);
    fully_connected(shape, &sound).unwrap();
    let error = Error::Node { node: 0, error: NodeError::Filter { weights: 36, channels: 2 } };
    let text = "node 0: its filter needs 36 weights, and as many multipliers and shifts as biases, 2";
    assert_eq!(error.to_string(), text);
    let edits: [fn(&mut Filter); 6] = [
        |filter| filter.weights.truncate(35),
        |filter| filter.weights.push(0),
        |filter| filter.multiplier.truncate(1),
        |filter| filter.multiplier.push(0),
        |filter| filter.shift.truncate(1),
        |filter| filter.shift.push(0),
    ];
    for edit in edits {
        let mut edited = sound.clone();
        edit(&mut edited);
        assert_eq!(fully_connected(shape, &edited), Err(error));
    }
    // The number of weights of the other operators: kernel height * width * channels in * channels out.
    let window = Window { kernel: [3, 2], ..Window::square(1, 1, 0) };
    let conv2d =
        |weights| file(shape, |builder| builder.conv2d(TensorId(0), window, Clamp::NONE, &filter(weights, 4), OUTPUT));
    let depthwise_conv2d = |weights| {
        file(shape, |builder| builder.depthwise_conv2d(TensorId(0), window, Clamp::NONE, &filter(weights, 4), OUTPUT))
    };
    let needs = |weights| Err(Error::Node { node: 0, error: NodeError::Filter { weights, channels: 4 } });
    assert!(conv2d(48).is_ok() && depthwise_conv2d(24).is_ok());
    assert_eq!([conv2d(24), depthwise_conv2d(48)], [needs(48), needs(24)]);
}

#[test]
fn a_window_that_does_not_fit_is_refused() {
    let op = Pool2d { input: TensorId(0), window: Window::square(4, 1, 0), clamp: Clamp::NONE };
    let error = Error::Tensor { tensor: 1, error: TensorError::Empty(Shape::new(0, 0, 2)) };
    assert_eq!(file(Shape::new(3, 3, 2), |builder| builder.max_pool2d(op)), Err(error));
}

#[test]
fn an_arena_of_more_than_32_bits_is_refused() {
    let op = Pool2d { input: TensorId(0), window: Window::square(1, 1, 0), clamp: Clamp::NONE };
    for channels in [2, 3, u16::MAX] {
        let written = file(Shape::new(u16::MAX, u16::MAX, channels), |builder| builder.max_pool2d(op));
        assert_eq!(written, Err(Error::TooLarge));
    }
    assert_eq!(Error::TooLarge.to_string(), "the file or its arena would exceed 4 GiB");
    // The output starts a row before its input.
    let written = file(Shape::new(u16::MAX, u16::MAX, 1), |builder| builder.max_pool2d(op)).unwrap();
    assert_eq!(Model::parse(&written).unwrap().arena_bytes(), 0xffff_0010);
}

/// The limit is the largest `n` with `n * 255 * 128 <= 2^31 - 1`.
#[test]
fn the_largest_fan_in() {
    let accepted = Shape::new(3, 1, 21_931);
    assert_eq!(accepted.elements(), 65_793);
    assert!(fully_connected(accepted, &filter(65_793, 1)).is_ok());
    let refused = Shape::new(2, 1, 32_897);
    assert_eq!(refused.elements(), 65_794);
    let error = Error::Node { node: 0, error: NodeError::Accumulator { channel: 0 } };
    assert_eq!(fully_connected(refused, &filter(65_794, 1)), Err(error));
}

#[test]
fn the_most_nodes() {
    let chain = |nodes| {
        file(Shape::new(1, 1, 1), |builder| {
            (0..nodes).fold(builder.input(), |input, _| {
                builder.max_pool2d(Pool2d { input, window: Window::square(1, 1, 0), clamp: Clamp::NONE })
            })
        })
    };
    let longest = chain(254).unwrap();
    let model = Model::parse(&longest).unwrap();
    assert_eq!((model.tensors().count(), model.arena_bytes()), (255, 32));
    assert_eq!(model.tap(TapKind::Embedding), Some(TensorId(254)));
    for nodes in [255, 256, 300] {
        assert_eq!(chain(nodes), Err(Error::TensorCount { tensors: nodes + 1, nodes }));
    }
}

#[test]
fn the_most_channels() {
    let most = usize::from(u16::MAX);
    let written = fully_connected(Shape::vector(1), &filter(most, most)).unwrap();
    assert_eq!(Model::parse(&written).unwrap().tensor(TensorId(1)).shape, Shape::vector(u16::MAX));
    let error = Error::Tensor { tensor: 1, error: TensorError::Empty(Shape::vector(0)) };
    assert_eq!(fully_connected(Shape::vector(1), &filter(most + 1, most + 1)), Err(error));
}

/// Name and provenance change the file, not the identity; a weight changes both.
#[test]
fn the_identity_is_that_of_graph_and_weights() {
    let named = |name, weight| {
        let mut builder = ModelBuilder::new(About::named(name), Shape::vector(1));
        let filter = Filter { weights: vec![weight], ..filter(1, 1) };
        let output = builder.fully_connected(builder.input(), Clamp::NONE, &filter, OUTPUT);
        builder.tap(TapKind::Embedding, output);
        let file = builder.finish().unwrap();
        let model = Model::parse(&file).unwrap();
        assert_eq!(model.computed_identity().unwrap(), model.identity());
        (model.identity(), file)
    };
    let [(a, a_file), (b, b_file), (c, _)] = [named("a", 1), named("b", 1), named("a", 2)];
    assert!(a == b && a_file != b_file);
    assert_ne!(a, c);
}

/// Seven weights and one channel end at 8 + 9 = 17, not at 16: the zeros behind the weights count.
#[test]
fn parameters_end_behind_their_zeros() {
    let file = file(Shape::vector(7), |builder| {
        let hidden = builder.fully_connected(builder.input(), Clamp::NONE, &filter(7, 1), OUTPUT);
        builder.fully_connected(hidden, Clamp::NONE, &filter(1, 1), OUTPUT)
    });
    let file = file.unwrap();
    let mut draft = Draft::of(&file);
    let Node::FullyConnected(op) = &mut draft.nodes[1] else { unreachable!() };
    assert_eq!(std::mem::replace(&mut op.parameters, 16), 32);
    let error = Error::Node { node: 1, error: NodeError::Parameters(16) };
    assert_eq!(Model::parse(&draft.file()).map(|_| ()), Err(error));
}
