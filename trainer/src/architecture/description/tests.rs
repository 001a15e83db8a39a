//! Descriptions against layers that are written out, and what is refused of them.

use dim_model_format::{Padding, Shape, Window};
use rand::rngs::StdRng;
use rand::seq::IndexedRandom;
use rand::{Rng, SeedableRng};

use crate::architecture::{Architecture, Layer, Operator, Preset, Source};

const EVERYTHING: &str = r#"
name = "every.thing-1"
input = [11, 16, 3]
layers = [
    { name = "first", conv = { channels = 8, kernel = [3, 2], stride = [2, 1], padding = [1, 0, 2, 1] } }, # 6x16
    { depthwise = { kernel = 3, padding = "same" } },
    { name = "wide", conv = { channels = 12, kernel = 1 }, relu = false },
    { from = "first", conv = { channels = 12, kernel = 1 }, norm = false, relu = false },
    { name = "sum", add = "wide", relu = true },
    { max_pool = { kernel = [2, 4] } }, # 3x4
    { average_pool = { kernel = 3, stride = 2, padding = "same" } }, # 2x2
    { linear = 20, dropout = true },
    { linear = 0x1_0 },
]

[taps]
feature_map = "sum"
"#;

#[test]
fn a_description_says_what_the_layers_are() {
    let at = Source::Layer;
    let conv = |channels, window| Operator::Conv2d { channels, window };
    let uneven = Window { kernel: [3, 2], stride: [2, 1], padding: Padding { top: 1, left: 0, bottom: 2, right: 1 } };
    let pool = Window { kernel: [2, 4], stride: [2, 4], padding: Padding::default() };
    let behind = Window { kernel: [3; 2], stride: [2; 2], padding: Padding { top: 1, left: 0, bottom: 1, right: 1 } };
    let usual = Layer { input: Source::Image, operator: conv(8, uneven), norm: true, relu: true, dropout: false };
    let plain = Layer { norm: false, relu: false, ..usual };
    let layers = vec![
        usual,
        Layer { input: at(0), operator: Operator::DepthwiseConv2d { window: Window::square(3, 1, 1) }, ..usual },
        Layer { input: at(1), operator: conv(12, Window::square(1, 1, 0)), relu: false, ..usual },
        Layer { input: at(0), operator: conv(12, Window::square(1, 1, 0)), ..plain },
        Layer { input: at(3), operator: Operator::Add { shortcut: at(2) }, relu: true, ..plain },
        Layer { input: at(4), operator: Operator::MaxPool2d { window: pool }, ..plain },
        Layer { input: at(5), operator: Operator::AveragePool2d { window: behind }, ..plain },
        Layer { input: at(6), operator: Operator::Linear { units: 20 }, dropout: true, ..usual },
        Layer { input: at(7), operator: Operator::Linear { units: 16 }, ..plain },
    ];
    let name = "every.thing-1".to_owned();
    let names = [(0, "first"), (2, "wide"), (4, "sum")].map(|(layer, name)| (layer, name.to_owned())).into();
    let expected = Architecture { name, input: Shape::new(11, 16, 3), layers, feature_map: 4, conv: 6, fc: 7, names };
    let found = Architecture::from_toml(EVERYTHING).unwrap();
    assert_eq!(found, expected);
    assert_eq!(found.shapes()[6], [12, 2, 2]);
    assert_eq!(Architecture::from_toml(&found.to_toml()).unwrap(), found);
}

#[test]
fn tables_under_headings_say_the_same() {
    let inline =
        "name = \"a\"\ninput = [1, 9, 2]\nlayers = [{ conv = { channels = 4, kernel = [1, 3] } }, { linear = 4 }]\n";
    let headed = "name = \"a\"\ninput = [1, 9, 2]\n[[layers]]\n[layers.conv]\nchannels = 4\nkernel = [1, 3]\n[[layers]]\nlinear = 4\n";
    let found = Architecture::from_toml(headed).unwrap();
    assert_eq!(found, Architecture::from_toml(inline).unwrap());
    assert_eq!((found.shapes(), [found.feature_map, found.conv, found.fc]), (vec![[4, 1, 7], [4, 1, 1]], [0; 3]));
}

#[test]
fn what_is_left_out_is_the_last_map_and_the_last_vector() {
    for (layers, feature_map, [conv, fc]) in [
        ("{ conv = { channels = 4, kernel = 3 } }, { global_average = true }, { linear = 4 }", None, [0, 1]),
        ("{ linear = 9 }, { linear = 8 }, { linear = 4 }", None, [1, 1]),
        (
            "{ name = \"a\", conv = { channels = 4, kernel = 3 } }, { conv = { channels = 4, kernel = 3 } }, { linear = 4 }",
            Some("a"),
            [1, 1],
        ),
    ] {
        let taps = feature_map.map_or(String::new(), |name| format!("taps = {{ feature_map = {name:?} }}"));
        let text = format!("name = \"a\"\ninput = [8, 8, 1]\nlayers = [{layers}]\n{taps}\n");
        let found = Architecture::from_toml(&text).unwrap();
        let expected = if feature_map.is_some() { 0 } else { conv };
        assert_eq!([found.feature_map, found.conv, found.fc], [expected, conv, fc], "{text}");
    }
}

