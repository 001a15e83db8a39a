//! The methods that the paper compares with, as a user trains and evaluates them.

use serde_json::Value;

use crate::place::{Place, TRAIN, keys};

/// Name, objective, and what `metrics.jsonl` has beside `loss` and `step`.
const BASELINES: [(&str, &str, &[&str]); 5] = [
    ("supervised", "supervised", &["accuracy", "cross_entropy"]),
    ("autoencoder", "autoencoder", &["reconstruction"]),
    ("vae", "vae", &["divergence", "reconstruction"]),
    ("beta-vae", "beta-vae (kl_weight 4)", &["divergence", "reconstruction"]),
    ("aae", "aae (gamma 0.1, uniform prior)", &["discriminator", "prior", "reconstruction"]),
];

#[test]
fn every_method_is_recorded_repeated_and_resumed_to_the_bit() {
    for (method, objective, parts) in BASELINES {
        let place = Place::with_data();
        let train = |out: &str, epochs: &str| {
            place.json(&[&TRAIN[..], &["--method", method, "--epochs", epochs, "--out", out]].concat())
        };
        let summary = train("whole", "2");
        assert_eq!([&summary["objective"], &summary["information_ceiling"]], [&Value::from(objective), &Value::Null]);
        let mut expected = [parts, &["loss", "step"]].concat();
        expected.sort_unstable();
        assert_eq!(keys(&summary["last"]), expected);

        train("again", "2");
        train("resumed", "1");
        place.succeeds(&["train", "--resume", "--epochs", "2", "--out", "resumed"]);
        for run in ["whole", "again", "resumed"] {
            place.succeeds(&["quantize", run, "--out", &format!("{run}.dim"), "--budget", "1"]);
        }
        for other in ["again", "resumed"] {
            let file = |name: &str, file: &str| place.read(&format!("{name}{file}"));
            assert_eq!(file("whole", "/metrics.jsonl"), file(other, "/metrics.jsonl"), "{method}");
            assert_eq!(file("whole", "/config.toml"), file(other, "/config.toml"), "{method}");
            assert!(file("whole", ".dim") == file(other, ".dim"), "{method}: the encoders differ");
        }
    }
}

#[test]
fn reports_show_the_curves_of_the_method() {
    for (method, shown, absent) in [
        (
            "supervised",
            &["Classification (nats)", "Accuracy in training", "with labels", "training saw"][..],
            "Divergence",
        ),
        (
            "vae",
            &["Reconstruction", "Divergence from the prior", "without labels", "training never saw"],
            "Classification",
        ),
    ] {
        let place = Place::with_data();
        place.succeeds(&[&TRAIN[..], &["--method", method, "--out", "run"]].concat());
        place.succeeds(&["evaluate", "run"]);
        let page = String::from_utf8(place.read("run/report.html")).unwrap();
        for text in shown {
            assert!(page.contains(text), "{method}: no {text:?}");
        }
        assert!(!page.contains(absent) && !page.contains("Mutual information"), "{method}");
    }
}

#[test]
fn settings_of_other_methods_are_refused_by_name() {
    let place = Place::with_data();
    let train = ["train", "--config", "bad.toml", "--data", "data", "--out", "run"];
    for (settings, words) in [
        ("method = \"gan\"\n", &["bad.toml", "line 1", "gan", "vae"][..]),
        ("method = \"beta-vae\"\nbeta = 4.0\n", &["beta = 4", "beta-vae"]),
        ("method = \"vae\"\nkl_weight = 2.0\n", &["kl_weight = 2", "beta-vae"]),
        ("method = \"aae\"\ngamma = 0.0\n", &["gamma = 0", "autoencoder"]),
        ("method = \"vae\"\nocclusion = 1.0\n", &["occlusion = 1", "dim", "vae"]),
    ] {
        place.write("bad.toml", format!("{settings}preset = \"edge28\"\n"));
        place.refuses(&train, words);
    }
    place.succeeds(&[&TRAIN[..], &["--method", "vae", "--out", "run"]].concat());
    place.refuses(&["train", "--resume", "--method", "aae", "--out", "run"], &["--method", "keeps the settings"]);
}
