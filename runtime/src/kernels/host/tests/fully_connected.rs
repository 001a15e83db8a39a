//! Fully connected layers of many shapes.

use std::format;
use std::vec::Vec;

use dim_model_format::Shape;

use super::random::Random;
use super::{Setting, cases};

#[test]
fn fully_connected() {
    for seed in 0..cases() {
        let mut random = Random(seed);
        let shape = Shape::new(1, random.extent(4).into(), random.extent(90).into());
        let units = u16::from(random.extent(20));
        let mut filter = random.filter(units, usize::try_from(shape.elements()).unwrap_or(0));
        let clamp = random.clamp();
        let layouts = random.layouts(&mut filter);
        let setting = Setting::drawn(shape, &mut random);
        let files: Vec<_> = layouts
            .iter()
            .map(|layout| {
                setting.file(*layout, |builder, input, output| builder.fully_connected(input, clamp, &filter, output))
            })
            .collect();
        setting.compare(&files, &format!("seed {seed}: to {units}"));
    }
}