#[test]
fn presets_are_as_they_are_written_out() {
    for preset in Preset::all() {
        let architecture = preset.architecture();
        let text = architecture.to_toml();
        assert_eq!(Architecture::from_toml(&text).unwrap(), architecture, "{text}");
    }
}

const USABLE: &str = r#"name = "mine"
input = [8, 8, 2]
layers = [
    { name = "a", conv = { channels = 4, kernel = 3, padding = 1 } },
    { linear = 8 },
    { linear = 4 },
]
taps = { feature_map = "a" }
"#;

/// What is said of the usable description with `old` replaced by `new`.
fn refusal(old: &str, new: &str) -> String {
    assert!(USABLE.contains(old), "{old}");
    Architecture::from_toml(&USABLE.replace(old, new)).unwrap_err().to_string()
}

#[test]
fn what_cannot_be_read_is_refused_with_line_layer_and_remedy() {
    assert!(Architecture::from_toml(USABLE).is_ok());
    let conv = "conv = { channels = 4, kernel = 3, padding = 1 }";
    for (old, new, expected) in [
        ("name = \"mine\"\n", "", "line 1: `name` is missing; add for example `name = \"mine\"`"),
        (
            "\"mine\"",
            "\"my net\"",
            "line 1: `name = \"my net\"`: must be a text of 1 to 64 letters, digits, '-', '_' and '.', in quotes",
        ),
        ("[8, 8, 2]", "[8, 8]", "line 2: `input = [8, 8]`: must be [height, width, channels], each from 1 to 65535"),
        (
            "[8, 8, 2]",
            "[8, 8, 0]",
            "line 2: `input = [8, 8, 0]`: must be [height, width, channels], each from 1 to 65535",
        ),
        ("input", "imput", "line 2: unknown key `imput`; did you mean `input`?"),
        ("kernel = 3", "kernal = 3", "line 4, layer 0 (a): unknown key `kernal`; did you mean `kernel`?"),
        ("kernel = 3, ", "", "line 4, layer 0 (a): `kernel` is missing; add for example `kernel = 3`"),
        (
            "kernel = 3",
            "kernel = 256",
            "line 4, layer 0 (a): `kernel = 256`: must be a whole number from 1 to 255, or two of them as [rows, columns]",
        ),
        (
            "padding = 1",
            "padding = \"all\"",
            "line 4, layer 0 (a): `padding = \"all\"`: must be a whole number from 0 to 254, [rows, columns], [top, left, bottom, right] or \"same\", which keeps the size",
        ),
        (
            "channels = 4",
            "channels = 1.5",
            "line 4, layer 0 (a): `channels = 1.5`: must be a whole number from 1 to 65535",
        ),
        (conv, "conv = 4", "line 4, layer 0 (a): `conv = 4`: must be a table in braces, { … }"),
        ("{ linear = 8 }", "{ linear = 8, relu = 1 }", "line 5, layer 1: `relu = 1`: must be true or false"),
        (
            "{ linear = 8 }",
            "{ linear = 8, fold = true }",
            "line 5, layer 1: it has both `linear` and `fold`; make two layers of it",
        ),
        (
            "{ linear = 8 }",
            "{ relu = true }",
            "line 5, layer 1: it has no operator; add one of conv, depthwise, linear, max_pool, average_pool, global_average, add, unfold, fold",
        ),
        (
            "{ linear = 8 }",
            "{ global_average = false }",
            "line 5, layer 1: `global_average = false`: must be true, or left out",
        ),
        ("{ linear = 8 }", "8", "line 5, layer 1: `layers = 8`: must be a table in braces, { … }"),
        (
            "{ linear = 8 }",
            "{ linear = 8, from = \"b\" }",
            "line 5, layer 1: `from = \"b\"`: no earlier layer has this name; did you mean \"a\"?",
        ),
        (
            "name = \"a\", ",
            "from = \"b\", ",
            "line 4, layer 0: `from = \"b\"`: no earlier layer has this name; give the one that you mean a `name`",
        ),
        (
            "{ linear = 8 }",
            "{ name = \"a\", linear = 8 }",
            "line 5, layer 1 (a): the name \"a\" is taken by an earlier layer, or means the input; choose another",
        ),
        (
            "{ linear = 8 }",
            "{ name = \"image\", linear = 8 }",
            "line 5, layer 1 (image): the name \"image\" is taken by an earlier layer, or means the input; choose another",
        ),
        (
            "= \"a\" }\n",
            "= \"b\" }\n",
            "line 8: `feature_map = \"b\"`: no earlier layer has this name; did you mean \"a\"?",
        ),
        ("taps = { ", "taps = { featuremap = \"a\", ", "line 8: unknown key `featuremap`; did you mean `feature_map`?"),
    ] {
        assert_eq!(refusal(old, new), expected);
    }
    assert!(refusal("input", "input =").starts_with("line 2: "));
}

