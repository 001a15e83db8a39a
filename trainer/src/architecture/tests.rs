//! Every preset against numbers worked out by hand.

use std::collections::BTreeMap;

use dim_host::choice::Choice;
use sha2::{Digest, Sha256};

use super::{Architecture, Operator, Preset, ReceptiveField, Source};

/// Local feature map as `[channels, M, M]`, and its receptive field; width of the taps `conv` and `fc`.
struct Taps {
    feature_map: [usize; 3],
    sees: usize,
    conv: usize,
    fc: usize,
}

fn taps(preset: Preset) -> Taps {
    let taps = |feature_map, sees, conv, fc| Taps { feature_map, sees, conv, fc };
    match preset {
        Preset::Conv28 => taps([128, 7, 7], 13, 6272, 1024),
        Preset::Conv32 => taps([128, 8, 8], 10, 4096, 1024),
        Preset::Conv64 => taps([256, 8, 8], 22, 8192, 1024),
        Preset::Alexnet64 => taps([384, 15, 15], 21, 9408, 4096),
        Preset::Foldalex64 => taps([192, 7, 7], 16, 3 * 3 * 384, 4096),
        Preset::Foldmultialex64 => taps([192, 7, 7], 16, 5 * 5 * 192, 5 * 5 * 192),
        Preset::Resnet19 => taps([512, 8, 8], 15, 4 * 4 * 1024, 1024),
        Preset::Foldresnet19 | Preset::Foldresnet37 => taps([1024, 7, 7], 8, 7 * 7 * 1024, 1024),
        Preset::Resnet8 => taps([64, 8, 8], 17, 8 * 8 * 64, 64),
        Preset::Edge28 => taps([64, 7, 7], 9, 4 * 4 * 128, 128),
        Preset::Edge28Depthwise => taps([64, 7, 7], 11, 4 * 4 * 128, 128),
        Preset::Edge28Small => taps([48, 7, 7], 15, 4 * 4 * 10, 4 * 4 * 10),
        Preset::Edge32 => taps([224, 8, 8], 19, 8 * 8 * 224, 224),
        Preset::Edge32Small => taps([160, 8, 8], 19, 8 * 8 * 160, 160),
        Preset::Edge32Wide => taps([64, 8, 8], 7, 4 * 4 * 128, 128),
        Preset::Edge96 | Preset::Edge96Grey => taps([256, 6, 6], 44, 6 * 6 * 256, 256),
        Preset::Imu128 => taps([48, 32, 1], 13, 16 * 96, 96),
    }
}

