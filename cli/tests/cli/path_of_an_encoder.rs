//! From images to embeddings: train, evaluate, quantize, inspect, embed, with what scripts read of each.

use dim_model_format::Model;
use dim_runtime::Encoder;
use serde_json::{Value, json};

use crate::place::{Place, TRAIN, keys};
use crate::report::assert_stands_alone;
use crate::tiny_data::{TEST_IMAGES, TRAIN_IMAGES, test_images};

const UNITS: usize = 64;

#[test]
fn train() {
    let place = Place::with_data();
    let summary = place.json(&[&TRAIN[..], &["--out", "run", "--seed", "3"]].concat());
    assert_eq!(
        keys(&summary),
        [
            "data_wait_fraction",
            "dataset",
            "device",
            "encoder",
            "epochs",
            "fingerprint",
            "first",
            "information_ceiling",
            "information_unit",
            "last",
            "macs",
            "milliseconds_per_step",
            "objective",
            "parameters",
            "run",
            "seconds",
            "seed",
            "steps"
        ]
    );
    assert_eq!([&summary["encoder"], &summary["dataset"], &summary["run"]], ["edge28", "data", "run"]);
    assert_eq!([&summary["epochs"], &summary["seed"], &summary["steps"]], [1, 3, 6]);
    let metrics = String::from_utf8(place.read("run/metrics.jsonl")).unwrap();
    let metrics: Vec<Value> = metrics.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(metrics.len(), 6);
    assert_eq!([&metrics[0], &metrics[5]], [&summary["first"], &summary["last"]]);
    assert_eq!(
        keys(&metrics[0]),
        ["discriminator", "effective_rank", "local_information", "loss", "prior", "spread", "step", "uniformity"]
    );
    assert_eq!(place.names("run"), ["checkpoint.tar", "config.toml", "dataset.json", "metrics.jsonl", "report.html"]);

    let page = String::from_utf8(place.read("run/report.html")).unwrap();
    assert_stands_alone(&page);
    let fact = |name: &str, value: &str| format!("<dt>{name}</dt><dd>{value}</dd>");
    for words in [
        "<h3>Mutual information (nats)</h3>",
        "ceiling 1.386",
        "<h3>Loss</h3>",
        &fact("trained on", "data, 200 images without labels"),
        &fact("images", "28x28x1, 4 classes"),
        &fact("fingerprint of the data", summary["fingerprint"].as_str().unwrap()),
        &fact("training", "1 epoch, seed 3"),
        "<dt>steps</dt><dd>6, ",
        "<dt>waiting for images</dt>",
        &fact("learning_rate", "0.001"),
        &fact("encoder", "edge28"),
        "Run dim evaluate on this folder",
    ] {
        assert!(page.contains(words), "{words}");
    }
    assert!(!page.contains("Probe accuracy"), "nothing was measured yet");
    place.succeeds(&["evaluate", "run"]);
    let page = String::from_utf8(place.read("run/report.html")).unwrap();
    assert!(
        page.contains("Probe accuracy") && page.contains("<h3>Loss</h3>") && page.contains(&fact("encoder", "edge28"))
    );
}

#[test]
fn evaluate() {
    let place = Place::trained();
    let evaluation = place.json(&["evaluate", "run"]);
    assert_eq!(
        keys(&evaluation),
        [
            "dataset",
            "encoder",
            "encoder_weights",
            "epochs",
            "knn_neighbours",
            "largest_class_share",
            "linear_probe_epochs",
            "measurements",
            "objective",
            "planned_epochs",
            "raw_pixels",
            "seed",
            "taps",
            "test_images",
            "train_images",
            "unfinished_epoch_steps",
            "untrained"
        ]
    );
    assert_eq!([&evaluation["dataset"], &evaluation["encoder"]], ["data", "edge28"]);
    assert_eq!([&evaluation["train_images"], &evaluation["test_images"]], [TRAIN_IMAGES, TEST_IMAGES]);
    assert_eq!(evaluation["epochs"], 1);
    assert!(evaluation["objective"].as_str().unwrap().starts_with("dim-local-jsd"));
    assert_accuracies_of_taps(&evaluation["taps"]);
    assert_accuracies_of_taps(&evaluation["untrained"]);
    assert_accuracies(&evaluation["raw_pixels"]);
    assert_ne!(evaluation["taps"], evaluation["untrained"]);
    let saved: serde_json::Value = serde_json::from_slice(&place.read("run/evaluation.json")).unwrap();
    assert_eq!(saved, evaluation);
    assert_eq!(
        place.names("run"),
        ["checkpoint.tar", "config.toml", "dataset.json", "evaluation.json", "metrics.jsonl", "report.html"]
    );
}

