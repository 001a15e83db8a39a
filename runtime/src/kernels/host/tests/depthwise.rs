//! Depthwise convolutions of many shapes, with one output of a channel and with several.

use std::format;

use dim_model_format::{FilterLayout, Shape};

use super::random::Random;
use super::{Setting, cases};

#[test]
fn depthwise_conv2d() {
    for seed in 0..cases() {
        let mut random = Random(seed);
        let shape = Shape::new(random.extent(12).into(), random.extent(12).into(), random.extent(40).into());
        let times = if random.bits() & 3 == 0 { u16::from(random.extent(9)) } else { 1 };
        let kernel = if random.bits() & 1 == 0 { [3, 3] } else { [random.extent(9), random.extent(9)] };
        let Some(window) = random.window(shape.height, shape.width, kernel) else { continue };
        let filter = random.filter(shape.channels * times, usize::from(kernel[0]) * usize::from(kernel[1]));
        let clamp = random.clamp();
        let setting = Setting::drawn(shape, &mut random);
        let file = setting.file(FilterLayout::Plain, |builder, input, output| {
            builder.depthwise_conv2d(input, window, clamp, &filter, output)
        });
        setting.compare(&[file], &format!("seed {seed}: {window:?}, {times} times"));
    }
}
