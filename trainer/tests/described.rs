//! Random descriptions: what is read is what it says, makes a network of its shapes, and becomes a file.

use burn::tensor::{Device, Tensor};
use dim_trainer::architecture::Architecture;
use dim_trainer::model::Encoder;
use dim_trainer::quantize::cost;
use rand::rngs::StdRng;
use rand::{Rng, SeedableRng};

/// Draws the parts of a description, usable or not.
struct Draw(StdRng);

impl Draw {
    fn one_of<'a>(&mut self, choices: &[&'a str]) -> &'a str {
        choices[self.0.random_range(0..choices.len())]
    }

    fn description(&mut self) -> String {
        let height = self.one_of(&["1", "2", "7", "16", "33"]);
        let input = [height, self.one_of(&["1", "3", "16", "40"]), self.one_of(&["1", "2", "3"])].join(", ");
        let count = self.0.random_range(1..8);
        let layers: Vec<String> = (0..count).map(|index| self.layer(index)).collect();
        let taps = match self.0.random_range(0..3) {
            0 => format!("taps = {{ feature_map = \"l{}\" }}\n", self.0.random_range(0..count)),
            _ => String::new(),
        };
        format!("name = \"drawn\"\ninput = [{input}]\nlayers = [\n{}]\n{taps}", layers.concat())
    }

    fn layer(&mut self, index: usize) -> String {
        let operator = match self.0.random_range(0..12) {
            0..4 => format!("conv = {{ channels = {}, {} }}", self.0.random_range(1..9), self.window()),
            4..6 => format!("depthwise = {{ {} }}", self.window()),
            6 => format!("linear = {}", self.0.random_range(1..20)),
            7 => format!("max_pool = {{ {} }}", self.window()),
            8 => format!("average_pool = {{ {} }}", self.window()),
            9 => "global_average = true".to_owned(),
            10 => format!("add = {}", self.earlier(index)),
            _ => format!("conv = {{ channels = 4, kernel = 1 }}, norm = {}", self.0.random_bool(0.5)),
        };
        let from = if self.0.random_bool(0.1) { format!("from = {}, ", self.earlier(index)) } else { String::new() };
        let relu = self.one_of(&["", "", ", relu = true", ", relu = false"]);
        format!("    {{ name = \"l{index}\", {from}{operator}{relu} }},\n")
    }

    fn earlier(&mut self, index: usize) -> String {
        match index {
            0 => "\"image\"".to_owned(),
            _ => format!("\"l{}\"", self.0.random_range(0..index)),
        }
    }

    fn window(&mut self) -> String {
        let kernel = self.one_of(&["1", "2", "3", "[1, 3]", "[3, 1]", "[1, 5]"]);
        let stride = self.one_of(&["", ", stride = 1", ", stride = 2", ", stride = [1, 2]", ", stride = [2, 3]"]);
        let padding = self.one_of(&["", ", padding = \"same\"", ", padding = [0, 1]", ", padding = [1, 0, 0, 1]"]);
        format!("kernel = {kernel}{stride}{padding}")
    }
}

#[test]
fn what_is_read_makes_a_network_and_a_file() {
    let mut draw = Draw(StdRng::seed_from_u64(4));
    let device = Device::flex();
    let mut usable = 0;
    for _ in 0..3000 {
        let text = draw.description();
        let Ok(architecture) = Architecture::from_toml(&text) else { continue };
        usable += 1;
        assert_eq!(Architecture::from_toml(&architecture.to_toml()).unwrap(), architecture, "{text}");
        let cost = cost(&architecture).unwrap_or_else(|error| panic!("{error}\n{text}"));
        assert!(cost.device.is_some_and(|device| device.arena_bytes > 0 && device.file_bytes > device.weight_bytes));
        let rest = architecture.after_feature_map("rest", 5);
        assert_eq!(rest.shapes().last(), Some(&[5, 1, 1]), "{text}");
        let [height, width, channels] =
            [architecture.input.height, architecture.input.width, architecture.input.channels].map(usize::from);
        let encoder = Encoder::new(&architecture, &device);
        let outputs = encoder.forward_layers(Tensor::zeros([2, channels, height, width], &device));
        for (output, [channels, height, width]) in outputs.iter().zip(architecture.shapes()) {
            assert_eq!(output.dims(), [2, channels, height, width], "{text}");
        }
    }
    // So that refusing everything would not pass.
    assert!(usable > 300, "{usable}");
}
