//! The tables of the documentation, generated from `tests/budgets/`.

use std::fs;

use dim_conformance::{benchmark, graphs};
use dim_model_format::{FilterLayout, Model, Node, Tensor};

use crate::budgets::{self, Code, Processor};
use crate::{is_blessing, processors, project};

/// As columns are headed.
fn heading(processor: &str) -> String {
    match processor.strip_prefix("cortex-m") {
        Some("0plus") => "M0+".to_owned(),
        Some(number) => format!("M{number}"),
        None => "RV32".to_owned(),
    }
}

fn thousands(number: u64) -> String {
    let digits = number.to_string();
    let groups: Vec<&str> = digits.as_bytes().rchunks(3).rev().map(|group| str::from_utf8(group).unwrap()).collect();
    groups.join(",")
}

/// A row of a table.
fn row(cells: impl IntoIterator<Item = String>) -> String {
    format!("| {} |\n", cells.into_iter().collect::<Vec<_>>().join(" | "))
}

fn head(first: &[&str], rest: impl IntoIterator<Item = String>) -> String {
    let cells: Vec<String> = first.iter().map(|cell| (*cell).to_owned()).chain(rest).collect();
    let count = cells.len();
    row(cells) + &format!("|{}\n", "---|".repeat(count))
}

/// Every processor with its counts.
fn counts() -> Vec<(String, Processor)> {
    processors().into_iter().map(|name| (heading(&name), budgets::read(&name))).collect()
}

fn totals() -> String {
    let counts = counts();
    let mut table = head(&["network", "MAC"], counts.iter().map(|(heading, _)| heading.clone()));
    for (file, (name, _)) in benchmark::networks().iter().zip(graphs::ALL) {
        let macs = Model::parse(file).unwrap().macs();
        let cell = |counts: &Processor| {
            let total = counts[name].total as f64;
            format!("{:.2} M ({:.2})", total / 1e6, total / macs as f64)
        };
        let first = [name.to_owned(), thousands(macs)];
        table += &row(first.into_iter().chain(counts.iter().map(|(_, counts)| cell(counts))));
    }
    table
}

/// Those that are counted with weights of four bits, too.
fn int4() -> String {
    let counts = counts();
    let mut table =
        head(&["network", "weights", "bytes of the file"], counts.iter().map(|(heading, _)| heading.clone()));
    for (name, file) in benchmark::int4_networks() {
        let network = graphs::ALL.iter().position(|(of_all, _)| name.strip_suffix("-int4") == Some(of_all)).unwrap();
        let int8 = (graphs::ALL[network].0, &benchmark::networks()[network], "int8");
        for (name, file, weights) in [int8, (name, &file, "int4")] {
            let first = [int8.0.to_owned(), weights.to_owned(), thousands(file.len() as u64)];
            let cells = counts.iter().map(|(_, counts)| format!("{:.2} M", counts[name].total as f64 / 1e6));
            table += &row(first.into_iter().chain(cells));
        }
    }
    table
}

/// Such as `conv2d 3x3 stride 2, 16 to 32`.
fn describe(node: &Node, input: &Tensor, output: &Tensor) -> String {
    let window = node.window().map_or_else(String::new, |window| {
        let stride = if window.stride == [1, 1] { String::new() } else { format!(" stride {}", window.stride[0]) };
        format!(" {}x{}{stride}", window.kernel[0], window.kernel[1])
    });
    let shape = match node {
        Node::Conv2d(_) | Node::PairedConv2d(_) | Node::Int4Conv2d(_) => {
            format!(", {} to {}", input.shape.channels, output.shape.channels)
        }
        Node::DepthwiseConv2d(_) => format!(", {}", output.shape.channels),
        Node::FullyConnected(_) | Node::PairedFullyConnected(_) | Node::Int4FullyConnected(_) => {
            format!(" {} to {}", input.shape.elements(), output.shape.channels)
        }
        Node::Add(_) => format!(" {} elements", thousands(output.shape.elements())),
        _ => String::new(),
    };
    format!("{}{window}{shape}", node.name())
}

