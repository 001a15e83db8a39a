//! A network as a preset describes it, with drawn weights: what training would make of it, without training.

use std::collections::BTreeMap;

use dim_conformance::draw::Draw;
use dim_model_format::{
    About, Add, Clamp, Filter, FilterLayout, ModelBuilder, Padding, Pool2d, Quantization, Rescale, Rounding, Shape,
    TapKind, TensorId, Window,
};
use toml::{Table, Value};

/// The `.dim` file of a description; `None` where one of its layers has no operator in such a file.
pub(crate) fn network(description: &Table, rounding: Rounding) -> Option<Vec<u8>> {
    let layers = description["layers"].as_array().unwrap();
    let layers: Vec<&Table> = layers.iter().map(|layer| layer.as_table().unwrap()).collect();
    if layers.iter().any(|layer| layer.contains_key("unfold")) {
        return None;
    }
    let [height, width, channels] = [0, 1, 2].map(|axis| number(&description["input"][axis]));
    let mut builder =
        ModelBuilder::new(About::named(description["name"].as_str().unwrap()), Shape::new(height, width, channels));
    builder.set_rounding(rounding);
    builder.set_filter_layout(FilterLayout::Paired);
    let mut network = Network { builder, draw: Draw(3), newest: TensorId(0), named: BTreeMap::new() };
    for layer in &layers {
        network.append(layer);
    }
    let Network { mut builder, newest, named, .. } = network;
    builder.tap(TapKind::FeatureMap, named[description["taps"]["feature_map"].as_str().unwrap()]);
    builder.tap(TapKind::Embedding, newest);
    Some(builder.finish().unwrap())
}

struct Network<'a> {
    builder: ModelBuilder<'a>,
    draw: Draw,
    newest: TensorId,
    named: BTreeMap<String, TensorId>,
}

impl Network<'_> {
    fn append(&mut self, layer: &Table) {
        let input = layer.get("from").map_or(self.newest, |name| self.named[name.as_str().unwrap()]);
        let shape = self.builder.shape(input);
        let is_rectified = layer.get("relu").map_or(!layer.contains_key("add"), |relu| relu.as_bool().unwrap());
        let output = Quantization { scale: 1.0 / 64.0, zero_point: if is_rectified { -100 } else { 9 } };
        let clamp = if is_rectified { Clamp { min: -100, max: 127 } } else { Clamp::NONE };
        let key =
            layer.keys().find(|key| !["name", "from", "norm", "relu", "dropout"].contains(&key.as_str())).unwrap();
        let value = &layer[key];
        self.newest = match key.as_str() {
            "conv" => {
                let window = window(value);
                let fan_in = area(window) * usize::from(shape.channels);
                let filter = self.filter(number(&value["channels"]), fan_in);
                self.builder.conv2d(input, window, clamp, &filter, output)
            }
            "depthwise" => {
                let filter = self.filter(shape.channels, area(window(value)));
                self.builder.depthwise_conv2d(input, window(value), clamp, &filter, output)
            }
            "linear" => {
                let filter = self.filter(number(value), usize::try_from(shape.elements()).unwrap());
                self.builder.fully_connected(input, clamp, &filter, output)
            }
            "max_pool" => self.builder.max_pool2d(Pool2d { input, window: window(value), clamp: Clamp::NONE }),
            "global_average" => {
                let kernel = [shape.height, shape.width].map(|extent| u8::try_from(extent).unwrap());
                let window = Window { kernel, ..Window::square(1, 1, 0) };
                self.builder.average_pool2d(Pool2d { input, window, clamp: Clamp::NONE })
            }
            "add" => {
                let [left, right, output_rescale] = [0, 0, -18].map(|shift| self.rescale(shift));
                let inputs = [self.named[value.as_str().unwrap()], input];
                let op = Add { inputs, left_shift: 20, input_rescale: [left, right], output_rescale, clamp };
                self.builder.add(op, output)
            }
            other => panic!("{other} is new: say here what it becomes"),
        };
        if let Some(name) = layer.get("name") {
            self.named.insert(name.as_str().unwrap().to_owned(), self.newest);
        }
    }

    /// Weights, biases, and factors that bring the sums to the range of int8.
    fn filter(&mut self, channels: u16, fan_in: usize) -> Filter {
        let weights = (0..usize::from(channels) * fan_in).map(|_| self.draw.int8()).collect();
        let mut filter = Filter { weights, ..Filter::default() };
        let deviation = 74.0 * 74.0 * (fan_in as f64).sqrt();
        let shift = (6.0 - deviation.log2()).round() as i8;
        for _ in 0..channels {
            let Rescale { multiplier, shift } = self.rescale(shift);
            filter.bias.push(self.draw.within(-10_000, 10_000) as i32);
            filter.multiplier.push(multiplier);
            filter.shift.push(shift);
        }
        filter
    }

    fn rescale(&mut self, shift: i8) -> Rescale {
        Rescale { multiplier: self.draw.within(1 << 30, i64::from(i32::MAX)) as i32, shift }
    }
}

fn number<T: TryFrom<i64, Error: std::fmt::Debug>>(value: &Value) -> T {
    T::try_from(value.as_integer().unwrap()).unwrap()
}

/// One number is that of rows and of columns.
fn pair(table: &Value, key: &str, default: u8) -> [u8; 2] {
    match table.get(key) {
        None => [default; 2],
        Some(Value::Array(pair)) => [number(&pair[0]), number(&pair[1])],
        Some(both) => [number(both); 2],
    }
}

fn window(table: &Value) -> Window {
    let [rows, columns] = pair(table, "padding", 0);
    let padding = Padding { top: rows, bottom: rows, left: columns, right: columns };
    Window { kernel: pair(table, "kernel", 1), stride: pair(table, "stride", 1), padding }
}

fn area(window: Window) -> usize {
    window.kernel.map(usize::from).iter().product()
}