#[test]
fn quantize() {
    let place = Place::trained();
    let report = place.json(&["quantize", "run", "--out", "again.dim", "--budget", "1"]);
    assert_eq!(
        keys(&report),
        [
            "cosine_mean",
            "cosine_min",
            "float",
            "float_taps",
            "information",
            "int8",
            "int8_taps",
            "knn_agreement",
            "layers",
            "losses"
        ]
    );
    assert_eq!(report["information"], Value::Null);
    for probe in ["linear", "knn"] {
        let loss = &report["losses"][probe];
        assert_eq!(keys(loss), ["images", "loss", "standard_error"]);
        let [float, int8] = ["float", "int8"].map(|half| report[half][probe].as_f64().unwrap());
        assert!((loss["loss"].as_f64().unwrap() - (float - int8)).abs() < 1e-9, "{report}");
        assert!(loss["standard_error"].as_f64().unwrap() >= 1.0 / TEST_IMAGES as f64 && loss["images"] == TEST_IMAGES);
    }
    assert!((0.5..=1.0).contains(&report["knn_agreement"].as_f64().unwrap()), "{report}");
    let layers = report["layers"].as_array().unwrap();
    assert_eq!(layers.len(), place.json(&["inspect", "encoder.dim"])["layers"].as_array().unwrap().len());
    for layer in layers {
        assert_eq!(keys(layer), ["constant_share", "layer", "operator", "signal_to_noise"]);
        assert!((20.0..100.0).contains(&layer["signal_to_noise"].as_f64().unwrap()), "{layer}");
        assert!((0.0..=1.0).contains(&layer["constant_share"].as_f64().unwrap()), "{layer}");
    }
    for half in ["float", "int8"] {
        assert_accuracies_of_taps(&report[format!("{half}_taps")]);
        assert_eq!(report[half], report[format!("{half}_taps")]["embedding"]);
    }
    let [mean, min] = ["cosine_mean", "cosine_min"].map(|key| report[key].as_f64().unwrap());
    assert!(0.99 < min && min <= mean && mean <= 1.0, "{mean} {min}");
    assert_eq!(report["float_taps"], place.json(&["evaluate", "run"])["taps"]);
    assert!(place.read("again.dim") == place.read("encoder.dim"));
}

/// Every rule gives an encoder of its own, and all of them are about as good.
#[test]
fn quantize_by_each_observer() {
    let place = Place::trained();
    let identity = |observer: &str| {
        let quantize = ["quantize", "run", "--out", "o.dim", "--observer", observer, "--budget", "1"];
        let report = place.json(&[&quantize[..], &["--information", "1"]].concat());
        assert!(report["cosine_mean"].as_f64().unwrap() > 0.98, "{observer}: {report}");
        let information = &report["information"];
        assert_eq!((keys(information), &information["epochs"]), (vec!["epochs", "float", "int8"], &Value::from(1)));
        place.json(&["inspect", "o.dim"])["identity"].as_str().unwrap().to_owned()
    };
    let [minmax, percentile, mse] = ["minmax", "percentile", "mse"].map(identity);
    assert_eq!(place.json(&["inspect", "encoder.dim"])["identity"], minmax);
    assert!(minmax != percentile && percentile != mse && mse != minmax);
}

