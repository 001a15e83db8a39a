//! Layers that are computed in parts, and those of which a single row of inputs or a single block of weights is larger
//! than the cache.

use std::format;

use dim_model_format::{FilterLayout, Padding, Shape, Window};

use super::Setting;
use super::random::Random;
use super::small::compare;

/// More rows than are copied at once, with and without a row of windows left for the last band.
#[test]
fn bands_of_rows() {
    for (seed, (height, stride)) in (0..).zip([(90, 1), (91, 2), (97, 3), (180, 1)]) {
        let window = Window::square(3, stride, 1);
        compare(Shape::new(height, 50, 20), 5, window, seed, &mut Random(seed));
    }
}

/// Three rows of 8 columns and 6000 channels are 144 KB, and the weights of 16 channels 288 KB, or twice that.
#[test]
fn long_rows() {
    compare(Shape::new(4, 6, 2000), 20, Window::square(3, 1, 1), 0, &mut Random(0));
    compare(Shape::new(1, 300, 600), 3, Window::square(1, 1, 0), 1, &mut Random(1));
    compare(Shape::new(2, 3, 9000), 33, Window::square(1, 1, 0), 2, &mut Random(2));
}

/// With the most inputs of a sum that the format allows.
#[test]
fn most_inputs() {
    let window = |height, width| Window { kernel: [height, width], stride: [1; 2], padding: Padding::all(0) };
    compare(Shape::new(255, 255, 1), 2, window(255, 255), 0, &mut Random(0));
    compare(Shape::new(1, 1, 65_000), 3, window(1, 1), 1, &mut Random(1));
    // The published network: 3x3, 128 channels.
    compare(Shape::new(4, 4, 128), 128, Window::square(3, 1, 1), 2, &mut Random(2));
}

/// As many taps as there can be, and rows of cells of 200 KB.
#[test]
fn depthwise() {
    let cases = [
        (Shape::new(20, 260, 1), 3, Window { kernel: [17, 255], stride: [1, 2], padding: Padding::all(3) }),
        (Shape::new(5, 60, 200), 1, Window::square(3, 1, 1)),
        (Shape::new(40, 90, 33), 2, Window::square(3, 2, 1)),
    ];
    for (seed, (shape, times, window)) in (0..).zip(cases) {
        let mut random = Random(seed);
        let taps = usize::from(window.kernel[0]) * usize::from(window.kernel[1]);
        let (filter, clamp) = (random.filter(shape.channels * times, taps), random.clamp());
        let setting = Setting::drawn(shape, &mut random);
        let file = setting.file(FilterLayout::Plain, |builder, input, output| {
            builder.depthwise_conv2d(input, window, clamp, &filter, output)
        });
        setting.compare(&[file], &format!("{window:?}, {times} times"));
    }
}
