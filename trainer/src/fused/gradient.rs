//! Gradients of maps that several layers read.
//!
//! burn adds them with the channels second in memory, number by number, and the next layer turns the sum around again. Here
//! they are added as they lie, with the channels last.

use std::ops::Range;

use burn::backend::Flex;
use burn::backend::autodiff::grads::Gradients;
use burn::backend::flex::FlexTensor;
use burn::backend::tensor::FloatTensor;
use burn::tensor::Shape;
use rayon::prelude::*;

use super::cpu::Cpu;
use super::kernels::widest;
use super::rows::{BLOCK, channels_last, channels_second, tensor};

/// Adds a gradient at `map` to what others have found of it.
///
/// # Shapes
/// `map` `[batch, channels, height, width]`, `found` the same with the channels last in memory.
pub(super) fn add_gradient(gradients: &mut Gradients, map: &FloatTensor<Cpu>, mut found: FlexTensor) {
    let shape = map.primitive().layout().shape().clone();
    if let Some(others) = gradients.remove(map) {
        add(found.storage_mut(), channels_last(others).storage());
    }
    gradients.register::<Flex>(map.id(), channels_second(&found, &shape));
}

/// Adds a gradient at some images of `map`, which are `range` of its numbers with the channels last.
pub(super) fn add_gradient_at(gradients: &mut Gradients, map: &FloatTensor<Cpu>, range: Range<usize>, found: &[f32]) {
    let shape: Shape = map.primitive().layout().shape().clone();
    let sum = match gradients.remove(map) {
        Some(others) => {
            let mut sum = channels_last(others);
            add(&mut sum.storage_mut()[range], found);
            sum
        }
        None => {
            let mut sum = vec![0.0; shape.num_elements()];
            sum[range].copy_from_slice(found);
            tensor(sum, [shape.num_elements()])
        }
    };
    gradients.register::<Flex>(map.id(), channels_second(&sum, &shape));
}

fn add(sum: &mut [f32], found: &[f32]) {
    sum.par_chunks_mut(BLOCK).zip(found.par_chunks(BLOCK)).for_each(|(sum, found)| {
        widest(|| sum.iter_mut().zip(found).for_each(|(sum, found)| *sum += found));
    });
}
