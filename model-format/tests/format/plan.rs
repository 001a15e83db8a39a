//! The writer's memory plan: valid, between two bounds, and compared with the best there is.

use dim_model_format::{
    About, Add, Clamp, Filter, Model, ModelBuilder, Node, Pool2d, Quantization, Rescale, Shape, TapKind, TensorId,
    Window,
};
use proptest::prelude::*;

use crate::settings;

const OUTPUT: Quantization = Quantization { scale: 1.0, zero_point: 0 };
const RESCALE: Rescale = Rescale { multiplier: 1 << 30, shift: 0 };

/// An operator on one of the tensors that are there.
#[derive(Debug, Clone, Copy)]
struct Step {
    input: usize,
    operator: usize,
    channels: u16,
}

/// A graph in which nodes read any earlier tensor. The last few tensors that no node reads are tapped.
fn graph(steps: &[Step]) -> Vec<u8> {
    let mut builder = ModelBuilder::new(About::named("plan"), Shape::new(5, 4, 2));
    let mut tensors = vec![builder.input()];
    let mut unread = tensors.clone();
    for step in steps {
        let candidates = if unread.len() == 4 { &unread } else { &tensors };
        let input = candidates[step.input % candidates.len()];
        // The oldest tensor of this shape makes the longest life.
        let other = *tensors.iter().find(|other| builder.shape(**other) == builder.shape(input)).unwrap();
        let output = append(&mut builder, [input, other], *step);
        let adds = step.operator % 5 == 0;
        unread.retain(|tensor| *tensor != input && !(adds && *tensor == other));
        tensors.push(output);
        unread.push(output);
    }
    let kinds = [TapKind::Embedding, TapKind::FeatureMap, TapKind::Conv, TapKind::Fc];
    for (kind, tensor) in kinds.into_iter().zip(unread) {
        builder.tap(kind, tensor);
    }
    builder.finish().unwrap()
}

/// One operator of five; only the addition reads the second input.
fn append(builder: &mut ModelBuilder<'_>, inputs: [TensorId; 2], step: Step) -> TensorId {
    let input = inputs[0];
    let shape = builder.shape(input);
    let filter = |fan_in: u64| Filter {
        weights: vec![1; usize::from(step.channels) * usize::try_from(fan_in).unwrap()],
        bias: vec![0; step.channels.into()],
        multiplier: vec![1 << 30; step.channels.into()],
        shift: vec![0; step.channels.into()],
    };
    let window = Window::square(1, 1, 0);
    let padded = Window::square(3, 1, 1);
    match step.operator % 5 {
        0 => builder.add(
            Add { inputs, left_shift: 0, input_rescale: [RESCALE; 2], output_rescale: RESCALE, clamp: Clamp::NONE },
            OUTPUT,
        ),
        1 => builder.max_pool2d(Pool2d { input, window, clamp: Clamp::NONE }),
        2 => builder.fully_connected(input, Clamp::NONE, &filter(shape.elements()), OUTPUT),
        3 => builder.conv2d(input, window, Clamp::NONE, &filter(shape.channels.into()), OUTPUT),
        _ => builder.conv2d(input, padded, Clamp::NONE, &filter(9 * u64::from(shape.channels)), OUTPUT),
    }
}

/// What a plan has to place: a size in blocks of 16 bytes, and the steps of a run in which it is in use.
#[derive(Debug, Clone)]
struct Block {
    size: usize,
    first: usize,
    last: usize,
    /// Tensors that it may write over, with the blocks by which it has to start before each.
    over: Vec<(usize, usize)>,
}

impl Block {
    fn meets(&self, other: &Self) -> bool {
        self.first <= other.last && other.first <= self.last
    }

    /// Blocks by which `other` has to start above this one.
    fn height_below(&self, other: &Self) -> usize {
        self.over.iter().find(|(input, _)| *input == other.first).map_or(self.size, |(_, lead)| *lead.min(&self.size))
    }
}

fn blocks(model: &Model<'_>) -> Vec<Block> {
    let mut blocks: Vec<_> = model
        .tensors()
        .enumerate()
        .map(|(first, tensor)| (first, tensor.arena_range().len().div_ceil(16)))
        .map(|(first, size)| Block { size, first, last: first, over: Vec::new() })
        .collect();
    for (index, node) in model.nodes().enumerate() {
        node.inputs().for_each(|input| blocks[usize::from(input.0)].last = index + 1);
    }
    model.taps().for_each(|tap| blocks[usize::from(tap.tensor.0)].last = usize::MAX);
    for (index, node) in model.nodes().enumerate() {
        let inputs = node.inputs().filter(|input| blocks[usize::from(input.0)].last == index + 1);
        let over = inputs.filter_map(|input| Some((usize::from(input.0), lead(model, &node, input, index + 1)?)));
        blocks[index + 1].over = over.collect();
    }
    blocks
}

/// Row by row, the text of `docs/FORMAT.md`; in blocks, rounded up.
fn lead(model: &Model<'_>, node: &Node, input: TensorId, output: usize) -> Option<usize> {
    let [input, output] = [usize::from(input.0), output].map(|tensor| model.tensors().nth(tensor).unwrap().shape);
    let row = |shape: Shape| i64::from(shape.width) * i64::from(shape.channels);
    let lead = match (node, node.window()) {
        (Node::Add(_), _) => 0,
        (_, Some(window)) if output.width >= 4 => {
            let [stride, top] = [window.stride[0], window.padding.top].map(i64::from);
            let needed = |y: i64| (y * stride - top).max(0) * row(input);
            (0..i64::from(output.height)).map(|y| (y + 1) * row(output) - needed(y)).max().unwrap()
        }
        _ => return None,
    };
    Some(usize::try_from(lead).unwrap().div_ceil(16))
}