fn layers(network: usize) -> String {
    let counts = counts();
    let name = graphs::ALL[network].0;
    let file = &benchmark::networks()[network];
    let model = Model::parse(file).unwrap();
    let mut table = head(&["tensor", "operator", "MAC"], counts.iter().map(|(heading, _)| heading.clone()));
    let mut add = |first: [String; 3], cell: &dyn Fn(&Processor) -> String| {
        table += &row(first.into_iter().chain(counts.iter().map(|(_, counts)| cell(counts))));
    };
    add(["0", "input", "0"].map(str::to_owned), &|counts| thousands(counts[name].layers[0]));
    for ((node, output), tensor) in model.layers().zip(1..) {
        let input = model.tensor(node.inputs().next().unwrap());
        let macs = thousands(model.node_macs(&node, output.shape));
        let first = [tensor.to_string(), describe(&node, &input, &output), macs];
        add(first, &|counts| thousands(counts[name].layers[tensor]));
    }
    add([String::new(), "all".to_owned(), thousands(model.macs())], &|counts| thousands(counts[name].total));
    let per_mac = |counts: &Processor| format!("{:.3}", counts[name].total as f64 / model.macs() as f64);
    add([String::new(), "for a MAC".to_owned(), String::new()], &per_mac);
    table
}

fn memory() -> String {
    let mut table = head(&["network", "arena", "of it scratch", "arena of the plain layout"], []);
    for (name, build) in graphs::ALL {
        let [paired, plain] = [FilterLayout::Paired, FilterLayout::Plain].map(|layout| build(benchmark::SEED, layout));
        let [paired, plain] = [&paired, &plain].map(|file| Model::parse(file).unwrap());
        let bytes = [paired.arena_bytes(), paired.scratch_bytes(), plain.arena_bytes()];
        table += &row([name.to_owned()].into_iter().chain(bytes.map(|bytes| thousands(bytes as u64))));
    }
    table
}

fn stack() -> String {
    let counts = counts();
    let mut table = head(&["bytes of stack"], counts.iter().map(|(heading, _)| heading.clone()));
    for (name, _) in graphs::ALL {
        let cells = counts.iter().map(|(_, counts)| thousands(counts[name].stack));
        table += &row([name.to_owned()].into_iter().chain(cells));
    }
    table
}

fn code() -> String {
    let Code { text, text_by_tiles, text_of_resnet8, text_of_resnet8_by_tiles, rodata } = budgets::read("code");
    let mut table = head(&["section", "bytes", "with tiles"], []);
    for (name, bytes) in [
        (".text", [text, text_by_tiles]),
        (".text with the operators of ResNet-8 only", [text_of_resnet8, text_of_resnet8_by_tiles]),
        (".rodata", [rodata; 2]),
    ] {
        table += &row([name.to_owned()].into_iter().chain(bytes.map(thousands)));
    }
    table
}

/// Whether an encoder has convolutions that go by tiles.
fn has_tiles(file: &[u8]) -> bool {
    let is_by_tiles =
        |node: Node| matches!(node, Node::PairedConv2d(op) | Node::Int4Conv2d(op) if op.window.kernel == [3, 3]);
    Model::parse(file).unwrap().nodes().any(is_by_tiles)
}

/// Flash and RAM of the least firmware with an encoder in it: code with every operator, with tiles or without, constants,
/// the file; arena and stack, of a Cortex-M4. What a firmware has beside them is not known here.
fn device(network: &str, file: &[u8], by_tiles: bool) -> [u64; 2] {
    let Code { text, text_by_tiles, rodata, .. } = budgets::read("code");
    let text = if by_tiles { text_by_tiles } else { text };
    let counts: Processor = budgets::read("cortex-m4");
    let arena = Model::parse(file).unwrap().arena_bytes() as u64;
    [text + rodata + file.len() as u64, arena + counts[network].stack]
}

fn devices() -> String {
    let mut table = head(&["network", "flash, int8", "RAM", "flash, int4 weights", "RAM"], []);
    for (name, build) in graphs::ALL {
        let layouts = [FilterLayout::Paired, FilterLayout::Int4];
        let files = layouts.map(|layout| build(benchmark::SEED, layout));
        let cells = files.iter().flat_map(|file| device(name, file, has_tiles(file)));
        table += &row([name.to_owned()].into_iter().chain(cells.map(thousands)));
    }
    table
}

