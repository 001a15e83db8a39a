//! Convolution and fully connected layer on filters in [`FilterLayout::Paired`] and [`FilterLayout::Int4`].
//!
//! Inputs are first written to scratch memory as 16-bit numbers with their zero point taken off, two in a word, in the
//! order in which the filter has its weights: 0 and 2, then 1 and 3, of every four. Then blocks of outputs are
//! computed by those of the processor, [`blocks`](super::blocks).
//!
//! [`FilterLayout::Paired`]: dim_model_format::FilterLayout::Paired
//! [`FilterLayout::Int4`]: dim_model_format::FilterLayout::Int4

mod conv2d;
mod fully_connected;
pub(crate) mod int4;
mod windows;

pub(crate) use conv2d::conv2d;
pub(crate) use fully_connected::fully_connected;
pub(crate) use int4::Weights;
