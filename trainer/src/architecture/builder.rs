//! Writes an architecture layer by layer; each layer reads the one before it unless it says otherwise.

use dim_model_format::{Shape, Window};

use super::extent::{extent_of, extents};
use super::{Architecture, Extent, Layer, Operator, Source};

/// An architecture that is being written. Every method gives the index of the layer that it appended last.
pub(super) struct Builder {
    name: &'static str,
    input: Shape,
    layers: Vec<Layer>,
}

impl Builder {
    /// An encoder of images with shape `[size, size, channels]`, without any layer.
    pub(super) fn new(name: &'static str, size: u16, channels: u16) -> Self {
        Self { name, input: Shape::new(size, size, channels), layers: Vec::new() }
    }

    /// Convolution, batch normalization, `ReLU`.
    pub(super) fn conv(&mut self, channels: u16, kernel: u8, stride: u8, padding: u8) -> usize {
        let window = Window::square(kernel, stride, padding);
        self.append(Operator::Conv2d { channels, window }, true, true)
    }

    /// Depthwise convolution of 3x3, then a pointwise one, each with batch normalization and `ReLU`
    /// (Howard et al. 2017, `MobileNets`).
    pub(super) fn separable(&mut self, channels: u16, stride: u8) -> usize {
        self.append(Operator::DepthwiseConv2d { window: Window::square(3, stride, 1) }, true, true);
        self.conv(channels, 1, 1, 0)
    }

    /// Fully connected layer, batch normalization, `ReLU`.
    pub(super) fn linear(&mut self, units: u16) -> usize {
        self.append(Operator::Linear { units }, true, true)
    }

    /// Drops a tenth of the outputs of `layer`'s operator in training.
    pub(super) fn drop_out(&mut self, layer: usize) {
        self.layers[layer].dropout = true;
    }

    /// The embedding Y: fully connected, with a bias and nothing behind it.
    pub(super) fn embedding(&mut self, units: u16) -> usize {
        self.append(Operator::Linear { units }, false, false)
    }

    /// Largest of each window, without padding.
    pub(super) fn max_pool(&mut self, kernel: u8, stride: u8) -> usize {
        self.append(Operator::MaxPool2d { window: Window::square(kernel, stride, 0) }, false, false)
    }

    /// Mean of each channel.
    pub(super) fn global_average_pool(&mut self) -> usize {
        let Shape { height, width, .. } = self.extent(self.last()).shape;
        let kernel = [height, width].map(|extent| u8::try_from(extent).expect("a window has at most 255 rows"));
        let window = Window { kernel, ..Window::square(1, 1, 0) };
        self.append(Operator::AveragePool2d { window }, false, false)
    }

    /// Cuts the image into overlapping crops that are half of a crop apart, until [`Builder::fold`].
    pub(super) fn unfold(&mut self, crop: u16) -> usize {
        self.append(Operator::Unfold { crop, stride: crop / 2 }, false, false)
    }

    /// Makes each crop's output of 1x1 a cell of one map.
    pub(super) fn fold(&mut self) -> usize {
        let grid = self.extent(self.last()).crops.isqrt();
        self.append(Operator::Fold { grid: u16::try_from(grid).unwrap_or(0) }, false, false)
    }

    /// Two 3x3 convolutions beside a shortcut, which is a 1x1 convolution without normalization where
    /// the shape changes. Gives the first convolution and the sum.
    pub(super) fn basic_block(&mut self, channels: u16, stride: u8) -> [usize; 2] {
        let input = self.last();
        let first = self.conv(channels, 3, stride, 1);
        let window = Window::square(3, 1, 1);
        let path = self.append(Operator::Conv2d { channels, window }, true, false);
        [first, self.join(input, path, channels, stride, false)]
    }

    /// `blocks` bottlenecks, the first with `stride`. Gives the sum of the first and of the last.
    pub(super) fn bottlenecks(&mut self, channels: u16, stride: u8, blocks: usize) -> [usize; 2] {
        let first = self.bottleneck(channels, stride);
        [first, (1..blocks).fold(first, |_, _| self.bottleneck(channels, 1))]
    }

    /// Convolutions of 1x1, 3x3 and 1x1 beside a shortcut, which is a normalized 1x1 convolution where
    /// the shape changes; the last one has `4 * channels` channels (He et al. 2016).
    fn bottleneck(&mut self, channels: u16, stride: u8) -> usize {
        let input = self.last();
        self.conv(channels, 1, 1, 0);
        self.conv(channels, 3, stride, 1);
        let window = Window::square(1, 1, 0);
        let path = self.append(Operator::Conv2d { channels: 4 * channels, window }, true, false);
        self.join(input, path, 4 * channels, stride, true)
    }

    /// Adds the shortcut from `input` to layer `path`, then `ReLU`.
    fn join(&mut self, input: Source, path: usize, channels: u16, stride: u8, norm: bool) -> usize {
        let same_shape = self.extent(input).shape == self.extent(Source::Layer(path)).shape;
        let shortcut = if same_shape {
            input
        } else {
            let operator = Operator::Conv2d { channels, window: Window::square(1, stride, 0) };
            Source::Layer(self.push(Layer { input, operator, norm, relu: false, dropout: false }))
        };
        let operator = Operator::Add { shortcut };
        self.push(Layer { input: Source::Layer(path), operator, norm: false, relu: true, dropout: false })
    }

    /// The finished architecture with its taps.
    pub(super) fn build(self, feature_map: usize, conv: usize, fc: usize) -> Architecture {
        let Self { name, input, layers } = self;
        Architecture { name, input, layers, feature_map, conv, fc }
    }

    fn append(&mut self, operator: Operator, norm: bool, relu: bool) -> usize {
        let input = self.last();
        self.push(Layer { input, operator, norm, relu, dropout: false })
    }

    fn push(&mut self, layer: Layer) -> usize {
        self.layers.push(layer);
        self.layers.len() - 1
    }

    fn last(&self) -> Source {
        self.layers.len().checked_sub(1).map_or(Source::Image, Source::Layer)
    }

    fn extent(&self, source: Source) -> Extent {
        extent_of(source, self.input, &extents(self.input, &self.layers))
    }
}