fn parameters(preset: Preset) -> usize {
    let bottleneck = |input: usize, inner: usize| input * inner + 9 * inner * inner + 4 * inner * inner + 2 * 6 * inner;
    let shortcut = |input: usize, inner: usize| 4 * input * inner + 2 * 4 * inner;
    let stack = |input: usize, inner: usize, blocks: usize| {
        bottleneck(input, inner) + shortcut(input, inner) + (blocks - 1) * bottleneck(4 * inner, inner)
    };
    let resnet = |blocks: [usize; 3], flat: usize| {
        let stacks = stack(64, 64, blocks[0]) + stack(256, 128, blocks[1]) + stack(512, 256, blocks[2]);
        27 * 64 + 2 * 64 + stacks + flat * 1024 + 2 * 1024 + 1024 * 64 + 64
    };
    match preset {
        Preset::Conv28 => 25 * 64 + 25 * 64 * 128 + 6272 * 1024 + 2 * (64 + 128 + 1024) + 1024 * 64 + 64,
        // These three are known.
        Preset::Conv32 => 4_921_280,
        Preset::Conv64 => 11_213_760,
        Preset::Alexnet64 => 58_416_160,
        // AlexNet's convolutions are what is left of the above.
        Preset::Foldalex64 => {
            let convolutions = 58_416_160 - 9408 * 4096 - 4096 * 4096 - 4 * 4096 - 4096 * 64 - 64;
            convolutions + 9 * 192 * 384 + 2 * 384 + 3456 * 4096 + 2 * 4096 + 4096 * 64 + 64
        }
        Preset::Foldmultialex64 => {
            let convolutions = 58_416_160 - 9408 * 4096 - 4096 * 4096 - 4 * 4096 - 4096 * 64 - 64;
            convolutions + 9 * 192 * 192 + 2 * 192 + 192 * 192 + 2 * 192
        }
        Preset::Resnet19 => resnet([2, 2, 2], 4 * 4 * 1024),
        Preset::Foldresnet19 => resnet([2, 2, 2], 7 * 7 * 1024),
        Preset::Foldresnet37 => resnet([3, 6, 3], 7 * 7 * 1024),
        Preset::Resnet8 => {
            let first = 9 * 3 * 16 + 2 * (9 * 16 * 16);
            let second = 9 * 16 * 32 + 9 * 32 * 32 + 16 * 32 + 32;
            let third = 9 * 32 * 64 + 9 * 64 * 64 + 32 * 64 + 64;
            first + second + third + 2 * (3 * 16 + 2 * 32 + 2 * 64) + 64 * 64 + 64
        }
        Preset::Edge28 => 25 * 32 + 9 * 32 * 64 + 9 * 64 * 128 + 2048 * 128 + 2 * (32 + 64 + 128 + 128) + 128 * 64 + 64,
        Preset::Edge28Small => {
            let convolutions = 9 * 16 + 9 * 16 * 32 + 9 * (32 + 48) + 32 * 48 + 48 * 60 + 60 * 10;
            convolutions + 2 * (16 + 32 + 32 + 48 + 48 + 60 + 10) + 160 * 64 + 64
        }
        Preset::Edge32 => {
            let convolutions = 27 * 32 + 9 * 32 * 32 + 9 * 32 * 64 + 9 * 64 * 64 + 64 * 224;
            convolutions + 2 * (2 * 32 + 2 * 64 + 224) + 224 * 64 + 64
        }
        Preset::Edge32Small => {
            let convolutions = 27 * 24 + 9 * 24 * 24 + 9 * 24 * 48 + 9 * 48 * 48 + 48 * 160;
            convolutions + 2 * (2 * 24 + 2 * 48 + 160) + 160 * 64 + 64
        }
        Preset::Edge32Wide => {
            27 * 32 + 9 * 32 * 64 + 9 * 64 * 128 + 2048 * 128 + 2 * (32 + 64 + 128 + 128) + 128 * 64 + 64
        }
        Preset::Edge96 | Preset::Edge96Grey => {
            let channels = if preset == Preset::Edge96 { 3 } else { 1 };
            let convolutions = 16 * channels * 32 + 9 * 32 * 64 + 9 * 64 * 64 + 9 * 64 * 96 + 96 * 256;
            convolutions + 2 * (32 + 2 * 64 + 96 + 256) + 256 * 64 + 64
        }
        Preset::Imu128 => {
            let convolutions = 5 * 6 * 32 + 5 * 32 * 48 + 3 * 48 * 64 + 64 * 96;
            convolutions + 2 * (32 + 48 + 64 + 96) + 96 * 64 + 64
        }
        Preset::Edge28Depthwise => {
            let depthwise = 9 * (16 + 32 + 64);
            let pointwise = 16 * 32 + 32 * 64 + 64 * 128;
            let norms = 2 * (16 + 16 + 32 + 32 + 64 + 64 + 128);
            9 * 16 + depthwise + pointwise + norms + 128 * 64 + 64
        }
    }
}

fn architectures() -> impl Iterator<Item = (Preset, Architecture)> {
    Preset::all().iter().map(|preset| (*preset, preset.architecture()))
}

#[test]
fn shapes_of_the_papers_encoders() {
    let shapes = |preset: Preset| preset.architecture().shapes();
    assert_eq!(shapes(Preset::Conv28), [[64, 14, 14], [128, 7, 7], [1024, 1, 1], [64, 1, 1]]);
    assert_eq!(shapes(Preset::Conv32), [[64, 16, 16], [128, 8, 8], [256, 4, 4], [1024, 1, 1], [64, 1, 1]]);
    let expected = [[64, 32, 32], [128, 16, 16], [256, 8, 8], [512, 4, 4], [1024, 1, 1], [64, 1, 1]];
    assert_eq!(shapes(Preset::Conv64), expected);
    let expected = [[96, 64, 64], [96, 31, 31], [192, 31, 31], [192, 15, 15], [384, 15, 15], [384, 15, 15]];
    assert_eq!(shapes(Preset::Alexnet64)[..6], expected);
    assert_eq!(shapes(Preset::Alexnet64)[6..9], [[192, 15, 15], [192, 7, 7], [4096, 1, 1]]);
}

