//! `dim import-torch`: from a file of PyTorch's to a run that the other commands take.

use std::path::Path;

use dim_model_format::Model;
use serde_json::json;

use crate::place::{Place, assert_failure, keys};
use crate::report::assert_stands_alone;
use crate::tiny_data::TEST_IMAGES;

const IMPORT: [&str; 7] = ["import-torch", "encoder.pth", "--preset", "edge28-dw", "--data", "data", "--out"];

/// With a published encoder.
fn place() -> Place {
    let place = Place::with_data();
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("../trainer/tests/torch/files/edge28-dw.pth");
    std::fs::copy(file, place.path("encoder.pth")).unwrap();
    place
}

#[test]
fn an_imported_encoder_is_evaluated_quantized_and_run() {
    let place = place();
    let summary = place.json(&[&IMPORT[..], &["run"]].concat());
    assert_eq!(keys(&summary), ["encoder", "file", "layers", "padding", "parameters", "run", "sha256"]);
    assert_eq!(
        [&summary["encoder"], &summary["file"], &summary["parameters"]],
        [&json!("edge28-dw"), &json!("encoder.pth"), &json!(20_864)]
    );
    assert_eq!(summary["layers"].as_array().unwrap().len(), 8);
    assert_eq!(summary["layers"][1], json!({"layer": 1, "weights": "3", "norm": "4"}));
    assert_eq!(summary["layers"][7], json!({"layer": 8, "weights": "23", "norm": null}));
    assert_eq!(place.names("run"), ["checkpoint.tar", "config.toml", "dataset.json", "imported.json"]);

    let evaluation = place.json(&["evaluate", "run"]);
    let objective = format!("imported (encoder.pth, sha256 {:.16})", summary["sha256"].as_str().unwrap());
    assert_eq!([&evaluation["objective"], &evaluation["epochs"]], [&json!(objective), &json!(0)]);
    assert_ne!(evaluation["taps"], evaluation["untrained"]);
    assert!(place.succeeds(&["evaluate", "run"]).contains(&format!("edge28-dw, {objective}, trained elsewhere")));
    let page = String::from_utf8(place.read("run/report.html")).unwrap();
    assert_stands_alone(&page);
    assert!(
        page.contains("trained elsewhere")
            && !page.contains("<dt>trained on</dt>")
            && !page.contains("training never saw")
    );
    assert!(place.succeeds(&["compare", "run"]).contains(&objective));

    let report = place.json(&["quantize", "run", "--out", "encoder.dim", "--budget", "1"]);
    assert_eq!(report["float_taps"], evaluation["taps"]);
    assert!(report["cosine_min"].as_f64().unwrap() > 0.99, "{report}");
    let file = place.read("encoder.dim");
    let model = Model::parse(&file).unwrap();
    let about = model.about();
    assert_eq!((about.objective, about.epochs), (objective.as_str(), 0));
    assert!(about.dataset.starts_with("unknown, calibrated with data ("), "{}", about.dataset);
    let embedded = place.json(&["embed", "encoder.dim", "--images", "data", "--out", "y.npy"]);
    assert_eq!(embedded["images"], TEST_IMAGES);
    place.succeeds(&["conform", "encoder.dim", "--images", "data"]);
    assert!(
        place
            .succeeds(&["inspect", "encoder.dim"])
            .contains(&format!("encoder     {objective}, data unknown, calibrated"))
    );
}

#[test]
fn the_tensors_of_a_file_are_listed() {
    let place = place();
    let text = place.succeeds(&["import-torch", "encoder.pth", "--list"]);
    assert!(text.starts_with("0.weight  [16, 1, 3, 3]\n1.weight  [16]\n"), "{text}");
    let listed = place.json(&["import-torch", "encoder.pth", "--list"]);
    assert_eq!(listed["tensors"].as_array().unwrap().len(), text.lines().count());
    assert_eq!(listed["tensors"][0], json!({"name": "0.weight", "shape": [16, 1, 3, 3]}));
}

#[test]
fn pixels_are_scaled_where_the_user_says_so() {
    let place = place();
    let import = [&IMPORT[..], &["run", "--mean", "0.5", "--std", "0.5"]].concat();
    let padding = place.json(&import)["padding"].as_f64().unwrap();
    assert!((padding - 1.0 / 255.0).abs() < 1e-12, "the paper's scaling differs from ours by half a grey level");
    let printed = place.succeeds(&[&import[..], &["--overwrite"]].concat());
    assert!(printed.contains("it sees up to 0.0039 in place of 0"), "{printed}");
    let refuses = |mean: &str, std: &str, words: &[&str]| {
        place.refuses(&[&IMPORT[..], &["other", "--mean", mean, "--std", std]].concat(), words);
    };
    refuses("0.5,0.5", "0.5", &["--mean", "the 1 of the channels of edge28-dw"]);
    refuses("0.5", "0", &["--std", "above 0"]);
}

#[test]
fn what_cannot_be_imported_leaves_no_trace() {
    let place = place();
    let import = ["import-torch", "encoder.pth", "--data", "data", "--out", "run"];
    let import = |arguments: &[&'static str]| [&import[..], arguments].concat();
    place.refuses(
        &import(&["--preset", "edge28"]),
        &["encoder.pth", "edge28 has 5 convolutions", "the file 8", "--map"],
    );
    let map = ["--preset", "edge28-dw", "--map", "encoder.*=*"];
    place.refuses(
        &import(&map),
        &["encoder.pth", "no tensor matches --map encoder.*", "0.weight [16, 1, 3, 3]", "--list"],
    );
    let whole = place.read("encoder.pth");
    place.write("encoder.pth", &whole[..whole.len() / 2]);
    place.refuses(&import(&["--preset", "edge28-dw"]), &["encoder.pth", "cut short", "get the file again"]);
    place.write("encoder.pth", place.read("settings.toml"));
    place.refuses(&import(&["--preset", "edge28-dw"]), &["encoder.pth", "not a file of torch.save"]);
    place.refuses(&["import-torch", "none.pth", "--list"], &["none.pth", "No such file"]);

    place.write("encoder.pth", whole);
    let data = ["--preset", "edge28-dw", "--data", "embedded", "--data", "data"];
    assert_eq!(place.dim(&import(&data)).status.code(), Some(2), "an option given twice is a matter of usage");
    place.succeeds(&import(&["--preset", "edge28-dw"]));
    place.refuses(&import(&["--preset", "edge28-dw"]), &["run: holds a run already", "--overwrite"]);
    let before = place.snapshot();
    assert_failure(&place.dim(&["train", "--resume", "--out", "run"]), &["imported", "nothing to train"]);
    place.assert_unchanged(&before);
    place.write("settings.toml", "method = \"imported\"\n");
    place.refuses(&["train", "--config", "settings.toml", "--out", "other"], &["imported", "nothing to train"]);
}