/// A keyword spotter in 64 KB of flash and 16 KB of RAM, and with weights of four bits and without tiles ResNet-8 in as much
/// flash.
#[test]
fn a_device_of_64_kb_is_enough() {
    const FLASH: u64 = 64 << 10;
    let [flash, ram] = device("ds_cnn", &graphs::ds_cnn(benchmark::SEED, FilterLayout::Paired), false);
    assert!(flash <= FLASH && ram <= 16 << 10, "ds_cnn: {flash} and {ram}");
    let [flash, ram] = device("resnet8", &graphs::resnet8(benchmark::SEED, FilterLayout::Int4), false);
    assert!(flash <= FLASH && ram <= 48 << 10, "resnet8: {flash} and {ram}");
}

/// Million instructions of CMSIS-NN for resnet8, ds_cnn and mobilenet, as docs/PERFORMANCE.md states; 0 is not measured.
const CMSIS_NN: [(&str, [f64; 3]); 6] = [
    ("M0+", [97.57, 28.99, 86.85]),
    ("M3", [41.76, 0.0, 0.0]),
    ("M4", [29.87, 7.84, 24.71]),
    ("M7", [29.93, 7.76, 24.47]),
    ("M33", [29.93, 7.80, 24.53]),
    ("M55", [4.81, 1.78, 6.42]),
];

fn ratios() -> String {
    let networks = ["resnet8", "ds_cnn", "mobilenet"];
    let mut table = head(&[""], networks.map(str::to_owned));
    let counts = counts();
    for (processor, millions) in CMSIS_NN {
        let (_, ours) = counts.iter().find(|(heading, _)| heading == processor).unwrap();
        let cells = networks.iter().zip(millions).map(|(network, million)| {
            let ratio = million * 1e6 / ours[*network].total as f64;
            if million > 0.0 { format!("{ratio:.2}") } else { String::new() }
        });
        table += &row([processor.to_owned()].into_iter().chain(cells));
    }
    table
}

/// ResNet-8 in the README.
fn summary() -> String {
    let counts = counts();
    let million = counts.iter().map(|(_, counts)| format!("{:.1}", counts["resnet8"].total as f64 / 1e6));
    head(&[""], counts.iter().map(|(heading, _)| heading.clone()))
        + &row(["million instructions".to_owned()].into_iter().chain(million))
}

/// Compares what is between the marks of a table, or replaces it.
fn check(path: &str, mark: &str, table: &str) {
    let file = fs::read_to_string(project(path)).unwrap();
    let [begin, end] = [format!("<!-- generated: {mark} -->\n"), "<!-- end -->".to_owned()];
    let (before, rest) = file.split_once(&begin).unwrap_or_else(|| panic!("{path} has no table {mark}"));
    let (stated, after) = rest.split_once(&end).unwrap_or_else(|| panic!("the table {mark} of {path} has no end"));
    if is_blessing() {
        fs::write(project(path), [before, &begin, table, &end, after].concat()).unwrap();
    } else {
        assert!(stated == table, "{path}, table {mark}: bless it, DIM_BLESS=1, or write\n{table}");
    }
}

#[test]
fn the_tables_are_those_of_the_budgets() {
    check("docs/PERFORMANCE.md", "totals", &totals());
    check("docs/PERFORMANCE.md", "ratios", &ratios());
    check("docs/PERFORMANCE.md", "resnet8", &layers(0));
    check("docs/PERFORMANCE.md", "conv32", &layers(1));
    check("docs/PERFORMANCE.md", "ds_cnn", &layers(2));
    check("docs/PERFORMANCE.md", "memory", &memory());
    check("docs/PERFORMANCE.md", "stack", &stack());
    check("docs/PERFORMANCE.md", "code", &code());
    check("docs/PERFORMANCE.md", "devices", &devices());
    check("docs/QUANTIZATION.md", "int4", &int4());
    check("README.md", "counts", &summary());
}