#[test]
fn taps_have_the_shapes_and_see_the_pixels_that_are_documented() {
    for (preset, architecture) in architectures() {
        let (name, expected, shapes) = (&architecture.name, taps(preset), architecture.shapes());
        let width = |layer: usize| shapes[layer].iter().product::<usize>();
        assert_eq!(shapes[architecture.feature_map], expected.feature_map, "{name}");
        assert_eq!([width(architecture.conv), width(architecture.fc)], [expected.conv, expected.fc], "{name}");
        // There is nothing beside a sample of a signal to be seen.
        let columns = if preset == Preset::Imu128 { 1 } else { expected.sees };
        let sees = architecture.receptive_fields()[architecture.feature_map].map(|field| field.size);
        assert_eq!(sees, [expected.sees, columns], "{name}");
        let embedding = if preset == Preset::Foldmultialex64 { [192, 5, 5] } else { [64, 1, 1] };
        assert_eq!(shapes.last(), Some(&embedding), "{name}");
        assert_eq!(architecture.globals(), embedding[1] * embedding[2], "{name}");
    }
}

/// Pooling, folding and the like do not make a positive number negative.
fn is_after_relu(architecture: &Architecture, layer: usize) -> bool {
    let layer = &architecture.layers[layer];
    match (layer.operator.is_weighted(), layer.input) {
        _ if layer.relu => true,
        (false, Source::Layer(input)) => is_after_relu(architecture, input),
        _ => false,
    }
}

#[test]
fn local_and_hidden_features_are_taken_after_relu() {
    for (_, architecture) in architectures() {
        for tap in [architecture.feature_map, architecture.conv, architecture.fc] {
            assert!(is_after_relu(&architecture, tap), "{} {tap}", architecture.name);
        }
        let last = architecture.layers[architecture.layers.len() - 1];
        assert_eq!(last.relu, architecture.globals() > 1, "{}", architecture.name);
    }
}

#[test]
fn parameters_are_exact() {
    for (preset, architecture) in architectures() {
        assert_eq!(architecture.parameters(), parameters(preset), "{}", architecture.name);
    }
}

#[test]
fn work_is_exact() {
    let macs = |preset: Preset| preset.architecture().macs();
    let conv32 = 256 * 64 * 48 + 64 * 128 * 1024 + 16 * 256 * 2048 + 4096 * 1024 + 1024 * 64;
    assert_eq!((macs(Preset::Conv32), conv32), (21_823_488, 21_823_488));
    // MLPerf Tiny's 12,501,632 multiply-accumulates have a classifier of ten classes.
    assert_eq!(macs(Preset::Resnet8), 12_501_632 - 64 * 10 + 64 * 64);
    let depthwise = 9 * (14 * 14 * 16 + 7 * 7 * 32 + 4 * 4 * 64);
    let pointwise = 14 * 14 * 16 * 32 + 7 * 7 * 32 * 64 + 4 * 4 * 64 * 128;
    assert_eq!(macs(Preset::Edge32), 256 * (864 + 9216) + 64 * (18_432 + 36_864 + 14_336) + 14_336);
    assert_eq!(macs(Preset::Edge28Depthwise), 14 * 14 * 16 * 9 + depthwise + pointwise + 128 * 64);
    // 49 crops of 16x16; 7x7, 3x3 and 1x1 cells behind the poolings.
    let crop = 256 * 27 * 96 + 49 * 9 * 96 * 192 + 9 * 9 * (192 * 384 + 384 * 384 + 384 * 192);
    let multiple = 25 * 9 * 192 * 192 + 25 * 192 * 192;
    assert_eq!(macs(Preset::Foldmultialex64), 49 * crop + multiple);
}

#[test]
fn a_crop_ends_as_one_cell() {
    let mut folds = 0;
    for (_, architecture) in architectures() {
        let inputs = architecture.input_extents();
        for (layer, input) in architecture.layers.iter().zip(inputs) {
            if let Operator::Fold { grid } = layer.operator {
                assert_eq!([input.shape.height, input.shape.width], [1, 1], "{}", architecture.name);
                assert_eq!([input.crops, grid.into()], [49, 7], "{}", architecture.name);
                folds += 1;
            }
        }
        let whole = |layer: usize| architecture.extents()[layer].crops == 1;
        assert!([architecture.feature_map, architecture.conv, architecture.fc].into_iter().all(whole));
    }
    assert_eq!(folds, 4);
}

#[test]
fn a_folded_cell_sees_its_crop() {
    let architecture = Preset::Foldalex64.architecture();
    let field = architecture.receptive_fields()[architecture.feature_map];
    assert_eq!(field, [ReceptiveField { size: 16, stride: 8, start: 0 }; 2]);
}

