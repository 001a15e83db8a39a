//! Maps that a file reshapes, and operators that move nothing.

use dim_model_format::{About, Model, Quantization, Rounding, Shape, Window};

use super::super::{ImportError, ImportOptions, InputError, Unsupported, import, import_with};
use super::{Pads, QUANTIZE, Sketch, imported, refused};
use crate::schema::{Activation, Operator, Options, TensorType};

const TRANSPOSE: i32 = 39;
const SQUEEZE: i32 = 43;
const SLICE: i32 = 65;
const SPACE_TO_BATCH_ND: i32 = 38;

/// A convolution of one channel to one, `SAME`, with the weights 1, 2, 3 and so on.
fn conv(sketch: &mut Sketch, input: i32, kernel: [i32; 2], shape: &[i32]) -> i32 {
    conv_of(sketch, input, kernel, (1..=kernel[0] * kernel[1]).map(|weight| weight as u8).collect(), shape)
}

fn conv_of(sketch: &mut Sketch, input: i32, [height, width]: [i32; 2], weights: Vec<u8>, shape: &[i32]) -> i32 {
    let output = sketch.map(shape);
    let weights = sketch.constant(&[1, height, width, 1], TensorType::Int8, weights, vec![0.02]);
    let options = Options::Conv2d { padding: Pads::Same, stride: [1, 1], activation: Activation::None };
    sketch.operator(Operator::Conv2d as i32, &[input, weights], output, Some(options));
    output
}

fn reshaped(sketch: &mut Sketch, input: i32, shape: &[i32]) -> i32 {
    let output = sketch.map(shape);
    sketch.operator(Operator::Reshape as i32, &[input], output, None);
    output
}

#[test]
fn an_image_has_the_shape_in_which_its_first_window_reads_it() {
    for (own, read) in [([1, 30, 1], [1, 1, 30, 1]), ([1, 30, 1], [1, 30, 1, 1]), ([1, 2, 15], [1, 6, 5, 1])] {
        let mut sketch = Sketch::new();
        let input = sketch.map(&own);
        let flat = sketch.map(&[1, 30]);
        sketch.operator(SQUEEZE, &[input], flat, None);
        let map = reshaped(&mut sketch, flat, &read);
        let output = conv(&mut sketch, map, [1, 1], &read);
        let [_, height, width, channels] = read.map(|extent| extent as u16);
        let file = imported(&sketch.bytes(input, output));
        assert_eq!(Model::parse(&file).unwrap().input_shape(), Shape::new(height, width, channels));
    }
}

/// The numbers of a row and a column lie in the same order, so the kernel is turned.
#[test]
fn a_row_that_is_read_as_a_column_turns_the_kernel() {
    let mut sketch = Sketch::new();
    let input = sketch.map(&[1, 1, 7, 1]);
    let row = conv(&mut sketch, input, [1, 1], &[1, 1, 7, 1]);
    let column = reshaped(&mut sketch, row, &[1, 7, 1, 1]);
    let output = conv(&mut sketch, column, [2, 3], &[1, 7, 1, 1]);
    let turned = imported(&sketch.bytes(input, output));
    let mut sketch = Sketch::new();
    let input = sketch.map(&[1, 1, 7, 1]);
    let row = conv(&mut sketch, input, [1, 1], &[1, 1, 7, 1]);
    let output = conv_of(&mut sketch, row, [3, 2], vec![1, 4, 2, 5, 3, 6], &[1, 1, 7, 1]);
    assert_eq!(turned, imported(&sketch.bytes(input, output)));
}

#[test]
fn a_window_of_one_element_or_of_all_needs_no_shape() {
    let mut sketch = Sketch::new();
    let input = sketch.map(&[1, 6, 5, 1]);
    let made = conv(&mut sketch, input, [3, 3], &[1, 6, 5, 1]);
    let line = reshaped(&mut sketch, made, &[1, 1, 30, 1]);
    let single = conv(&mut sketch, line, [1, 1], &[1, 1, 30, 1]);
    let mean = sketch.map(&[1, 1, 1, 1]);
    let options =
        Options::Pool2d { padding: Pads::Valid, stride: [1, 1], kernel: [1, 30], activation: Activation::None };
    sketch.operator(Operator::AveragePool2d as i32, &[single], mean, Some(options));
    let file = imported(&sketch.bytes(input, mean));
    let windows: Vec<_> = Model::parse(&file).unwrap().nodes().map(|node| *node.window().unwrap()).collect();
    assert_eq!(windows[1], Window::square(1, 1, 0));
    assert_eq!(windows[2], Window { kernel: [6, 5], ..Window::square(1, 1, 0) });
}

