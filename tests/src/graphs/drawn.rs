//! Graphs of drawn operators and shapes: what kernels are compared on.

use dim_model_format::{
    About, Add, Axis, FilterLayout, Mean, ModelBuilder, Mul, Pool2d, Quantization, Shape, TapKind, TensorId,
};

use super::layers::Layers;
use crate::draw::{Draw, elements, with_zero_point};

/// Elements of what is concatenated, so that chains do not grow for ever.
const MOST_TO_CONCATENATE: usize = 1024;

/// Products of a sum, of which the largest is 255 * 128: more could leave 32 bits, and no file may hold them.
const MOST_PRODUCTS: usize = i32::MAX as usize / (255 * 128);

/// A small network whose factors fit its sums, as after calibration, so that the quickest kernels run: a convolution,
/// a depthwise one, a residual addition around a 1x1 convolution, and a fully connected layer.
pub fn network(seed: u64, layout: FilterLayout) -> Vec<u8> {
    let mut draw = Draw(seed);
    let mut extent = |most| draw.within(1, most) as u16;
    let input = Shape::new(extent(12), extent(12), extent(20));
    let mut channels = extent(33);
    let units = extent(20);
    // Half of them with the numbers of channels that most kernels are made for.
    if draw.within(0, 1) == 0 {
        channels = channels.next_multiple_of(4);
    }
    let mut net = Layers::new("drawn network", input, seed, layout);
    let mut side = || draw.within(1, 5) as u8;
    let kernels = [[side(), side()], [side(), side()]];
    let [stride, depthwise_stride] = [draw.within(1, 3) as u8, draw.within(1, 2) as u8];
    let depthwise_kernel = if draw.within(0, 3) == 0 { kernels[1] } else { [3, 3] };
    let map = net.conv2d(net.input(), channels, kernels[0], stride, draw.within(0, 1) == 0);
    let map = net.depthwise_conv2d(map, depthwise_kernel, depthwise_stride);
    let point = net.conv2d(map, channels, [1, 1], 1, false);
    let map = net.add(map, point);
    net.finish(map, units)
}

/// A small network of convolutions that can be computed by tiles: of 3x3 with stride 1, and a residual addition; the image of
/// every fourth has three channels. Where the kernel has memory for them is the arena's matter.
pub fn tiles(seed: u64, layout: FilterLayout) -> Vec<u8> {
    let mut draw = Draw(seed);
    let [height, width] = [(); 2].map(|()| draw.within(4, 24) as u16);
    let input = Shape::new(height, width, if seed.is_multiple_of(4) { 3 } else { 4 * draw.within(1, 6) as u16 });
    let [channels, last] = [4 * draw.within(2, 6) as u16, draw.within(2, 20) as u16];
    let mut net = Layers::new("drawn tiles", input, seed, layout);
    let map = net.conv2d(net.input(), channels, [3, 3], 1, draw.within(0, 1) == 0);
    let inner = net.conv2d(map, channels, [3, 3], 1, true);
    let map = net.add(map, inner);
    let map = net.conv2d(map, last, [3, 3], 1, false);
    net.finish(map, draw.within(1, 20) as u16)
}

/// A chain of `nodes` drawn operators with residual additions, of either rounding, and taps on random tensors; the image has any
/// quantization.
pub fn chain(shape: Shape, nodes: usize, draw: &mut Draw) -> Vec<u8> {
    let mut builder = ModelBuilder::new(About::named("random graph"), shape);
    builder.set_rounding(draw.rounding());
    let image = if draw.within(0, 1) == 0 { Quantization::CENTERED_U8 } else { draw.quantization() };
    builder.set_input_quantization(image);
    if draw.within(0, 3) == 0 {
        let tables: Vec<_> = (0..shape.channels).map(|_| draw.table()).collect();
        builder.set_input_tables(&tables, image);
    }
    let mut made = vec![(TensorId(0), image)];
    for _ in 0..nodes {
        builder.set_filter_layout(draw.layout());
        let next = append(&mut builder, &made, draw);
        made.push(next);
    }
    let [kinds @ .., embedding] = [TapKind::FeatureMap, TapKind::Conv, TapKind::Fc, TapKind::Embedding];
    for kind in kinds {
        let tapped = draw.within(0, 2 * nodes as i64) as usize;
        if let Some((tensor, _)) = made.get(tapped) {
            builder.tap(kind, *tensor);
        }
    }
    builder.tap(embedding, made[nodes].0);
    builder.finish().unwrap_or_else(|error| panic!("a chain of drawn operators is legal: {error}"))
}

