//! Numbers for models and images: a seeded source and what is drawn from it.
//!
//! `proptest` draws geometry, which it can shrink; thousands of weights come from one of its seeds.

use dim_model_format::{
    Clamp, Filter, FilterLayout, ModelBuilder, Quantization, Rescale, Rounding, Shape, TensorId, Window,
};

/// `SplitMix64` from a seed.
#[derive(Debug, Clone)]
pub struct Draw(pub u64);

impl Draw {
    /// 64 random bits.
    pub fn bits(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// A number in `low..=high`.
    pub fn within(&mut self, low: i64, high: i64) -> i64 {
        low + (self.bits() % (high - low + 1) as u64) as i64
    }

    /// Any int8 number.
    pub fn int8(&mut self) -> i8 {
        self.bits() as i8
    }

    /// Random bytes, or one of the patterns that saturate.
    pub fn bytes(&mut self, len: usize) -> Vec<u8> {
        let [low, high] = [[0, 255], [255, 0], [127, 128], [128, 127]][self.within(0, 3) as usize];
        match self.within(0, 15) {
            0 => vec![low; len],
            1 | 2 => (0..len).map(|_| if self.bits() & 1 == 0 { low } else { high }).collect(),
            3 | 4 => (0..len).map(|_| if self.bits() & 7 == 0 { self.bits() as u8 } else { 128 }).collect(),
            _ => (0..len).map(|_| self.bits() as u8).collect(),
        }
    }

    /// A scale of at most one, and a zero point that is extreme, anything, or near zero.
    pub fn quantization(&mut self) -> Quantization {
        let zero_point = match self.within(0, 7) {
            0 => [i8::MIN, -1, 0, 1, i8::MAX][self.within(0, 4) as usize],
            1 | 2 => self.int8(),
            _ => self.within(-32, 32) as i8,
        };
        Quantization { scale: self.within(1, 4096) as f32 / 4096.0, zero_point }
    }

    /// Any layout of filters.
    pub fn layout(&mut self) -> FilterLayout {
        [FilterLayout::Plain, FilterLayout::Paired, FilterLayout::Int4][self.within(0, 2) as usize]
    }

    /// Either rounding.
    pub fn rounding(&mut self) -> Rounding {
        [Rounding::Double, Rounding::Single][self.within(0, 1) as usize]
    }

    /// None, ReLU, any range, or a single number.
    pub fn clamp(&mut self, output: Quantization) -> Clamp {
        let [a, b] = [self.int8(), self.int8()];
        match self.within(0, 31) {
            0 => Clamp { min: a, max: a },
            1..=4 => Clamp { min: a.min(b), max: a.max(b) },
            5..=12 => Clamp { min: output.zero_point, max: i8::MAX },
            _ => Clamp::NONE,
        }
    }

    /// A legal multiplier, the extreme ones often.
    pub fn multiplier(&mut self) -> i32 {
        match self.within(0, 7) {
            0 => 0,
            1 => 1 << 30,
            2 => i32::MAX,
            3 => (1 << 30) + self.within(0, 3) as i32,
            _ => self.within(1 << 30, i64::from(i32::MAX)) as i32,
        }
    }

    /// A factor that brings numbers around `typical` to the range of int8, or any legal factor.
    fn rescale(&mut self, typical: f64) -> Rescale {
        let fitting = (7.0 - typical.log2()).round() as i64 + self.within(-1, 1);
        match self.within(0, 15) {
            0 => Rescale { multiplier: self.multiplier(), shift: -31 },
            1 => Rescale { multiplier: self.multiplier(), shift: self.within(-31, 30) as i8 },
            _ => Rescale { multiplier: self.multiplier().max(1 << 30), shift: fitting.clamp(-31, 30) as i8 },
        }
    }

    /// Weights, biases and factors for `channels` sums of `fan_in` products, up to the largest bias that is allowed.
    pub fn filter(&mut self, layout: FilterLayout, channels: u16, fan_in: usize) -> Filter {
        let mut filter = Filter::default();
        let weights = self.bytes(usize::from(channels) * fan_in);
        filter.weights = weights.into_iter().map(|byte| weight_in(layout, byte.cast_signed())).collect();
        let largest_bias = i64::from(i32::MAX) - fan_in as i64 * 255 * 128;
        let noise = 74.0 * 74.0 * (fan_in as f64).sqrt();
        for _ in 0..channels {
            let bias = match self.within(0, 15) {
                0 => [-largest_bias, largest_bias][self.within(0, 1) as usize],
                1 => self.within(-largest_bias, largest_bias),
                2..=5 => 0,
                _ => self.within(-30_000, 30_000).clamp(-largest_bias, largest_bias),
            };
            let rescale = self.rescale(noise.max(bias.abs() as f64));
            filter.bias.push(bias as i32);
            filter.multiplier.push(rescale.multiplier);
            filter.shift.push(rescale.shift);
        }
        filter
    }

    /// The factors of an addition with `left_shift` bits of headroom: two for the inputs, one for the output.
    pub fn add_rescales(&mut self, left_shift: u8) -> [Rescale; 3] {
        let fitting = |draw: &mut Self, low, high| Rescale {
            multiplier: draw.multiplier().max(1 << 30),
            shift: draw.within(low, high) as i8,
        };
        let any =
            |draw: &mut Self, high| Rescale { multiplier: draw.multiplier(), shift: draw.within(-31, high) as i8 };
        if self.within(0, 7) == 0 {
            [any(self, 0), any(self, 0), any(self, 30)]
        } else {
            let unshift = -i64::from(left_shift);
            [fitting(self, -2, 0), fitting(self, -2, 0), fitting(self, unshift - 1, unshift + 2)]
        }
    }

    /// The factor of a mean of `elements`, near one or any; its multiplier may have fewer bits than others.
    pub fn mean_rescale(&mut self, elements: usize) -> Rescale {
        let multiplier = self.multiplier() >> self.within(0, 1);
        let fitting = 1 - elements.ilog2() as i8;
        match self.within(0, 7) {
            0 => Rescale { multiplier: multiplier >> self.within(0, 31), shift: self.within(-31, 30) as i8 },
            _ => Rescale { multiplier: multiplier.max(1 << 29), shift: fitting },
        }
    }

    /// The factor of a product of two numbers less their zero points.
    pub fn mul_rescale(&mut self) -> Rescale {
        self.rescale(74.0 * 74.0)
    }

    /// What any number becomes: anything, or itself turned around, which loses nothing.
    pub fn table(&mut self) -> [i8; 256] {
        match self.within(0, 1) {
            0 => std::array::from_fn(|_| self.int8()),
            _ => std::array::from_fn(|index| (127 - index as i32) as i8),
        }
    }

    /// A window over `height` x `width` that fits at least once.
    pub fn window(&mut self, height: u16, width: u16) -> Window {
        let mut axis = |extent: u16| {
            let kernel = self.within(1, 5) as u8;
            let largest = i64::from(kernel) - 1;
            let missing = (i64::from(kernel) - i64::from(extent)).max(0);
            let before = self.within(missing.min(largest), largest);
            (kernel, self.within(1, 3) as u8, before as u8, self.within(0, largest) as u8)
        };
        let [vertical, horizontal] = [axis(height), axis(width)];
        window(vertical, horizontal)
    }
}

/// The weight nearest below that `layout` can hold.
pub fn weight_in(layout: FilterLayout, weight: i8) -> i8 {
    if layout == FilterLayout::Int4 { weight & -16 } else { weight }
}

/// A window from `(kernel, stride, padding before, padding after)` of each axis.
pub fn window(vertical: (u8, u8, u8, u8), horizontal: (u8, u8, u8, u8)) -> Window {
    let padding =
        dim_model_format::Padding { top: vertical.2, left: horizontal.2, bottom: vertical.3, right: horizontal.3 };
    Window { kernel: [vertical.0, horizontal.0], stride: [vertical.1, horizontal.1], padding }
}

/// Gives the bytes of a tensor another zero point, by a depthwise convolution that changes no byte:
/// `1 * q - zero_point`, rescaled by one, plus `zero_point`.
pub fn with_zero_point(builder: &mut ModelBuilder<'_>, tensor: TensorId, zero_point: i8) -> TensorId {
    let channels = usize::from(builder.shape(tensor).channels);
    let filter = Filter {
        weights: vec![1; channels],
        bias: vec![-i32::from(zero_point); channels],
        multiplier: vec![1 << 30; channels],
        shift: vec![1; channels],
    };
    let output = Quantization { scale: 1.0 / 128.0, zero_point };
    builder.depthwise_conv2d(tensor, Window::square(1, 1, 0), Clamp::NONE, &filter, output)
}

/// The number of elements, which is also that of the pixels.
pub fn elements(shape: Shape) -> usize {
    shape.elements() as usize
}
