//! Files put together by hand: what exporters of other programs write and ours does not.

mod dilations;
mod ends;
mod products;
mod shapes;

use dim_model_format::{
    About, Clamp, Model, Node, Padding, Preprocessing, Quantization, Shape, TapKind, TensorId, Window,
};

use super::{ImportError, InputError, Unsupported, import};
use crate::schema::{self, Activation, IDENTIFIER, Options, TensorType};
use crate::schema::{Operator, Padding as Pads};
use dim_flatbuffer::{Table, Value, write};

const ZERO_AT_MINUS_20: Quantization = Quantization { scale: 0.05, zero_point: -20 };

/// A `.tflite` file that grows.
#[derive(Default)]
struct Sketch {
    codes: Vec<i32>,
    tensors: Vec<Table>,
    buffers: Vec<Table>,
    operators: Vec<Table>,
}

impl Sketch {
    fn new() -> Self {
        Self { buffers: vec![schema::buffer(Vec::new())], ..Self::default() }
    }

    fn tensor(&mut self, shape: &[i32], element: TensorType, quantization: Option<Quantization>) -> i32 {
        let quantization = quantization.map(|q| schema::quantization(vec![q.scale], q.zero_point, 0));
        self.tensors.push(schema::tensor(shape.to_vec(), element, 0, String::new(), quantization));
        self.tensors.len() as i32 - 1
    }

    /// An int8 activation.
    fn map(&mut self, shape: &[i32]) -> i32 {
        self.tensor(shape, TensorType::Int8, Some(ZERO_AT_MINUS_20))
    }

    fn constant(&mut self, shape: &[i32], element: TensorType, data: Vec<u8>, scales: Vec<f32>) -> i32 {
        self.buffers.push(schema::buffer(data));
        let buffer = self.buffers.len() as u32 - 1;
        let quantization = (!scales.is_empty()).then(|| schema::quantization(scales, 0, 0));
        self.tensors.push(schema::tensor(shape.to_vec(), element, buffer, String::new(), quantization));
        self.tensors.len() as i32 - 1
    }

    fn ints(&mut self, shape: &[i32], ints: &[i32]) -> i32 {
        self.constant(shape, TensorType::Int32, ints.iter().flat_map(|int| int.to_le_bytes()).collect(), Vec::new())
    }

    /// An operator by its code, with its attributes if it has some.
    fn operator(&mut self, code: i32, inputs: &[i32], output: i32, options: Option<Options>) {
        let place = self.codes.iter().position(|known| *known == code).unwrap_or_else(|| {
            self.codes.push(code);
            self.codes.len() - 1
        });
        let table = match options {
            Some(options) => schema::operator(place as u32, inputs.to_vec(), output, options),
            None => Table(vec![
                (0, Value::Uint(place as u32)),
                (1, Value::Ints(inputs.to_vec())),
                (2, Value::Ints(vec![output])),
            ]),
        };
        self.operators.push(table);
    }

    /// A 3x3 convolution of one channel to one.
    fn conv2d(&mut self, input: i32, output: i32, padding: Pads, activation: Activation) {
        let weights = (1..=9).collect();
        let weights = self.constant(&[1, 3, 3, 1], TensorType::Int8, weights, vec![0.02]);
        let bias = self.ints(&[1], &[7]);
        let options = Options::Conv2d { padding, stride: [1, 1], activation };
        self.operator(Operator::Conv2d as i32, &[input, weights, bias], output, Some(options));
    }

    fn bytes(self, input: i32, output: i32) -> Vec<u8> {
        self.signed(input, output, schema::signature(Vec::new(), Vec::new()))
    }

    fn signed(self, input: i32, output: i32, signature: Table) -> Vec<u8> {
        self.of_many(vec![input], vec![output], signature)
    }

    fn of_many(self, inputs: Vec<i32>, outputs: Vec<i32>, signature: Table) -> Vec<u8> {
        let code = |code: i32| Table(vec![(0, Value::Byte(code.min(127) as u8)), (3, Value::Int(code))]);
        let subgraph = schema::subgraph(self.tensors, inputs, outputs, self.operators, "main".to_owned());
        let codes = self.codes.into_iter().map(code).collect();
        write(&schema::model(codes, subgraph, String::new(), self.buffers, signature), IDENTIFIER)
    }
}

fn imported(bytes: &[u8]) -> Vec<u8> {
    import(bytes, About::named("test")).unwrap().file
}