/// An axis, and one to four tensors that go together along it: the newest one, again or with others of its quantization.
fn concatenated(
    builder: &ModelBuilder<'_>,
    made: &[(TensorId, Quantization)],
    draw: &mut Draw,
) -> (Axis, Vec<TensorId>) {
    let (input, quantization) = made[made.len() - 1];
    let axis = [Axis::Height, Axis::Width, Axis::Channels, Axis::Flat][draw.within(0, 3) as usize];
    let goes_with = |id: TensorId| {
        let shapes = [input, id].map(|id| builder.shape(id));
        elements(shapes[1]) <= MOST_TO_CONCATENATE && axis.concatenated(shapes.into_iter()).is_some()
    };
    let same = made.iter().filter(|(id, other)| *other == quantization && goes_with(*id));
    let others: Vec<_> = same.map(|(id, _)| *id).collect();
    let mut inputs: Vec<_> =
        (0..draw.within(0, 3)).map(|_| others[draw.within(0, others.len() as i64 - 1) as usize]).collect();
    inputs.insert(draw.within(0, inputs.len() as i64) as usize, input);
    (axis, inputs)
}

/// One operator on the newest tensor, an addition or a product also on an older one; its output and quantization.
fn append(
    builder: &mut ModelBuilder<'_>,
    made: &[(TensorId, Quantization)],
    draw: &mut Draw,
) -> (TensorId, Quantization) {
    let (input, quantization) = made[made.len() - 1];
    let shape = builder.shape(input);
    let window = draw.window(shape.height, shape.width);
    let window_elements = window.kernel.map(usize::from).iter().product::<usize>();
    let channels = usize::from(shape.channels);
    let output = draw.quantization();
    let clamp = draw.clamp(output);
    let pool = Pool2d { input, window, clamp: draw.clamp(quantization) };
    match draw.within(0, 16) {
        0..=2 if window_elements * channels <= MOST_PRODUCTS => {
            let out_channels = draw.within(1, 8) as u16;
            let filter = draw.filter(builder.filter_layout(), out_channels, window_elements * channels);
            (builder.conv2d(input, window, clamp, &filter, output), output)
        }
        3 | 4 => {
            let depth_multiplier = if channels > 8 { 1 } else { draw.within(1, 2) as u16 };
            let filter = draw.filter(FilterLayout::Plain, shape.channels * depth_multiplier, window_elements);
            (builder.depthwise_conv2d(input, window, clamp, &filter, output), output)
        }
        5 => {
            let units = draw.within(1, 8) as u16;
            let filter = draw.filter(builder.filter_layout(), units, elements(shape));
            (builder.fully_connected(input, clamp, &filter, output), output)
        }
        6 => (builder.average_pool2d(pool), quantization),
        7 => (builder.max_pool2d(pool), quantization),
        11 if elements(shape) <= MOST_TO_CONCATENATE => {
            let (axis, inputs) = concatenated(builder, made, draw);
            (builder.concatenation(&inputs, axis), quantization)
        }
        10 | 11 => (builder.lookup(input, &draw.table(), output), output),
        9 => {
            let rescale = draw.mean_rescale(elements(shape) / channels);
            (builder.mean(Mean { input, clamp, rescale }, output), output)
        }
        8 => {
            let zero_point = draw.int8();
            (with_zero_point(builder, input, zero_point), Quantization { scale: 1.0 / 128.0, zero_point })
        }
        15 | 16 => {
            // Of one shape or repeated; both ways round where that is the same.
            let repeats = |id: &TensorId| builder.shape(*id).repeats_to(shape);
            let others: Vec<_> = made.iter().map(|(id, _)| *id).filter(repeats).collect();
            let other = others[draw.within(0, others.len() as i64 - 1) as usize];
            let turns = builder.shape(other) == shape && draw.within(0, 1) == 0;
            let inputs = if turns { [other, input] } else { [input, other] };
            (builder.mul(Mul { inputs, clamp, rescale: draw.mul_rescale() }, output), output)
        }
        _ => {
            let of_this_shape: Vec<_> =
                made.iter().map(|(id, _)| *id).filter(|id| builder.shape(*id) == shape).collect();
            let other = of_this_shape[draw.within(0, of_this_shape.len() as i64 - 1) as usize];
            let left_shift = draw.within(0, 22) as u8;
            let [a, b, output_rescale] = draw.add_rescales(left_shift);
            let op = Add { inputs: [other, input], left_shift, input_rescale: [a, b], output_rescale, clamp };
            (builder.add(op, output), output)
        }
    }
}