/// Another arithmetic, which runs on the same device; the format of another engine cannot say it.
#[test]
fn quantize_with_a_single_rounding() {
    let place = Place::trained();
    place.json(&["quantize", "run", "--out", "single.dim", "--rounding", "single", "--budget", "1"]);
    let [single, double] = ["single.dim", "encoder.dim"].map(|file| place.json(&["inspect", file]));
    assert_eq!([&single["arithmetic"], &double["arithmetic"]], ["single", "double"]);
    assert_ne!(single["identity"], double["identity"]);
    assert_eq!(place.json(&["conform", "single.dim", "--images", "data"])["passed"], true);
    place.refuses(
        &["export", "single.dim", "--format", "tflite", "--out", "single.tflite"],
        &["single.dim", "rounding"],
    );
}

/// Half the bytes, the same arithmetic, so every other engine takes it too.
#[test]
fn quantize_to_four_bits() {
    let place = Place::trained();
    place.json(&["quantize", "run", "--out", "int4.dim", "--weights", "int4", "--budget", "1"]);
    let inspection = place.json(&["inspect", "int4.dim"]);
    assert_eq!(inspection["format_version"], "1.4");
    let column = |name: &str| -> Vec<_> {
        inspection["layers"].as_array().unwrap().iter().map(|layer| layer[name].as_u64().unwrap()).collect()
    };
    // The layer that reads the image keeps eight.
    assert_eq!(column("weight_bits"), [8, 4, 4, 4, 4]);
    let halves = [64 * 9 * 32, 128 * 9 * 64, 128 * 2048, 64 * 128].map(|weights| weights / 2);
    assert_eq!(column("weight_bytes"), [&[32 * 28], &halves[..]].concat());
    assert!(place.succeeds(&["inspect", "int4.dim"]).contains("fully_connected int4"));
    assert_eq!(place.json(&["conform", "int4.dim", "--images", "data"])["passed"], true);
    place.succeeds(&["export", "int4.dim", "--format", "tflite", "--out", "int4.tflite"]);
}

#[test]
fn inspect() {
    let place = Place::trained();
    let inspection = place.json(&["inspect", "encoder.dim"]);
    assert_eq!(
        keys(&inspection),
        [
            "arena_bytes",
            "arithmetic",
            "dataset",
            "epochs",
            "file_bytes",
            "format_version",
            "identity",
            "input_scale",
            "input_shape",
            "input_zero_point",
            "layers",
            "macs",
            "name",
            "objective",
            "preprocessing",
            "producer",
            "proof",
            "scratch_bytes",
            "seed",
            "taps",
            "weight_bytes"
        ]
    );
    let file = place.read("encoder.dim");
    let model = Model::parse(&file).unwrap();
    assert_eq!(inspection["identity"], model.identity().to_string());
    assert_eq!(inspection["arena_bytes"], model.arena_bytes());
    assert_eq!(inspection["weight_bytes"], model.weight_bytes());
    assert_eq!(inspection["file_bytes"], file.len());
    assert_eq!(inspection["format_version"], "1.3");
    assert_eq!(inspection["proof"], format!("{:08x}", model.proof().unwrap()));
    let mut arena = vec![0; model.arena_bytes()];
    Encoder::new(&model, &mut arena).unwrap().prove().unwrap();
    assert_eq!([&inspection["name"], &inspection["arithmetic"]], ["edge28", "double"]);
    assert_eq!(inspection["scratch_bytes"], model.scratch_bytes());
    assert_eq!([&inspection["epochs"], &inspection["seed"]], [1, 0]);
    assert_eq!(inspection["input_shape"], json!([28, 28, 1]));

    // Worked out by hand: outputs times the size of a filter.
    let layer = |index, op, output_shape: [u16; 3], macs: u64, weight_bytes: u64| json!({"index": index, "op": op, "output_shape": output_shape, "macs": macs, "weight_bytes": weight_bytes, "weight_bits": 8});
    let layers = json!([
        // Filters are filled up to a multiple of four weights.
        layer(0, "conv2d", [14, 14, 32], 14 * 14 * 32 * 25, 32 * 28),
        layer(1, "conv2d", [7, 7, 64], 7 * 7 * 64 * 9 * 32, 64 * 9 * 32),
        layer(2, "conv2d", [4, 4, 128], 4 * 4 * 128 * 9 * 64, 128 * 9 * 64),
        layer(3, "fully_connected", [1, 1, 128], 128 * 2048, 128 * 2048),
        layer(4, "fully_connected", [1, 1, 64], 64 * 128, 64 * 128),
    ]);
    assert_eq!(inspection["layers"], layers);
    assert_eq!(inspection["macs"], 156_800 + 903_168 + 1_179_648 + 262_144 + 8_192);

    let taps = inspection["taps"].as_array().unwrap();
    for (tap, (name, shape)) in taps.iter().zip([
        ("feature_map", [7, 7, 64]),
        ("conv", [4, 4, 128]),
        ("fc", [1, 1, 128]),
        ("embedding", [1, 1, 64]),
    ]) {
        assert_eq!(keys(tap), ["name", "scale", "shape", "tensor", "zero_point"]);
        assert_eq!(tap["name"], name);
        assert_eq!(tap["shape"], json!(shape));
    }
    assert_eq!(taps.len(), 4);
}