/// The only operator that cannot be imported.
fn refused(bytes: &[u8]) -> (usize, String, Unsupported) {
    match import(bytes, About::named("test")) {
        Err(ImportError::Operator { operator, name, reason }) => (operator, name, reason),
        other => panic!("{other:?}"),
    }
}

const RELU: i32 = 19;
const RELU6: i32 = 21;
const SOFTMAX: i32 = 25;
const SUM: i32 = 74;
const DEQUANTIZE: i32 = 6;
const QUANTIZE: i32 = 114;

fn conv_then(code: Option<i32>, fused: Activation) -> Vec<u8> {
    let mut sketch = Sketch::new();
    let input = sketch.map(&[1, 6, 5, 1]);
    let mut output = sketch.map(&[1, 6, 5, 1]);
    sketch.conv2d(input, output, Pads::Same, fused);
    if let Some(code) = code {
        let bounded = sketch.map(&[1, 6, 5, 1]);
        sketch.operator(code, &[output], bounded, None);
        output = bounded;
    }
    sketch.bytes(input, output)
}

#[test]
fn an_activation_of_its_own_is_taken_over() {
    for (code, activation) in [(RELU, Activation::Relu), (RELU6, Activation::Relu6)] {
        let fused = imported(&conv_then(None, activation));
        assert_eq!(imported(&conv_then(Some(code), Activation::None)), fused);
    }
    let file = imported(&conv_then(Some(RELU6), Activation::Relu));
    let model = Model::parse(&file).unwrap();
    // 6 is the code -20 + 120.
    assert_eq!(model.nodes().map(|node| node.clamp()).collect::<Vec<_>>(), [Clamp { min: -20, max: 100 }]);
}

#[test]
fn an_activation_that_nothing_can_take_over_is_a_maximum_of_one() {
    let mut sketch = Sketch::new();
    let input = sketch.map(&[1, 6, 5, 1]);
    let output = sketch.map(&[1, 6, 5, 1]);
    sketch.operator(RELU, &[input], output, None);
    let file = imported(&sketch.bytes(input, output));
    let nodes: Vec<_> = Model::parse(&file).unwrap().nodes().collect();
    let [Node::MaxPool2d(op)] = nodes[..] else { panic!("{nodes:?}") };
    assert_eq!((op.window, op.clamp), (Window::square(1, 1, 0), Clamp { min: -20, max: 127 }));
}

/// Two readers, of which only one bounds it.
#[test]
fn an_activation_is_not_taken_over_from_others() {
    let mut sketch = Sketch::new();
    let [input, made, bounded, sum] = [(); 4].map(|()| sketch.map(&[1, 6, 5, 1]));
    sketch.conv2d(input, made, Pads::Same, Activation::None);
    sketch.operator(RELU, &[made], bounded, None);
    let options = Options::Add { activation: Activation::None };
    sketch.operator(Operator::Add as i32, &[made, bounded], sum, Some(options));
    let file = imported(&sketch.bytes(input, sum));
    let names: Vec<_> = Model::parse(&file).unwrap().nodes().map(|node| node.name()).collect();
    assert_eq!(names, ["conv2d", "max_pool2d", "add"]);
}

#[test]
fn what_is_not_int8_at_the_borders_is_left_out() {
    for (element, zero_point) in [(TensorType::Float32, None), (TensorType::Uint8, Some(108))] {
        let mut sketch = Sketch::new();
        let outside = sketch.tensor(&[1, 6, 5, 1], element, None);
        if let Some(zero_point) = zero_point {
            let fields = vec![(2, Value::Floats(vec![0.05])), (3, Value::Longs(vec![zero_point]))];
            sketch.tensors[outside as usize].0.push((4, Value::Table(Table(fields))));
        }
        let [input, made, probabilities] = [(); 3].map(|()| sketch.map(&[1, 6, 5, 1]));
        let real = sketch.tensor(&[1, 6, 5, 1], TensorType::Float32, None);
        sketch.operator(QUANTIZE, &[outside], input, None);
        sketch.conv2d(input, made, Pads::Same, Activation::None);
        sketch.operator(SOFTMAX, &[made], probabilities, None);
        sketch.operator(DEQUANTIZE, &[probabilities], real, None);
        let imported = import(&sketch.bytes(outside, real), About::named("test")).unwrap();
        let left_out: Vec<_> = imported.left_out.iter().map(|left| (left.operator, left.name.as_str())).collect();
        assert_eq!(left_out, [(0, "QUANTIZE"), (2, "SOFTMAX"), (3, "DEQUANTIZE")]);
        assert_eq!(imported.outputs, [(TapKind::Embedding, made as usize)]);
        let model = Model::parse(&imported.file).unwrap();
        assert_eq!(model.graph().input.preprocessing, Preprocessing::QuantizedU8);
        assert_eq!(model.tensor(TensorId(0)).quantization, ZERO_AT_MINUS_20);
        assert_eq!(model.nodes().count(), 1);
    }
}