#[test]
fn what_cannot_be_computed_is_refused_with_line_layer_and_remedy() {
    let conv = "conv = { channels = 4, kernel = 3, padding = 1 }";
    for (old, new, expected) in [
        (
            "padding = 1",
            "padding = 3",
            "line 4, layer 0 (a): padding of [3, 3, 3, 3] with a kernel of 3x3: must be less than the kernel on each side; pad less",
        ),
        (
            "kernel = 3",
            "kernel = 11",
            "line 4, layer 0 (a): a kernel of 11x11 is larger than its input of 8x8x2 with its padding; use a smaller one, pad more, or stride less before it",
        ),
        (
            "[8, 8, 2]",
            "[255, 258, 1]",
            "line 5, layer 1: each output sums 263160 products, and 32 bits hold 65535 at least; pool or stride before it, or use fewer channels",
        ),
        (
            "{ linear = 8 }",
            "{ max_pool = { kernel = 2 } }, { add = \"a\" }",
            "line 5, layer 2: it adds 8x8x4 to 4x4x4; bring one to the shape of the other, for example by a `conv` with a kernel of 1 and the same stride",
        ),
        (
            "{ linear = 8 }",
            "{ max_pool = { kernel = 2 }, norm = true }",
            "line 5, layer 1: `norm = true` with `max_pool`: only conv, depthwise and linear have it; set it on one of those",
        ),
        (
            "{ linear = 8 }",
            "{ add = \"a\", dropout = true }",
            "line 5, layer 1: `dropout = true` with `add`: only conv, depthwise and linear have it; set it on one of those",
        ),
        (
            conv,
            "unfold = { crop = 4 }, relu = true",
            "line 4, layer 0 (a): `relu = true` with `unfold`: it only rearranges; set it on the layer before",
        ),
        (
            conv,
            "unfold = { crop = 8 }",
            "line 4, layer 0 (a): crops of 8x8, 4 apart, of 8x8x2: must be of the image (`from = \"image\"`), which must be square and have at least 2x2 of them",
        ),
        (
            conv,
            "unfold = { crop = 4 }",
            "line 8: feature_map is in crops; it must be of the whole image, behind `fold`",
        ),
        (
            "{ linear = 8 }",
            "{ fold = true }",
            "line 5, layer 1: 8x8x4 cannot be folded: must be crops (`unfold`) of 1x1 cells; pool or stride before it",
        ),
        (
            "    { linear = 8 },\n    { linear = 4 },\n",
            "",
            "line 3: an encoder has two layers at least, the last of which gives the embedding; add one",
        ),
        (
            "    { linear = 8 },\n",
            "    { linear = 8 },\n    { name = \"b\", from = \"a\", linear = 8 },\n    { from = \"a\", linear = 8 },\n",
            "line 5, layer 1: nothing reads its output; remove it, or name it in `from`, `add` or `taps`",
        ),
        (
            "    { linear = 4 },\n]\ntaps = { feature_map = \"a\" }",
            "    { name = \"y\", linear = 4 },\n]\ntaps = { conv = \"y\" }",
            "line 8: `conv` is the last layer, which is the embedding itself; name an earlier one",
        ),
        (
            "    { linear = 4 },\n",
            "    { linear = 65535 },\n    { linear = 65535 },\n    { linear = 4 },\n",
            "line 7, layer 3: 4295886933 parameters in all are more than 1073741824; use fewer channels or units, or stride more",
        ),
        (
            "[8, 8, 2]",
            "[60000, 60000, 2]",
            "line 5, layer 1: each output sums 14400000000 products, and 32 bits hold 65535 at least; pool or stride before it, or use fewer channels",
        ),
    ] {
        assert_eq!(refusal(old, new), expected);
    }
    let many = "    { linear = 8 },\n".repeat(254);
    assert_eq!(
        refusal("    { linear = 8 },\n", &many),
        "line 3: 256 layers are more than a .dim file can number; use at most 254"
    );
    let wide = "{ conv = { channels = 1000, kernel = 1 } }, { average_pool = { kernel = 100, stride = 200 } }, { global_average = true }";
    let huge = USABLE.replace("{ linear = 8 }", wide).replace("[8, 8, 2]", "[1100, 1100, 2]");
    assert_eq!(
        Architecture::from_toml(&huge).unwrap_err().to_string(),
        "line 5, layer 1: 1217297004 activations in all are more than 1073741824; use fewer channels or units, or stride more"
    );
    let tall = USABLE.replace("{ linear = 8 }", "{ global_average = true }").replace("[8, 8, 2]", "[300, 8, 2]");
    assert_eq!(
        Architecture::from_toml(&tall).unwrap_err().to_string(),
        "line 5, layer 1: 300 rows and 8 columns are more than the 255 of a window; pool or stride before it"
    );
}

