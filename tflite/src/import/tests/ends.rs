//! Inputs and outputs: what is left out, what is refused and why, and which output it is.

use dim_model_format::{About, Model, Quantization, TapKind, TensorId};

use super::super::{ImportError, ImportOptions, InputError, import, import_with};
use super::{DEQUANTIZE, Pads, QUANTIZE, SOFTMAX, Sketch, imported};
use crate::schema::{self, Activation, TensorType};
use dim_flatbuffer::{Table, Value};

const LOGISTIC: i32 = 14;
const TANH: i32 = 28;
const LOG_SOFTMAX: i32 = 50;
const TRANSPOSE: i32 = 39;
const ARG_MAX: i32 = 56;

#[test]
fn what_keeps_the_order_of_scores_is_left_out() {
    for code in [LOGISTIC, TANH, LOG_SOFTMAX, SOFTMAX] {
        let mut sketch = Sketch::new();
        let [input, made, end] = [(); 3].map(|()| sketch.map(&[1, 6, 5, 1]));
        sketch.conv2d(input, made, Pads::Same, Activation::None);
        sketch.operator(code, &[made], end, None);
        let imported = import(&sketch.bytes(input, end), About::named("test")).unwrap();
        assert_eq!((imported.left_out[0].operator, imported.outputs[0].1), (1, made as usize));
    }
}

/// The scores would be in another order than the model's.
#[test]
fn nothing_is_left_out_in_front_of_what_moves_scores() {
    let mut sketch = Sketch::new();
    let [input, made, probabilities] = [(); 3].map(|()| sketch.map(&[1, 6, 5, 1]));
    let turned = sketch.map(&[1, 5, 6, 1]);
    let real = sketch.tensor(&[1, 5, 6, 1], TensorType::Float32, None);
    sketch.conv2d(input, made, Pads::Same, Activation::None);
    sketch.operator(SOFTMAX, &[made], probabilities, None);
    let order = sketch.ints(&[4], &[0, 2, 1, 3]);
    sketch.operator(TRANSPOSE, &[probabilities, order], turned, None);
    sketch.operator(DEQUANTIZE, &[turned], real, None);
    assert_eq!(super::refused(&sketch.bytes(input, real)).1, "SOFTMAX");
}

#[test]
fn an_output_of_indices_names_what_makes_it() {
    let mut sketch = Sketch::new();
    let [input, made] = [(); 2].map(|()| sketch.map(&[1, 6, 5, 1]));
    let index = sketch.tensor(&[1], TensorType::Int32, None);
    sketch.conv2d(input, made, Pads::Same, Activation::None);
    sketch.operator(ARG_MAX, &[made], index, None);
    let error = import(&sketch.bytes(input, index), About::named("test")).unwrap_err().to_string();
    assert!(error.contains("is made by ARG_MAX, not of an int8 tensor"), "{error}");
}

/// A model whose input has this type and, if it is uint8, this scale and zero point, and a `QUANTIZE` to int8 or int16.
fn of_input(element: TensorType, quantized: Option<(f32, i64)>, behind: Option<TensorType>) -> Vec<u8> {
    let mut sketch = Sketch::new();
    let outside = sketch.tensor(&[1, 6, 5, 1], element, None);
    if let Some((scale, zero_point)) = quantized {
        let fields = vec![(2, Value::Floats(vec![scale])), (3, Value::Longs(vec![zero_point]))];
        sketch.tensors[outside as usize].0.push((4, Value::Table(Table(fields))));
    }
    let mut read = outside;
    if let Some(element) = behind {
        read = sketch.tensor(&[1, 6, 5, 1], element, Some(super::ZERO_AT_MINUS_20));
        sketch.operator(QUANTIZE, &[outside], read, None);
    }
    let output = sketch.map(&[1, 6, 5, 1]);
    sketch.conv2d(read, output, Pads::Same, Activation::None);
    sketch.bytes(outside, output)
}

#[test]
fn a_uint8_input_loses_128_and_whatever_else_is_a_table() {
    let of = |scale, zero_point| of_input(TensorType::Uint8, Some((scale, zero_point)), Some(TensorType::Int8));
    let exact = [0.05_f32, 0.05_f32.next_up(), 0.05_f32.next_down(), 0.050_000_1];
    for scale in exact {
        assert_eq!(Model::parse(&imported(&of(scale, 108))).unwrap().nodes().count(), 1, "{scale}");
    }
    for (scale, zero_point) in [(0.05, 107), (0.0502, 108), (0.025, 108), (0.1, 255)] {
        let file = imported(&of(scale, zero_point));
        let model = Model::parse(&file).unwrap();
        assert_eq!(model.nodes().map(|node| node.name()).collect::<Vec<_>>(), ["lookup", "conv2d"]);
        let image = Quantization { scale, zero_point: (zero_point - 128) as i8 };
        assert_eq!(model.tensor(TensorId(0)).quantization, image, "{scale} {zero_point}");
    }
    let error = import(&of(0.05, 256), About::named("test")).unwrap_err();
    assert_eq!(error, ImportError::Input(InputError::Other));
}