fn padded(amounts: [i32; 8], fill: Option<i8>, padding: Pads, output: [i32; 4]) -> Vec<u8> {
    let mut sketch = Sketch::new();
    let input = sketch.map(&[1, 6, 5, 1]);
    let grown = sketch.map(&[1, 6 + amounts[2] + amounts[3], 5 + amounts[4] + amounts[5], 1]);
    let amounts = sketch.ints(&[4, 2], &amounts);
    match fill {
        None => sketch.operator(Operator::Pad as i32, &[input, amounts], grown, None),
        Some(fill) => {
            let fill = sketch.constant(&[], TensorType::Int8, vec![fill as u8], vec![0.05]);
            sketch.operator(Operator::PadV2 as i32, &[input, amounts, fill], grown, None);
        }
    }
    let output = sketch.map(&output);
    sketch.conv2d(grown, output, padding, Activation::None);
    sketch.bytes(input, output)
}

#[test]
fn a_padding_goes_into_the_convolution_behind_it() {
    let amounts = [0, 0, 1, 2, 0, 1, 0, 0];
    for fill in [None, Some(-20)] {
        let file = imported(&padded(amounts, fill, Pads::Valid, [1, 7, 4, 1]));
        let model = Model::parse(&file).unwrap();
        let windows: Vec<_> = model.nodes().map(|node| *node.window().unwrap()).collect();
        let padding = Padding { top: 1, left: 0, bottom: 2, right: 1 };
        assert_eq!(windows, [Window { padding, ..Window::square(3, 1, 0) }]);
    }
    // `SAME` pads what is padded already.
    let file = imported(&padded([0, 0, 1, 0, 0, 0, 0, 0], None, Pads::Same, [1, 7, 5, 1]));
    let window = *Model::parse(&file).unwrap().nodes().next().unwrap().window().unwrap();
    assert_eq!(window.padding, Padding { top: 2, left: 1, bottom: 1, right: 1 });
}

#[test]
fn other_paddings_are_refused() {
    let reason = |amounts, fill| refused(&padded(amounts, fill, Pads::Valid, [1, 6, 3, 1])).2;
    assert_eq!(reason([0, 0, 1, 1, 0, 0, 0, 0], Some(0)), Unsupported::Padded(1));
    assert_eq!(reason([0, 0, 1, 1, 0, 0, 0, 1], None), Unsupported::Padding);
    assert_eq!(reason([0, 0, -1, 3, 0, 0, 0, 0], None), Unsupported::Padding);
    // More than the kernel, which a window cannot have.
    let bytes = padded([0, 0, 4, 0, 0, 0, 0, 0], None, Pads::Valid, [1, 8, 3, 1]);
    assert_eq!(refused(&bytes), (1, "CONV_2D".to_owned(), Unsupported::Node(dim_model_format::NodeError::Window)));
}

#[test]
fn a_flat_input_takes_the_shape_that_it_is_reshaped_to() {
    let mut sketch = Sketch::new();
    let input = sketch.map(&[1, 30]);
    let [map, output] = [(); 2].map(|()| sketch.map(&[1, 6, 5, 1]));
    sketch.operator(Operator::Reshape as i32, &[input], map, None);
    sketch.conv2d(map, output, Pads::Same, Activation::None);
    let file = imported(&sketch.bytes(input, output));
    assert_eq!(Model::parse(&file).unwrap().input_shape(), Shape::new(6, 5, 1));
}

#[test]
fn operators_that_do_not_matter_are_not_read() {
    let mut sketch = Sketch::new();
    let [input, made] = [(); 2].map(|()| sketch.map(&[1, 6, 5, 1]));
    let unused = sketch.map(&[1, 1]);
    sketch.conv2d(input, made, Pads::Same, Activation::None);
    sketch.operator(SUM, &[made], unused, None);
    assert_eq!(Model::parse(&imported(&sketch.bytes(input, made))).unwrap().nodes().count(), 1);
}