#[test]
fn help_states_images_and_parameters() {
    for (preset, architecture) in architectures() {
        let parameters = match architecture.parameters() {
            few @ ..1_000_000 => format!("{:.0} k", few as f64 / 1e3),
            many => format!("{:.1} M", many as f64 / 1e6),
        };
        assert_eq!(preset.name(), architecture.name);
        let help = preset.about();
        assert!(help.starts_with(&format!("{}, {parameters} parameters: ", architecture.input)), "{help}");
        let serialized = serde_json::to_value(preset).unwrap();
        assert_eq!(serialized, architecture.name);
    }
}

#[test]
fn what_follows_the_feature_map_ends_in_a_vector() {
    for (_, architecture) in architectures() {
        let rest = architecture.after_feature_map("rest", 32);
        assert_eq!(rest.shapes().last(), Some(&[32, 1, 1]), "{}", architecture.name);
        assert_eq!(rest.extents()[0].crops, 1);
    }
    let conv32 = Preset::Conv32.architecture().after_feature_map("rest", 32);
    assert_eq!(conv32.shapes(), [[256, 4, 4], [1024, 1, 1], [32, 1, 1]]);
    // ResNet-8's feature map is inside of a block, whose shortcut comes from before it.
    let resnet8 = Preset::Resnet8.architecture().after_feature_map("rest", 32);
    assert_eq!(resnet8.shapes(), [[64, 8, 8], [64, 1, 1], [32, 1, 1]]);
    assert!(resnet8.layers[0].relu && resnet8.layers[0].norm);
    assert_eq!(resnet8.layers[1].input, Source::Layer(0));
}

#[test]
fn dropout_is_where_the_authors_have_it() {
    for (preset, architecture) in architectures() {
        let dropping = architecture.layers.iter().enumerate().filter(|(_, layer)| layer.dropout);
        let dropping: Vec<usize> = dropping.map(|(layer, _)| layer).collect();
        let expected = if preset == Preset::Foldalex64 { vec![architecture.conv, architecture.fc] } else { Vec::new() };
        assert_eq!(dropping, expected, "{}", architecture.name);
        assert_eq!(architecture.has_dropout(), preset == Preset::Foldalex64);
    }
}

/// Weights are drawn layer by layer, so a seed gives the same encoder only while its layers are the same ones in the same
/// order. These are digests of what the presets were when they were functions.
#[test]
fn layers_are_those_that_runs_were_trained_with() {
    // What layers are called by draws nothing, and `edge32-fc` was called `edge32` then.
    let digest = |preset: Preset| {
        let architecture = preset.architecture();
        let name = architecture.name.replace("-fc", "");
        let text = Architecture { name, names: BTreeMap::new(), ..architecture }.to_toml();
        Sha256::digest(&text).iter().take(8).map(|byte| format!("{byte:02x}")).collect::<String>()
    };
    let expected = [
        (Preset::Conv28, "5cfb5fbda2572358"),
        (Preset::Conv32, "1e3706cbb994b41c"),
        (Preset::Conv64, "042ab931752746b1"),
        (Preset::Alexnet64, "8de7a10f5d20551d"),
        (Preset::Foldalex64, "fbe59d1254bfcb28"),
        (Preset::Foldmultialex64, "0a04966648b852c4"),
        (Preset::Resnet19, "f2aeb21e0be24da5"),
        (Preset::Foldresnet19, "a0258a0a82538624"),
        (Preset::Foldresnet37, "f8cd26ee6b1ebe4d"),
        (Preset::Resnet8, "fc51d465b1fb1b59"),
        (Preset::Edge28, "b90e98a6eac1db4e"),
        (Preset::Edge28Depthwise, "8d67c75c8cf54815"),
        (Preset::Edge28Small, "751e9e2169c1a46d"),
        (Preset::Edge32, "3801e396a2e5a5f2"),
        (Preset::Edge32Small, "151a545cacd60165"),
        (Preset::Edge32Wide, "f343f73b4bd5cbf4"),
        (Preset::Edge96, "dfce2e3d85621f10"),
        (Preset::Edge96Grey, "fcfd30b8a7b52ba3"),
        (Preset::Imu128, "2182788bc356711d"),
    ];
    assert_eq!(
        expected.map(|(preset, _)| (preset, digest(preset))),
        expected.map(|(preset, digest)| (preset, digest.to_owned()))
    );
}
