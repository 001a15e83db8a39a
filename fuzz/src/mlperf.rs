//! A device under test of MLPerf Tiny with a small model.

use std::cell::RefCell;

use dim_mlperf::{Board, DeviceUnderTest};
use dim_model_format::{About, Clamp, Filter, Model, ModelBuilder, Quantization, Shape, TapKind};

/// Elements of an image, and units.
const ELEMENTS: u16 = 3;

/// What a device has sent.
#[derive(Debug, Default)]
pub struct Heard(RefCell<Vec<u8>>);

impl Heard {
    /// All of it, which is text.
    ///
    /// # Panics
    /// If it is not.
    pub fn text(&self) -> String {
        String::from_utf8(self.0.borrow().clone()).expect("a device sends text")
    }
}

impl Board for &Heard {
    fn send(&mut self, bytes: &[u8]) {
        self.0.borrow_mut().extend(bytes);
    }

    fn microseconds(&mut self) -> u64 {
        0
    }
}

/// Starts a device for anomaly detection, which reads reals and computes with them.
///
/// # Panics
/// If it does not start.
pub fn start(heard: &Heard, session: impl FnOnce(&mut DeviceUnderTest<'_, '_, &Heard>)) {
    let mut builder = ModelBuilder::new(About::named("fuzzed"), Shape::new(1, 1, ELEMENTS));
    let units = usize::from(ELEMENTS);
    let filter = Filter {
        weights: (0..).take(units * units).collect(),
        bias: vec![0; units],
        multiplier: vec![1 << 30; units],
        shift: vec![-1; units],
    };
    let output = Quantization { scale: 0.5, zero_point: 0 };
    let embedding = builder.fully_connected(builder.input(), Clamp::NONE, &filter, output);
    builder.tap(TapKind::Embedding, embedding);
    let file = builder.finish().expect("the model is one");
    let model = Model::parse(&file).expect("it was just written");
    let (mut arena, mut input) = (vec![0; model.arena_bytes()], [0; 32]);
    session(&mut DeviceUnderTest::start(&model, &mut arena, &mut input, heard).expect("it has a task"));
}
