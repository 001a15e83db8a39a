//! A description out of an architecture.

use std::fmt::Write;

use dim_model_format::{Padding, Shape, Window};

use crate::architecture::{Architecture, Extent, Layer, Operator, Source};

impl Architecture {
    /// A description of this encoder: a line for each layer, without what is usual. Layers that have
    /// names keep them; those that others read by name, or that are taps, get one.
    pub fn to_toml(&self) -> String {
        let Shape { height, width, channels } = self.input;
        let mut text = format!("name = {:?}\ninput = [{height}, {width}, {channels}]\nlayers = [\n", self.name);
        for (index, (layer, input)) in self.layers.iter().zip(self.input_extents()).enumerate() {
            let _ = writeln!(text, "    {{ {} }},", self.layer(index, layer, input).join(", "));
        }
        let [feature_map, conv, fc] = [self.feature_map, self.conv, self.fc].map(|tap| self.name_of(tap));
        let _ = writeln!(text, "]\ntaps = {{ feature_map = {feature_map:?}, conv = {conv:?}, fc = {fc:?} }}");
        text
    }

    /// The keys of a layer.
    fn layer(&self, index: usize, layer: &Layer, input: Extent) -> Vec<String> {
        let mut keys = Vec::new();
        if self.is_named(index) {
            keys.push(format!("name = {:?}", self.name_of(index)));
        }
        if layer.input != before(index) {
            keys.push(format!("from = {:?}", self.source(layer.input)));
        }
        keys.push(self.operator(layer.operator, input));
        let usual = layer.operator.is_weighted() && index + 1 < self.layers.len();
        for (key, flag, usual) in
            [("norm", layer.norm, usual), ("relu", layer.relu, usual), ("dropout", layer.dropout, false)]
        {
            if flag != usual {
                keys.push(format!("{key} = {flag}"));
            }
        }
        keys
    }

    fn operator(&self, operator: Operator, input: Extent) -> String {
        match operator {
            Operator::Conv2d { channels, window: shape } => {
                format!("conv = {{ channels = {channels}, {} }}", window(shape, false))
            }
            Operator::DepthwiseConv2d { window: shape } => format!("depthwise = {{ {} }}", window(shape, false)),
            Operator::Linear { units } => format!("linear = {units}"),
            Operator::MaxPool2d { window: shape } => format!("max_pool = {{ {} }}", window(shape, true)),
            whole if Operator::global_average(input.shape) == Some(whole) => "global_average = true".to_owned(),
            Operator::AveragePool2d { window: shape } => format!("average_pool = {{ {} }}", window(shape, true)),
            Operator::Add { shortcut } => format!("add = {:?}", self.source(shortcut)),
            Operator::Unfold { crop, stride } => format!("unfold = {{ crop = {crop}, stride = {stride} }}"),
            Operator::Fold { .. } => "fold = true".to_owned(),
        }
    }

    /// Whether it has a name of its own, or others or a tap need one.
    fn is_named(&self, layer: usize) -> bool {
        let this = Source::Layer(layer);
        let reads = |(index, other): (usize, &Layer)| {
            (other.input == this && before(index) != this) || other.operator == Operator::Add { shortcut: this }
        };
        let is_tap = [self.feature_map, self.conv, self.fc].contains(&layer);
        is_tap || self.names.contains_key(&layer) || self.layers.iter().enumerate().any(reads)
    }

    fn source(&self, source: Source) -> String {
        match source {
            Source::Image => "image".to_owned(),
            Source::Layer(layer) => self.name_of(layer),
        }
    }
}

/// What a layer reads where it does not say.
fn before(layer: usize) -> Source {
    layer.checked_sub(1).map_or(Source::Image, Source::Layer)
}

/// The keys of a window; see `window` of the reader for `tiles`.
fn window(Window { kernel, stride, padding }: Window, tiles: bool) -> String {
    let pair = |[rows, columns]: [u8; 2]| {
        if rows == columns { rows.to_string() } else { format!("[{rows}, {columns}]") }
    };
    let mut text = format!("kernel = {}", pair(kernel));
    if stride != if tiles { kernel } else { [1; 2] } {
        let _ = write!(text, ", stride = {}", pair(stride));
    }
    let Padding { top, left, bottom, right } = padding;
    if padding == (Padding { top, left, bottom: top, right: left }) {
        if [top, left] != [0; 2] {
            let _ = write!(text, ", padding = {}", pair([top, left]));
        }
    } else {
        let _ = write!(text, ", padding = [{top}, {left}, {bottom}, {right}]");
    }
    text
}
