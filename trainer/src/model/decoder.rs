//! A network from representations back to images.

use burn::module::Module;
use burn::nn::conv::{Conv2d, Conv2dConfig, ConvTranspose2d, ConvTranspose2dConfig};
use burn::nn::{BatchNorm, BatchNormConfig, Linear, LinearConfig, PaddingConfig2d};
use burn::tensor::activation::tanh;
use burn::tensor::{Device, Tensor};
use dim_model_format::Shape;

use super::convolve::{convolve, convolve_transposed};
use crate::fused::{batch_norm, linear};

/// Height and width at which a decoder starts are at most this.
const SMALLEST_MAP: usize = 7;
/// Channels of the last transposed convolution; each one before it has twice as many.
const LAST_CHANNELS: usize = 64;
/// Most channels of a map.
const MOST_CHANNELS: usize = 512;

/// How often the larger side of an image can be halved, rounding up, until it is 7 or less: 2 for 28 pixels, 3 for 32,
/// 4 for 64 and 96.
pub fn halvings(shape: Shape) -> usize {
    let side = usize::from(shape.height.max(shape.width));
    (0..usize::BITS as usize).find(|count| side.div_ceil(1 << count) <= SMALLEST_MAP).unwrap_or(0)
}

/// A fully connected layer to a small map, transposed convolutions (kernel 4, stride 2, padding 1) that double it, and
/// a convolution (3, 1, 1) with tanh to the image; batch normalization and ReLU behind all but the last.
///
/// For 32x32 images this is the decoder of the authors' code (`configs/deconvnets.py`): 512 x 4 x 4, then 256, 128
/// and 64 channels. 28x28 starts at 256 x 7 x 7, 64x64 at 512 x 4 x 4 with one more layer; a size that is no such
/// multiple is cut out of the middle of the next larger one.
#[derive(Module, Debug)]
pub struct Decoder {
    input: Linear,
    input_norm: BatchNorm,
    doubling: Vec<ConvTranspose2d>,
    norms: Vec<BatchNorm>,
    image: Conv2d,
    start: [usize; 3],
    side: [usize; 2],
}

impl Decoder {
    /// Random weights, from vectors of `units` numbers to images of `shape`.
    pub fn new(units: usize, shape: Shape, device: &Device) -> Self {
        let side = [shape.height, shape.width].map(usize::from);
        let count = halvings(shape);
        // Of the map after so many doublings: 64 at the end.
        let channels = |doublings: usize| (LAST_CHANNELS << (count - doublings)).min(MOST_CHANNELS);
        let [height, width] = side.map(|side| side.div_ceil(1 << count));
        let start = [channels(0), height, width];
        let double = |done: usize| {
            ConvTranspose2dConfig::new([channels(done), channels(done + 1)], [4, 4])
                .with_stride([2, 2])
                .with_padding([1, 1])
                .with_bias(false)
                .init(device)
        };
        let doubling: Vec<ConvTranspose2d> = (0..count).map(double).collect();
        let image = Conv2dConfig::new([LAST_CHANNELS, usize::from(shape.channels)], [3, 3])
            .with_padding(PaddingConfig2d::Explicit(1, 1, 1, 1))
            .with_bias(false)
            .init(device);
        Self {
            input: LinearConfig::new(units, start.iter().product()).with_bias(false).init(device),
            input_norm: BatchNormConfig::new(start[0]).init(device),
            norms: doubling.iter().map(|layer| BatchNormConfig::new(layer.channels[1]).init(device)).collect(),
            doubling,
            image,
            start,
            side,
        }
    }

    /// # Shapes
    /// `representations` `[batch, units]`; the result `[batch, channels, height, width]`, in (-1, 1) as
    /// [`images_to_tensor`](super::images_to_tensor) makes them.
    pub fn forward(&self, representations: Tensor<2>) -> Tensor<4> {
        let [batch, _] = representations.dims();
        let [channels, height, width] = self.start;
        let map = linear(&self.input, representations).reshape([batch, channels, height, width]);
        let map = batch_norm(&self.input_norm, map, true);
        let doubled = |map: Tensor<4>, (layer, norm): (&ConvTranspose2d, &BatchNorm)| {
            batch_norm(norm, convolve_transposed(layer, map), true)
        };
        let map = self.doubling.iter().zip(&self.norms).fold(map, doubled);
        let [_, _, height, width] = map.dims();
        let margin = [height - self.side[0], width - self.side[1]].map(|margin| margin / 2);
        let images = tanh(convolve(&self.image, map));
        images.narrow(2, margin[0], self.side[0]).narrow(3, margin[1], self.side[1])
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::seed_alone;

    fn decoder(height: u16, width: u16, channels: u16) -> Decoder {
        Decoder::new(64, Shape::new(height, width, channels), &Device::flex())
    }

    #[test]
    fn images_have_the_size_that_was_asked_for() {
        let device = Device::flex();
        let _alone = seed_alone(&device, 0);
        for shape in [[28, 28, 1], [32, 32, 3], [64, 64, 3], [33, 20, 3], [7, 7, 1]] {
            let [height, width, channels] = shape;
            let images = decoder(height, width, channels).forward(Tensor::zeros([2, 64], &device));
            assert_eq!(images.dims(), [2, channels, height, width].map(usize::from));
        }
    }

    #[test]
    fn maps_start_where_the_authors_decoder_does() {
        assert_eq!(decoder(32, 32, 3).start, [512, 4, 4]);
        assert_eq!(decoder(28, 28, 1).start, [256, 7, 7]);
        assert_eq!(decoder(64, 64, 3).start, [512, 4, 4]);
        let channels = |decoder: Decoder| decoder.doubling.iter().map(|layer| layer.channels).collect::<Vec<_>>();
        assert_eq!(channels(decoder(32, 32, 3)), [[512, 256], [256, 128], [128, 64]]);
        assert_eq!(channels(decoder(64, 64, 3)), [[512, 512], [512, 256], [256, 128], [128, 64]]);
        assert_eq!([28, 32, 64, 96].map(|side| halvings(Shape::new(side, side, 3))), [2, 3, 4, 4]);
    }
}
