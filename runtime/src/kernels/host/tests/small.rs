//! Convolutions of many shapes.

use std::format;

use dim_model_format::{Shape, Window};

use super::random::Random;
use super::{Setting, cases};

/// Most multiplications of a case, so that a kernel in an emulator does not take minutes.
const MOST_MACS: usize = 200_000;

/// Compares a convolution with drawn weights and factors.
pub(super) fn compare(shape: Shape, channels: u16, window: Window, seed: u64, random: &mut Random) {
    let fan_in = usize::from(window.kernel[0]) * usize::from(window.kernel[1]) * usize::from(shape.channels);
    let (mut filter, clamp) = (random.filter(channels, fan_in), random.clamp());
    let layouts = random.layouts(&mut filter);
    let setting = Setting::drawn(shape, random);
    let files: std::vec::Vec<_> = layouts
        .iter()
        .map(|layout| {
            setting.file(*layout, |builder, input, output| builder.conv2d(input, window, clamp, &filter, output))
        })
        .collect();
    setting.compare(&files, &format!("seed {seed}: to {channels}, {window:?}"));
}

#[test]
fn conv2d() {
    let mut compared = 0;
    for seed in 0..cases() {
        let mut random = Random(seed);
        let most = if random.bits() & 3 == 0 { 70 } else { 16 };
        let shape = Shape::new(random.extent(14).into(), random.extent(14).into(), random.extent(most).into());
        let channels = u16::from(random.extent(80));
        let kernel = if random.bits() & 3 == 0 { [1, 1] } else { [random.extent(5), random.extent(5)] };
        let Some(window) = random.window(shape.height, shape.width, kernel) else { continue };
        let outputs = window.output(shape.height, shape.width).unwrap_or([0; 2]).map(usize::from);
        let fan_in = usize::from(kernel[0]) * usize::from(kernel[1]) * usize::from(shape.channels);
        if outputs[0] * outputs[1] * usize::from(channels) * fan_in <= MOST_MACS {
            compare(shape, channels, window, seed, &mut random);
            compared += 1;
        }
    }
    assert!(compared > cases() / 4, "{compared}");
}