#[test]
fn an_input_of_another_type_has_its_reason() {
    use TensorType::{Float32, Int8, Int16, Int32, Uint8};
    for (element, behind, reason) in [
        (Float32, None, InputError::Float),
        (Float32, Some(Float32), InputError::Float),
        (Float32, Some(Int16), InputError::Int16),
        (Float32, Some(Uint8), InputError::OldUint8),
        (Int16, None, InputError::Int16),
        (Uint8, None, InputError::OldUint8),
        (Int32, Some(Int8), InputError::Other),
    ] {
        let error = import(&of_input(element, None, behind), About::named("test")).unwrap_err();
        assert_eq!(error, ImportError::Input(reason), "{element:?} {behind:?}");
        assert!(!error.to_string().contains('\n'));
    }
}

#[test]
fn the_letters_of_the_schema_may_be_missing() {
    let bytes = of_input(TensorType::Int8, Some((0.05, -20)), None);
    let mut unnamed = bytes.clone();
    unnamed[4..8].fill(0);
    assert_eq!(imported(&unnamed), imported(&bytes));
    unnamed.truncate(bytes.len() / 2);
    assert_eq!(import(&unnamed, About::named("test")), Err(ImportError::NotTflite));
}

/// Two convolutions of one image, one of which the signature names.
fn two_heads(names: &[&str]) -> Vec<u8> {
    let mut sketch = Sketch::new();
    let [input, first, second] = [(); 3].map(|()| sketch.map(&[1, 6, 5, 1]));
    sketch.conv2d(input, first, Pads::Same, Activation::None);
    sketch.conv2d(input, second, Pads::Same, Activation::Relu);
    let outputs = names.iter().zip([first, second]).map(|(name, tensor)| ((*name).to_owned(), tensor as u32)).collect();
    sketch.of_many(vec![input], vec![first, second], schema::signature(Vec::new(), outputs))
}

#[test]
fn one_of_several_outputs_is_chosen_by_name() {
    let choose = |bytes: &[u8], output| {
        import_with(bytes, About::named("test"), ImportOptions { output, ..ImportOptions::default() })
    };
    let named = two_heads(&["angle", "kind\n"]);
    assert_eq!(choose(&named, Some("angle")).unwrap().outputs, [(TapKind::Embedding, 1)]);
    assert_eq!(choose(&named, Some("kind\n")).unwrap().outputs, [(TapKind::Embedding, 2)]);
    let unnamed = two_heads(&[]);
    assert_eq!(choose(&unnamed, Some("2")).unwrap().outputs, [(TapKind::Embedding, 2)]);
    for (bytes, output, words) in [
        (
            &named,
            None,
            "it has 2 outputs, none of which its signature calls `embedding`; choose one with --output, of `angle`, `kind\\n`",
        ),
        (
            &named,
            Some("speed"),
            "none of its outputs is called `speed`; choose one with --output, of `angle`, `kind\\n`",
        ),
        (&unnamed, Some("0"), "none of its outputs is called `0`; choose one with --output, of `1`, `2`"),
    ] {
        assert_eq!(choose(bytes, output).unwrap_err().to_string(), words);
    }
    // As `dim export` names them, all are taken, or the one.
    let exported = two_heads(&["embedding", "fc"]);
    assert_eq!(choose(&exported, None).unwrap().outputs, [(TapKind::Embedding, 1), (TapKind::Fc, 2)]);
    assert_eq!(choose(&exported, Some("fc")).unwrap().outputs, [(TapKind::Embedding, 2)]);
}

#[test]
fn two_inputs_are_refused() {
    let mut sketch = Sketch::new();
    let [input, other, output] = [(); 3].map(|()| sketch.map(&[1, 6, 5, 1]));
    sketch.conv2d(input, output, Pads::Same, Activation::None);
    let bytes = sketch.of_many(vec![input, other], vec![output], schema::signature(Vec::new(), Vec::new()));
    let error = import(&bytes, About::named("test")).unwrap_err().to_string();
    assert!(error.starts_with("it has 2 inputs; an encoder has one, its image"), "{error}");
}