#[test]
fn embed() {
    let place = Place::trained();
    let file = place.read("encoder.dim");
    let model = Model::parse(&file).unwrap();
    let mut arena = vec![0; model.arena_bytes()];
    let mut encoder = Encoder::new(&model, &mut arena).unwrap();
    let (mut codes, mut reals) = (Vec::new(), Vec::new());
    for image in test_images() {
        let output = encoder.encode(&image).unwrap();
        let embedding = output.embedding();
        let (scale, zero_point) = (embedding.quantization.scale, i32::from(embedding.quantization.zero_point));
        for code in embedding.values {
            codes.push(code.cast_unsigned());
            reals.extend((scale * (i32::from(*code) - zero_point) as f32).to_le_bytes());
        }
    }

    let embed = ["embed", "encoder.dim", "--images", "data", "--out", "y.npy"];
    let summary = place.json(&embed);
    assert_eq!(
        keys(&summary),
        [
            "codes",
            "identity",
            "images",
            "images_per_second",
            "mean_of",
            "scale",
            "shape",
            "stored",
            "units",
            "zero_point"
        ]
    );
    assert_eq!(summary["identity"], model.identity().to_string());
    assert_eq!([&summary["images"], &summary["units"]], [TEST_IMAGES, UNITS]);
    assert_eq!(summary["codes"], false);
    assert_npy(&place.read("y.npy"), "<f4", &reals);

    assert_eq!(place.json(&[&embed[..], &["--codes"]].concat())["codes"], true);
    assert_npy(&place.read("y.npy"), "|i1", &codes);

    assert_eq!(place.json(&[&embed[..], &["--split", "train"]].concat())["images"], TRAIN_IMAGES);
}

/// A NumPy file of version 1.0 with `[TEST_IMAGES, UNITS]` elements of type `descr`, row after row.
fn assert_npy(file: &[u8], descr: &str, values: &[u8]) {
    assert_eq!(&file[..8], b"\x93NUMPY\x01\x00");
    let header_end = 10 + usize::from(u16::from_le_bytes([file[8], file[9]]));
    assert_eq!(header_end % 64, 0);
    let header: String =
        file[10..header_end].iter().map(|byte| char::from(*byte)).filter(|c| !c.is_whitespace()).collect();
    let shape = format!("({TEST_IMAGES},{UNITS})");
    assert_eq!(header, format!("{{'descr':'{descr}','fortran_order':False,'shape':{shape},}}"));
    // Behind the values stands a second array, the identity: `stored_embeddings.rs`.
    assert!(file[header_end..].starts_with(values), "the values differ");
    assert_eq!(file.len(), header_end + values.len() + 128 + 16);
}

fn assert_accuracies_of_taps(taps: &Value) {
    assert_eq!(keys(taps), ["conv", "embedding", "fc"]);
    taps.as_object().unwrap().values().for_each(assert_accuracies);
}

fn assert_accuracies(accuracies: &Value) {
    assert_eq!(keys(accuracies), ["knn", "linear"]);
    for accuracy in accuracies.as_object().unwrap().values() {
        let hits = accuracy.as_f64().unwrap() * TEST_IMAGES as f64;
        assert!((0.0..=TEST_IMAGES as f64).contains(&hits) && (hits - hits.round()).abs() < 1e-9, "{accuracies}");
    }
}
