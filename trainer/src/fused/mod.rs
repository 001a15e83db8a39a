//! The operators of a training step for the CPU, in few passes over memory.
//!
//! burn's CPU backend computes a normalization or an optimizer's step as a dozen operators, each of which reads and writes
//! the whole tensor on one thread, and a convolution image by image. Here each is one node of burn's automatic
//! differentiation, on all threads and in the widest vectors. `docs/decisions/0015` says how they work and what they gained.
//! Elsewhere, and in any other precision than f32, normalizations are one node as well, of burn's operators
//! (`docs/decisions/0022`), and the others are burn's own.
//!
//! Sums are taken in an order that neither threads nor vectors change, so that a run can be repeated to the bit, here or on
//! another processor.
//!
//! The access to the backend's tensors is burn's feature `extension`, which its optimizers turn on.

mod adam;
mod average;
mod batch_norm;
mod bias;
#[cfg(test)]
mod closeness;
mod contrast;
mod convolution;
mod cpu;
mod depthwise;
mod exponential;
mod gradient;
mod images;
mod kernels;
mod lanes;
mod layer_norm;
mod own_gradient;
mod panels;
mod product;
mod residual;
mod rows;

pub(crate) use adam::Adam;
pub(crate) use average::average;
pub(crate) use batch_norm::batch_norm;
pub(crate) use bias::add_bias;
pub(crate) use contrast::contrast;
pub(crate) use convolution::{convolution, transposed_convolution};
pub(crate) use depthwise::depthwise;
pub(crate) use images::narrow_images;
pub(crate) use layer_norm::layer_norm_of_sum;
pub(crate) use own_gradient::with_slope;
pub(crate) use product::{linear, product};
pub(crate) use residual::relu_of_sum;