#[test]
fn another_map_of_the_same_numbers_is_refused() {
    let mut sketch = Sketch::new();
    let input = sketch.map(&[1, 6, 5, 1]);
    let made = conv(&mut sketch, input, [3, 3], &[1, 6, 5, 1]);
    let other = reshaped(&mut sketch, made, &[1, 5, 6, 1]);
    let output = conv(&mut sketch, other, [3, 3], &[1, 5, 6, 1]);
    let bytes = sketch.bytes(input, output);
    let reason = Unsupported::Reshaped { tensor: other as usize, read: [5, 6, 1], computed: [6, 5, 1] };
    assert_eq!(refused(&bytes), (2, "CONV_2D".to_owned(), reason));
    assert!(reason.to_string().contains("as [5, 6, 1], which was computed as [6, 5, 1]"), "{reason}");
}

/// What `code` with a constant makes of a map, with a convolution on either side.
fn between(code: i32, constants: &[&[i32]], made: &[i32]) -> Vec<u8> {
    let mut sketch = Sketch::new();
    let input = sketch.map(&[1, 1, 6, 1]);
    let before = conv(&mut sketch, input, [1, 3], &[1, 1, 6, 1]);
    let constants: Vec<_> = constants.iter().map(|ints| sketch.ints(&[ints.len() as i32], ints)).collect();
    let after = sketch.map(made);
    sketch.operator(code, &[&[before], &constants[..]].concat(), after, None);
    let map = reshaped(&mut sketch, after, &[1, 1, 6, 1]);
    let output = conv(&mut sketch, map, [1, 3], &[1, 1, 6, 1]);
    sketch.bytes(input, output)
}

#[test]
fn what_moves_nothing_is_left_out_and_what_moves_something_is_refused() {
    let layers = |bytes: &[u8]| Model::parse(&imported(bytes)).unwrap().nodes().count();
    assert_eq!(layers(&between(TRANSPOSE, &[&[0, 2, 3, 1]], &[1, 6, 1, 1])), 2);
    assert_eq!(layers(&between(SLICE, &[&[0, 0, 0, 0], &[1, -1, 6, -1]], &[1, 1, 6, 1])), 2);
    assert_eq!(refused(&between(SLICE, &[&[0, 0, 1, 0], &[1, 1, 5, 1]], &[1, 1, 5, 1])).2, Unsupported::Moves);
    assert_eq!(refused(&between(TRANSPOSE, &[&[0, 2, 2, 1]], &[1, 6, 6, 1])).2, Unsupported::Moves);
    assert_eq!(refused(&between(TRANSPOSE, &[&[0, 2, 1]], &[1, 6, 1, 1])).2, Unsupported::Moves);
    let mut sketch = Sketch::new();
    let input = sketch.map(&[1, 6, 5, 1]);
    let order = sketch.ints(&[4], &[0, 2, 1, 3]);
    let turned = sketch.map(&[1, 5, 6, 1]);
    sketch.operator(TRANSPOSE, &[input, order], turned, None);
    assert_eq!(refused(&sketch.bytes(input, turned)).2, Unsupported::Moves);
}

/// By scales that differ in their last places, or by others.
#[test]
fn a_change_of_scale_is_left_out_if_no_number_changes() {
    for (scale, is_same) in [(0.05_f32, true), (0.05_f32.next_up(), true), (0.051, false)] {
        for rounding in [Rounding::Double, Rounding::Single] {
            let mut sketch = Sketch::new();
            let input = sketch.map(&[1, 6, 5, 1]);
            let output = sketch.tensor(&[1, 6, 5, 1], TensorType::Int8, Some(Quantization { scale, zero_point: -20 }));
            sketch.operator(QUANTIZE, &[input], output, None);
            let options = ImportOptions { rounding, ..ImportOptions::default() };
            let found = import_with(&sketch.bytes(input, output), About::named("test"), options);
            // Nothing, or a table.
            let layers = Model::parse(&found.unwrap().file).unwrap().nodes().count();
            assert_eq!(layers == 0, is_same, "{scale}");
        }
    }
}

#[test]
fn several_images_blocks_and_floats_have_their_reasons() {
    let mut sketch = Sketch::new();
    let [input, output] = [(); 2].map(|()| sketch.map(&[4, 6, 5, 1]));
    sketch.conv2d(input, output, Pads::Same, Activation::None);
    let error = import(&sketch.bytes(input, output), About::named("test")).unwrap_err();
    assert_eq!(error, ImportError::Input(InputError::Batch { tensor: 0, images: 4 }));

    let mut sketch = Sketch::new();
    let [input, output] = [(); 2].map(|()| sketch.map(&[1, -1, 5, 1]));
    sketch.conv2d(input, output, Pads::Same, Activation::None);
    let error = import(&sketch.bytes(input, output), About::named("test")).unwrap_err();
    assert_eq!(error, ImportError::Input(InputError::Unknown));

    for (code, reason) in [(SPACE_TO_BATCH_ND, Unsupported::Blocks), (super::DEQUANTIZE, Unsupported::Floats)] {
        let mut sketch = Sketch::new();
        let [input, between, output] = [(); 3].map(|()| sketch.map(&[1, 6, 5, 1]));
        sketch.operator(code, &[input], between, None);
        sketch.conv2d(between, output, Pads::Same, Activation::None);
        assert_eq!(refused(&sketch.bytes(input, output)).2, reason);
    }
}
