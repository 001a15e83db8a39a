//! Additions.

use std::{assert_eq, vec};

use dim_model_format::{Add, Quantization, Rescale, Shape, Tensor, TensorId};

use super::cases;
use super::random::Random;
use crate::kernels::host::add;
use crate::kernels::host::instruction_set::{InstructionSet, Kind};
use crate::kernels::host::kernels::with_instructions;
use crate::kernels::host::sum::Sum;
use crate::kernels::portable;
use crate::operands::Operands;
use crate::requantize::OutputStage;

/// With every shift that the format allows.
#[test]
fn add() {
    for seed in 0..cases() {
        let mut random = Random(seed);
        let left_shift: u8 = random.within(0, 22).try_into().unwrap_or(9);
        let rounding = random.rounding();
        let shift = |random: &mut Random, low, high| random.within(low, high).try_into().unwrap_or(-1);
        let input = |random: &mut Random| Rescale {
            multiplier: if random.bits() & 3 == 0 { 1 << 30 } else { random.multiplier() },
            shift: if random.bits() & 7 == 0 { shift(random, -31, 0) } else { shift(random, -2, 0) },
        };
        let input_rescale = [input(&mut random), input(&mut random)];
        let fitting = -i32::from(left_shift);
        let most = if random.bits() & 15 == 0 { 30 } else { fitting + 3 };
        let output_rescale = Rescale { multiplier: random.multiplier(), shift: shift(&mut random, fitting - 3, most) };
        let op = Add { inputs: [TensorId(0); 2], left_shift, input_rescale, output_rescale, clamp: random.clamp() };
        let channels = random.extent(100);
        let [a, b] = [(); 2].map(|()| random.int8s(3 * usize::from(channels)));
        let shape = Shape::new(1, 3, channels.into());
        let zero_points = [random.int8(), random.int8(), random.int8()];
        let mut arena_offset = 0;
        let [first, second, output] = zero_points.map(|zero_point| {
            let tensor = Tensor { shape, quantization: Quantization { scale: 1.0, zero_point }, arena_offset };
            arena_offset += u32::try_from(shape.elements()).unwrap_or(0);
            tensor
        });
        let add = |kernel: &dyn Fn(&mut Operands<'_>) -> Option<()>| {
            let mut arena = [a.as_slice(), &b, &vec![0x5a; a.len()]].concat();
            let done = kernel(&mut Operands::new(&mut arena, first, output, rounding));
            (done, arena.split_off(2 * a.len()))
        };
        let (_, expected) = add(&|operands| portable::add(&op, operands, &second));
        for set in InstructionSet::available().skip(1) {
            let stage = OutputStage::of(zero_points[2], rounding, op.clamp);
            let sum = Sum::new(&op, [zero_points[0], zero_points[1]], stage);
            let (done, found) =
                add(&|operands| with_instructions!(set, set => add::add(set, &sum, operands, &second), None));
            assert_eq!((done, &found), (Some(()), &expected), "{set:?}, seed {seed}: {op:?}");
        }
    }
}