#[test]
fn the_largest_numbers_are_refused_or_counted() {
    let crops = USABLE.replace("[8, 8, 2]", "[65535, 65535, 65535]").replace(
        "conv = { channels = 4, kernel = 3, padding = 1 }",
        "unfold = { crop = 32768, stride = 1 } }, { conv = { channels = 1, kernel = 1 } }, { global_average = true",
    );
    assert!(Architecture::from_toml(&crops).unwrap_err().to_string().contains("32768 rows and 32768 columns"));
    let crops = crops.replace("{ global_average = true }", "{ average_pool = { kernel = 1, stride = 255 } }");
    let crops = crops.replace("{ linear = 8 }", &["{ average_pool = { kernel = 1, stride = 255 } }"; 2].join(", ")).replace(
        "    { linear = 4 },",
        "{ name = \"folded\", fold = true }, { conv = { channels = 4, kernel = 1 } }, { conv = { channels = 4, kernel = 1 } },",
    );
    let crops = crops.replace("\"a\" }\n", "\"folded\" }\n");
    let error = Architecture::from_toml(&crops).unwrap_err().to_string();
    assert!(error.contains("activations in all are more than"), "{error}");
    let far = "{ conv = { channels = 1, kernel = 1, stride = 255 } },".repeat(250);
    let far = Architecture::from_toml(&USABLE.replace("{ linear = 8 },", &far)).unwrap();
    assert!(far.receptive_fields()[250].iter().all(|field| field.size == 3 && field.stride > 255));
}

/// Whatever is typed is read or refused, and what is read is written and read again.
#[test]
fn nothing_that_is_typed_ends_the_program() {
    let mut random = StdRng::seed_from_u64(9);
    let mut read = 0;
    for round in 0..20_000 {
        let mut text = [EVERYTHING, USABLE][round % 2].as_bytes().to_vec();
        for _ in 0..random.random_range(1..4) {
            let at = random.random_range(0..text.len());
            match random.random_range(0..3) {
                0 => drop(text.remove(at)),
                1 => text.insert(at, *b"0123456789\"{}[],=. \n".choose(&mut random).unwrap()),
                _ => text[at] = *b"0123456789\"{}[],=. \n".choose(&mut random).unwrap(),
            }
        }
        let text = String::from_utf8(text).unwrap();
        if let Ok(architecture) = Architecture::from_toml(&text) {
            read += 1;
            assert_eq!(Architecture::from_toml(&architecture.to_toml()).unwrap(), architecture, "{text}");
            assert_eq!(architecture.receptive_fields().len(), architecture.layers.len());
        }
    }
    assert!(read > 1000, "{read}");
}

#[test]
fn every_layer_has_a_name_that_is_kept() {
    let found = Architecture::from_toml(EVERYTHING).unwrap();
    let names = ["first", "layer1", "wide", "layer3", "sum", "layer5", "conv", "fc", "layer8"];
    for architecture in [&found, &Architecture::from_toml(&found.to_toml()).unwrap()] {
        assert_eq!((0..9).map(|layer| architecture.name_of(layer)).collect::<Vec<_>>(), names);
        names.iter().enumerate().for_each(|(layer, name)| assert_eq!(architecture.layer_named(name), Some(layer)));
        assert_eq!(architecture.layer_named("feature_map"), None);
        // With rows or columns, and neither the feature map nor the last layer.
        assert_eq!(architecture.other_maps(), [0, 1, 2, 3, 5, 6]);
    }
    // Names that others would have of their own.
    let taken = EVERYTHING.replace("first", "conv").replace("wide", "layer3").replace("sum", "layer6");
    let found = Architecture::from_toml(&taken).unwrap();
    let names = ["conv", "layer1", "layer3", "layer3_", "layer6", "layer5", "layer6_", "fc", "layer8"];
    assert_eq!((0..9).map(|layer| found.name_of(layer)).collect::<Vec<_>>(), names);
    assert_eq!(Architecture::from_toml(&found.to_toml()).unwrap().to_toml(), found.to_toml());
}