#[test]
fn an_unknown_operator_is_named_with_its_number() {
    let mut sketch = Sketch::new();
    let [input, made, other] = [(); 3].map(|()| sketch.map(&[1, 6, 5, 1]));
    sketch.conv2d(input, made, Pads::Same, Activation::None);
    sketch.operator(SUM, &[made], other, None);
    let bytes = sketch.bytes(input, other);
    assert_eq!(refused(&bytes), (1, "SUM".to_owned(), Unsupported::Operator));
    let error = import(&bytes, About::named("test")).unwrap_err().to_string();
    assert!(error.starts_with("operator 1, SUM: not supported; ") && !error.contains('\n'), "{error}");
}

#[test]
fn what_is_not_a_model_is_refused_in_one_line() {
    let is = |bytes: &[u8]| import(bytes, About::named("test")).unwrap_err();
    assert_eq!(is(b""), ImportError::NotTflite);
    assert_eq!(is(b"\x08\0\0\0TFL2"), ImportError::NotTflite);
    assert_eq!(is(b"\x08\0\0\0TFL3"), ImportError::Damaged(0));
    let empty = write(&Table(vec![(0, Value::Uint(3))]), IDENTIFIER);
    assert_eq!(is(&empty).to_string(), "it has 0 subgraphs; only models of one are supported");
    let old = write(&Table(vec![(0, Value::Uint(2))]), IDENTIFIER);
    assert_eq!(is(&old), ImportError::Version(2));
    // A float model.
    let mut sketch = Sketch::new();
    let [input, output] = [(); 2].map(|()| sketch.tensor(&[1, 6, 5, 1], TensorType::Float32, None));
    sketch.conv2d(input, output, Pads::Same, Activation::None);
    assert_eq!(is(&sketch.bytes(input, output)), ImportError::Input(InputError::Float));
}

/// Weights that many operators share would be copied for each.
#[test]
fn a_small_file_cannot_ask_for_much_memory() {
    let mut sketch = Sketch::new();
    let mut last = sketch.map(&[1, 100, 100, 1]);
    let input = last;
    let weights = sketch.constant(&[1, 100, 100, 1], TensorType::Int8, vec![1; 10_000], vec![0.02]);
    for _ in 0..20 {
        let output = sketch.map(&[1, 100, 100, 1]);
        let options = Options::Conv2d { padding: Pads::Same, stride: [1, 1], activation: Activation::None };
        sketch.operator(Operator::Conv2d as i32, &[last, weights], output, Some(options));
        last = output;
    }
    assert_eq!(refused(&sketch.bytes(input, last)).2, Unsupported::SharedWeights);
}

/// Lists as long as the file, which many operators refer to.
#[test]
fn a_small_file_cannot_ask_for_much_work() {
    let mut sketch = Sketch::new();
    let input = sketch.map(&[1; 9]);
    let error = import(&sketch.bytes(input, input), About::named("test")).unwrap_err();
    assert_eq!(error.to_string(), "it has 9 extents in a tensor; TensorFlow Lite has at most 8");
    let mut sketch = Sketch::new();
    let input = sketch.map(&[1, 6, 5, 1]);
    let outputs =
        std::iter::repeat_n(("fc".to_owned(), input as u32), 6).chain([("embedding".to_owned(), input as u32)]);
    let signature = schema::signature(Vec::new(), outputs.collect());
    let error = import(&sketch.signed(input, input, signature), About::named("test")).unwrap_err();
    assert!(error.to_string().starts_with("it has 7 named outputs; "), "{error}");
}

#[test]
fn damaged_files_are_models_or_errors() {
    let bytes = padded([0, 0, 1, 2, 0, 1, 0, 0], Some(-20), Pads::Valid, [1, 7, 4, 1]);
    let mut models = 0;
    for place in 0..bytes.len() {
        // What is cut off may be the zero behind a string, which nothing needs.
        let _ = import(&bytes[..place], About::named("test"));
        for damage in [0x01, 0x04, 0x80, 0xff] {
            let mut damaged = bytes.clone();
            damaged[place] ^= damage;
            if let Ok(imported) = import(&damaged, About::named("test")) {
                Model::parse(&imported.file).unwrap();
                models += 1;
            }
        }
    }
    assert!(models > 0);
}
