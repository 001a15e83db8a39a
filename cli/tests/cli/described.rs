//! Encoders of one's own: described in a file, for signals of one row or one column, from training to a device's bytes.

use crate::place::{Place, assert_failure, keys};
use crate::tiny_data::npy;

/// 40 samples of 3 channels.
const ROW: &str = r#"name = "row"
input = [1, 40, 3]
layers = [
    { conv = { channels = 8, kernel = [1, 5], stride = [1, 2], padding = [0, 2] } },
    { depthwise = { kernel = [1, 3], padding = "same" } },
    { name = "local", conv = { channels = 12, kernel = 1 } },
    { name = "pooled", max_pool = { kernel = [1, 2] } },
    { conv = { channels = 12, kernel = [1, 3], padding = "same" }, relu = false },
    { add = "pooled", relu = true },
    { global_average = true },
    { linear = 16 },
]

[taps]
feature_map = "local"
"#;
/// 33 samples of one channel, under windows that are wider than the image.
const COLUMN: &str = r#"name = "column"
input = [33, 1, 1]
layers = [
    { conv = { channels = 6, kernel = 3, stride = [2, 1], padding = 1 } },
    { average_pool = { kernel = 3, stride = [2, 1], padding = 1 } },
    { linear = 12 },
    { linear = 8 },
]
"#;
const SETTINGS: &str = "encoder = \"mine.toml\"\nepochs = 1\nbatch_size = 16\ncritic_units = 8\nlearning_rate = 1e-3\n";

/// With `mine.toml`, `settings.toml` and `signals`, noise of `[height, width, channels]` with a bright part for each class.
fn place(description: &str, [height, width, channels]: [usize; 3]) -> Place {
    let place = Place::with_data();
    place.write("mine.toml", description);
    place.write("settings.toml", SETTINGS);
    std::fs::create_dir(place.path("signals")).unwrap();
    let samples = height * width * channels;
    for (split, count) in [("train", 64), ("test", 24)] {
        let classes: Vec<u8> = (0..count).map(|index| (index % 4) as u8).collect();
        let pixel = |image: usize, at: usize| {
            let noise = (image * 7919 + at * 104_729) % 97;
            (if at * 4 / samples == image % 4 { 120 + noise } else { 40 + noise }) as u8
        };
        let pixels: Vec<u8> = (0..count).flat_map(|image| (0..samples).map(move |at| pixel(image, at))).collect();
        place.write(&format!("signals/{split}_images.npy"), npy(&[count, height, width, channels], &pixels));
        place.write(&format!("signals/{split}_labels.npy"), npy(&[count], &classes));
    }
    place
}

const TRAIN: [&str; 5] = ["train", "--config", "settings.toml", "--data", "signals"];

#[test]
fn signals_go_all_the_way() {
    for (description, shape, name) in [(ROW, [1, 40, 3], "row"), (COLUMN, [33, 1, 1], "column")] {
        let place = place(description, shape);
        let summary = place.json(&[&TRAIN[..], &["--out", "run"]].concat());
        assert_eq!(summary["encoder"], name);
        place.succeeds(&["evaluate", "run"]);
        place.succeeds(&["quantize", "run", "--out", "encoder.dim", "--budget", "1"]);
        let inspection = place.json(&["inspect", "encoder.dim"]);
        let device = &summary["device"];
        assert_eq!([&inspection["arena_bytes"], &inspection["macs"]], [&device["arena_bytes"], &summary["macs"]]);
        assert_eq!(place.json(&["conform", "encoder.dim", "--images", "signals"])["passed"], true);
        // In the device's integers, and by all that a method may add.
        place.succeeds(&["finetune", "run", "--out", "tuned", "--epochs", "1"]);
        for method in ["supervised", "autoencoder", "bigan", "nat"] {
            place.succeeds(&[&TRAIN[..], &["--out", method, "--method", method]].concat());
        }
        let more = "coordinates = 0.1\nrelative_coordinates = 0.1\nalpha = 0.5\nviews = \"two\"\naugmentation = \"crop-flip\"\nocclusion = 0.5\nocclusion_block = 1\n";
        place.write("settings.toml", format!("{SETTINGS}{more}"));
        place.succeeds(&[&TRAIN[..], &["--out", "more"]].concat());
    }
}