/// Blocks in use in the busiest step, where outputs lie over inputs as far as they may; no arena is smaller.
fn peak(blocks: &[Block]) -> usize {
    let in_use = |step: usize| {
        let live = blocks.iter().filter(|block| (block.first..=block.last).contains(&step));
        let output = &blocks[step];
        let unions = output.over.iter().map(|(input, lead)| [blocks[*input].size, *lead]);
        let saved = unions.map(|[input, lead]| output.size + input - output.size.max(lead.min(output.size) + input));
        live.map(|block| block.size).sum::<usize>() - saved.max().unwrap_or(0)
    };
    (0..blocks.len()).map(in_use).max().unwrap()
}

/// The smallest arena there is, in blocks.
///
/// Take any plan, and place its tensors again in the order of their offsets (of two that start at the same place, the
/// one that is written later, which lies over the other, first), each at the lowest offset that is free: none ends up
/// higher. So one of the orders gives the smallest arena.
fn smallest(blocks: &[Block]) -> usize {
    let mut best = blocks.iter().map(|block| block.size).sum();
    search(blocks, peak(blocks), &mut vec![None; blocks.len()], 0, &mut best);
    best
}

fn search(blocks: &[Block], bound: usize, offsets: &mut Vec<Option<usize>>, height: usize, best: &mut usize) {
    if height >= *best || *best == bound {
        return;
    }
    if offsets.iter().all(Option::is_some) {
        *best = height;
        return;
    }
    for next in 0..blocks.len() {
        if offsets[next].is_none() {
            let offset = lowest(blocks, offsets, next);
            offsets[next] = Some(offset);
            search(blocks, bound, offsets, height.max(offset + blocks[next].size), best);
            offsets[next] = None;
        }
    }
}

/// The lowest free offset: zero, or as low above a placed tensor as it may be.
fn lowest(blocks: &[Block], offsets: &[Option<usize>], next: usize) -> usize {
    let block = &blocks[next];
    let in_the_way: Vec<_> = blocks
        .iter()
        .zip(offsets)
        .filter(|(other, _)| other.meets(block))
        .filter_map(|(other, at)| at.map(|at| (at, block.height_below(other), at + other.height_below(block))))
        .collect();
    let is_free = |offset: usize| in_the_way.iter().all(|(at, below, end)| offset + below <= *at || *end <= offset);
    in_the_way.iter().map(|(.., end)| *end).chain([0]).filter(|offset| is_free(*offset)).min().unwrap()
}

fn steps(most: usize) -> impl Strategy<Value = Vec<Step>> {
    let step = (any::<usize>(), 0..5_usize, 1..=24_u16);
    prop::collection::vec(step.prop_map(|(input, operator, channels)| Step { input, operator, channels }), 1..=most)
}

proptest! {
    #![proptest_config(settings(2_000))]

    #[test]
    fn plans_are_valid_and_bounded(steps in steps(40)) {
        // The writer parses what it wrote, so the plan is one that a reader accepts. Here it is checked anew.
        let file = graph(&steps);
        let model = Model::parse(&file).unwrap();
        let blocks = blocks(&model);
        let placed: Vec<_> = model.tensors().zip(&blocks).collect();
        for (index, (tensor, block)) in placed.iter().enumerate() {
            prop_assert_eq!(tensor.arena_offset % 16, 0);
            prop_assert!(tensor.arena_range().end <= model.arena_bytes());
            for (other, other_block) in placed[..index].iter().filter(|(_, other)| other.meets(block)) {
                let [start, other_start] = [tensor.arena_offset, other.arena_offset].map(|offset| offset as usize / 16);
                let is_below = start + block.height_below(other_block) <= other_start;
                let is_above = other_start + other_block.height_below(block) <= start;
                prop_assert!(is_below || is_above, "{block:?} {other_block:?}");
            }
        }
        let sum: usize = blocks.iter().map(|block| block.size).sum();
        prop_assert!((16 * peak(&blocks)..=16 * sum).contains(&model.arena_bytes()));
    }
}

/// `SplitMix64`: the same graphs in every run.
fn drawn(seed: u64, nodes: usize) -> Vec<Step> {
    let mut state = seed << 32;
    let mut draw = |below: usize| {
        state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (state ^ (state >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        usize::try_from((mixed ^ (mixed >> 31)) % below as u64).unwrap()
    };
    (0..nodes).map(|_| Step { input: draw(1 << 20), operator: draw(5), channels: draw(24) as u16 + 1 }).collect()
}

/// The figures that `docs/FORMAT.md` states, of 1000 graphs with 7 nodes: plans that are the smallest
/// there is, blocks of all plans and of the smallest ones, and the plan with the largest ratio.
#[test]
fn the_gap_to_the_smallest_arena() {
    let mut gaps: Vec<(usize, usize)> = Vec::new();
    for seed in 0..1000 {
        let file = graph(&drawn(seed, 7));
        let model = Model::parse(&file).unwrap();
        gaps.push((model.arena_bytes() / 16, smallest(&blocks(&model))));
    }
    assert!(gaps.iter().all(|(found, best)| found >= best));
    let optimal = gaps.iter().filter(|(found, best)| found == best).count();
    let sums = gaps.iter().fold((0, 0), |sums, gap| (sums.0 + gap.0, sums.1 + gap.1));
    let worst = gaps.into_iter().max_by(|a, b| (a.0 * b.1).cmp(&(b.0 * a.1))).unwrap();
    assert_eq!((optimal, sums), (1000, (38_105, 38_105)), "the worst is {worst:?}");
}
