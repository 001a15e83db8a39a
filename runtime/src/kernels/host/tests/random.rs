//! Numbers, filters and windows that are drawn, with extremes among them.

use std::vec::Vec;

use dim_model_format::{Clamp, Filter, FilterLayout, Padding, Rounding, Window};

const LAYOUTS: [FilterLayout; 3] = [FilterLayout::Plain, FilterLayout::Paired, FilterLayout::Int4];

/// `SplitMix64`.
pub(super) struct Random(pub(super) u64);

impl Random {
    pub(super) fn bits(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    pub(super) fn within(&mut self, low: i32, high: i32) -> i32 {
        let range = u64::from((high - low).unsigned_abs()) + 1;
        low + i32::try_from(self.bits() % range).unwrap_or(0)
    }

    pub(super) fn extent(&mut self, most: u8) -> u8 {
        self.within(1, most.into()).try_into().unwrap_or(1)
    }

    /// One in eight is an extreme one.
    pub(super) fn int8(&mut self) -> i8 {
        let [extreme, byte, ..] = self.bits().to_le_bytes();
        match extreme & 15 {
            0 => i8::MIN,
            1 => i8::MAX,
            _ => byte.cast_signed(),
        }
    }

    pub(super) fn int8s(&mut self, count: usize) -> Vec<i8> {
        // Some tensors have nothing but the extremes, with which sums are the largest.
        let extreme = self.bits() & 15 == 0;
        (0..count)
            .map(|_| if extreme { [i8::MIN, i8::MAX][usize::from(self.bits() & 1 == 0)] } else { self.int8() })
            .collect()
    }

    pub(super) fn clamp(&mut self) -> Clamp {
        let [a, b] = [self.int8(), self.int8()];
        if self.bits() & 3 == 0 { Clamp { min: a.min(b), max: a.max(b) } } else { Clamp::NONE }
    }

    pub(super) fn multiplier(&mut self) -> i32 {
        match self.within(0, 7) {
            0 => 0,
            1 => 1 << 30,
            2 => i32::MAX,
            _ => self.within(1 << 30, i32::MAX),
        }
    }

    /// Weights and factors of any size, most of them such that outputs use the range of int8.
    pub(super) fn filter(&mut self, channels: u16, fan_in: usize) -> Filter {
        let mut filter = Filter { weights: self.int8s(usize::from(channels) * fan_in), ..Filter::default() };
        let middle = -8 - i32::try_from(fan_in.ilog2() / 2).unwrap_or(0);
        // One in eight has shifts to the left, one has sums that twice of do not fit 32 bits, and one sums that just fit.
        let kind = self.within(0, 7);
        let most = if kind == 0 { 30 } else { 0 };
        let room = |most: i32| most.saturating_sub(i32::try_from(fan_in * 255 * 128).unwrap_or(i32::MAX)).max(0);
        let most_bias = match kind {
            1 => room(i32::MAX),
            2 => room((1 << 30) - 1),
            _ => room(i32::MAX).min(100_000),
        };
        for _ in 0..channels {
            // The bounds themselves are drawn now and then.
            let bias = if self.bits() & 3 == 0 { most_bias } else { self.within(0, most_bias) };
            filter.bias.push(if self.bits() & 1 == 0 { bias } else { -bias });
            filter.multiplier.push(self.multiplier());
            let shift = if self.bits() & 7 == 0 { self.within(-31, most) } else { self.within(middle - 2, middle + 2) };
            filter.shift.push(shift.try_into().unwrap_or(-1));
        }
        filter
    }

    /// One in eight is a single one.
    pub(super) fn rounding(&mut self) -> Rounding {
        if self.bits() & 7 == 0 { Rounding::Single } else { Rounding::Double }
    }

    /// Those that can hold the filter, to which it loses its lower bits now and then.
    pub(super) fn layouts(&mut self, filter: &mut Filter) -> &'static [FilterLayout] {
        if self.bits() & 3 != 0 {
            return &LAYOUTS[..2];
        }
        filter.weights.iter_mut().for_each(|weight| *weight &= -16);
        &LAYOUTS
    }

    pub(super) fn window(&mut self, height: u16, width: u16, kernel: [u8; 2]) -> Option<Window> {
        let [mut top, mut left, mut bottom, mut right] = [0; 4];
        if self.bits() & 1 == 0 {
            let mut less = |kernel: u8| self.within(0, i32::from(kernel) - 1).try_into().unwrap_or(0);
            [top, left, bottom, right] = [less(kernel[0]), less(kernel[1]), less(kernel[0]), less(kernel[1])];
        }
        let stride = [self.extent(3), self.extent(3)];
        let window = Window { kernel, stride, padding: Padding { top, left, bottom, right } };
        window.output(height, width).map(|_| window)
    }
}