#[test]
fn a_run_carries_its_description() {
    let place = place(ROW, [1, 40, 3]);
    place.succeeds(&[&TRAIN[..], &["--out", "run"]].concat());
    std::fs::remove_file(place.path("mine.toml")).unwrap();
    place.succeeds(&["quantize", "run", "--out", "encoder.dim", "--budget", "1"]);
    place.succeeds(&["train", "--resume", "--epochs", "2", "--out", "run"]);
    // Its settings are those of another run, whatever this program's presets are.
    place.succeeds(&["train", "--config", "run/config.toml", "--out", "again"]);
    assert_eq!(place.read("again/metrics.jsonl"), place.read("run/metrics.jsonl"));
    assert_eq!(place.read("again/config.toml"), place.read("run/config.toml"));

    // Runs of before named a preset.
    let trained = Place::trained();
    let before = trained.json(&["evaluate", "run"]);
    let config = String::from_utf8(trained.read("run/config.toml")).unwrap();
    let (settings, _) = config.split_once("[encoder]").unwrap();
    trained.write("run/config.toml", format!("preset = \"edge28\"\n{settings}"));
    assert_eq!(trained.json(&["evaluate", "run"])["measurements"], before["measurements"]);
}

#[test]
fn what_an_encoder_costs_is_said_before_it_is_trained() {
    let place = place(ROW, [1, 40, 3]);
    let listed = place.json(&["encoders", "list", "mine.toml"]);
    let [encoder] = &listed["encoders"].as_array().unwrap()[..] else { panic!("{listed}") };
    // 120 + 24 + 96 + 36 * 12 + 12 * 16 weights; a scale and a shift each of 8, 8, 12 and 12; 16 biases.
    assert_eq!(encoder["parameters"], 120 + 24 + 96 + 432 + 192 + 2 * 40 + 16);
    assert_eq!(encoder["macs"], 20 * (120 + 24 + 96) + 10 * 432 + 192);
    assert_eq!(keys(&encoder["device"]), ["arena_bytes", "file_bytes", "weight_bytes"]);
    let output = place.dim(&[&TRAIN[..], &["--out", "run"]].concat());
    let said = String::from_utf8(output.stderr).unwrap();
    let arena = encoder["device"]["arena_bytes"].to_string();
    let line = said.lines().find(|line| line.starts_with("encoder row: 960 parameters, 9312 MAC; int8: ")).unwrap();
    assert!(line.ends_with(&format!(" bytes of file, {arena} of arena")), "{said}");
}

#[test]
fn a_preset_is_shown_as_a_file_that_trains() {
    let place = Place::with_data();
    let text = place.succeeds(&["encoders", "show", "edge28"]);
    place.write("mine.toml", text.replace("\"edge28\"", "\"mine\"").replace("linear = 64", "linear = 10"));
    let bench = place.json(&["bench", "--train", "--encoder", "mine.toml", "--steps", "2", "--batch-size", "4"]);
    assert_eq!(bench["encoder"], "mine");
    place.succeeds(&["train", "--encoder", "mine.toml", "--data", "data", "--epochs", "1", "--out", "run"]);
    let encoder = place.json(&["encoders", "list", "mine.toml"]);
    assert_eq!(encoder["encoders"][0]["embedding"], 10);
    assert!(place.succeeds(&["encoders", "list"]).ends_with(&place.succeeds(&["inspect", "--presets"])));
}

#[test]
fn descriptions_are_refused_with_file_line_and_layer() {
    let place = place(ROW, [1, 40, 3]);
    let train = ["train", "--encoder", "bad.toml", "--data", "signals", "--out", "run"];
    for (old, new, words) in [
        (
            "kernel = [1, 3], padding",
            "kernal = [1, 3], padding",
            &["bad.toml: line 5, layer 1: unknown key `kernal`", "`kernel`"][..],
        ),
        ("add = \"pooled\"", "add = \"local\"", &["bad.toml: line 9, layer 5: ", "adds 1x20x12 to 1x10x12"]),
        ("[1, 40, 3]", "[2, 40, 3]", &["row takes 2x40x3 images", "1x40x3"]),
    ] {
        place.write("bad.toml", ROW.replace(old, new));
        place.refuses(&train, words);
    }
    place.refuses(&["encoders", "list", "none.toml"], &["none.toml", "No such file"]);
    let both = place.dim(&[&train[..], &["--preset", "edge28"]].concat());
    assert_eq!(both.status.code(), Some(2));
    place.write("both.toml", "preset = \"edge28\"\nencoder = \"mine.toml\"\n");
    assert_failure(&place.dim(&["train", "--config", "both.toml"]), &["both.toml: line 2: both preset and encoder"]);
}
