//! `dim evaluate --suite paper`: every measure on tiny data, each with its tap, classifier, epochs and seed.

use serde_json::{Value, json};

use crate::place::{Place, keys};
use crate::report::{assert_row, assert_stands_alone};
use crate::tiny_data::{TEST_IMAGES, TRAIN_IMAGES};

const EVALUATE: [&str; 16] = [
    "evaluate",
    "run",
    "--suite",
    "paper",
    "--probe-epochs",
    "4",
    "--labels",
    "80",
    "--fine-tune-epochs",
    "3",
    "--decoder-epochs",
    "2",
    "--critic-epochs",
    "2",
    "--dependency-epochs",
    "6",
];

#[test]
fn the_probes_alone_are_those_of_the_paper_suite() {
    let place = Place::trained();
    let probes = place.json(&["evaluate", "run", "--suite", "probes", "--probe-epochs", "4"]);
    assert_eq!(keys(&probes), keys(&place.json(&["evaluate", "run"])), "no other measure is made");
    let paper = place.json(&EVALUATE);
    for tap in ["conv", "fc", "embedding"] {
        let accuracies = &probes["taps"][tap];
        assert_eq!(keys(accuracies), ["knn", "linear", "mlp"]);
        assert_eq!(accuracies["mlp"], paper["taps"][tap]["mlp"]);
    }
}

#[test]
fn every_measure_says_how_it_was_made() {
    let place = Place::trained();
    let evaluation = place.json(&EVALUATE);
    let quick = place.json(&["evaluate", "run"]);
    let added = ["fine_tuning", "mutual_information", "neighbours", "neural_dependency", "reconstruction"];
    let mut expected = [keys(&quick), added.to_vec()].concat();
    expected.sort();
    assert_eq!(keys(&evaluation), expected);

    for features in ["taps", "untrained"] {
        for tap in ["conv", "fc", "embedding"] {
            let accuracies = &evaluation[features][tap];
            assert_eq!(keys(accuracies), ["knn", "linear", "mlp", "svm"]);
            assert_eq!(accuracies["knn"], quick[features][tap]["knn"], "both suites judge the same features");
        }
    }
    assert_eq!(keys(&evaluation["raw_pixels"]), ["knn", "linear", "mlp", "svm"]);
    assert_measurements(&evaluation);

    let fine_tuning = &evaluation["fine_tuning"];
    let keys_of_training = ["averaged_epochs", "classifier", "epochs", "labels", "seed", "tap", "trained", "untrained"];
    assert_eq!(keys(fine_tuning), keys_of_training);
    assert_eq!([&fine_tuning["tap"], &fine_tuning["classifier"]], ["conv", "mlp"]);
    assert_eq!([&fine_tuning["labels"], &fine_tuning["epochs"], &fine_tuning["averaged_epochs"]], [80, 3, 2]);

    let reconstruction = &evaluation["reconstruction"];
    assert_eq!([&reconstruction["tap"]], ["embedding"]);
    assert_eq!([&reconstruction["epochs"], &reconstruction["seed"]], [2, 0]);
    assert_eq!(reconstruction["dynamic_range"], 255.0);
    assert_eq!(reconstruction["ms_ssim_scale_weights"].as_array().unwrap().len(), 2, "28 pixels have two scales");
    assert!(["ssim", "ms_ssim"].iter().all(|key| reconstruction[key].as_f64().unwrap().abs() < 1.0));

    let information = &evaluation["mutual_information"];
    assert_eq!([&information["epochs"], &information["averaged_epochs"]], [2, 1]);
    assert_eq!(information["ceiling_nats"], (TRAIN_IMAGES as f64).ln());
    assert_eq!(information["held_out_ceiling_nats"], (TEST_IMAGES as f64).ln());
    assert!(information["nats"].is_f64() && information["held_out_nats"].is_f64());

    let dependency = &evaluation["neural_dependency"];
    assert_eq!([&dependency["epochs"], &dependency["averaged_epochs"]], [6, 3]);
    for form in ["with_sigmoid", "without_sigmoid"] {
        assert_eq!(keys(&dependency[form]), ["held_out_nats", "nats"]);
    }

    for (class, neighbours) in evaluation["neighbours"].as_array().unwrap().iter().enumerate() {
        assert_eq!(neighbours["image"], class, "image i has class i % 4");
        let nearest = neighbours["nearest"].as_array().unwrap();
        assert!(nearest.len() == 10 && !nearest.contains(&json!(class)), "{nearest:?}");
    }
    assert_eq!(evaluation["neighbours"].as_array().unwrap().len(), 4);

    let page = String::from_utf8(place.read("run/report.html")).unwrap();
    assert!(!page.contains("Reconstructions"), "the quick suite, which ran last, has none");
    assert_eq!(place.json(&EVALUATE), evaluation, "the same seed gives the same numbers");
    assert_page(&place, &evaluation);
}

/// Seven kinds of features by four classifiers, with the numbers that the taps show.
fn assert_measurements(evaluation: &Value) {
    let measurements = evaluation["measurements"].as_array().unwrap();
    assert_eq!(measurements.len(), 7 * 4);
    for measurement in measurements {
        let has_answers = ["softmax", "knn"].map(Value::from).contains(&measurement["classifier"]);
        assert_eq!(measurement["mean_over_classes"].is_null(), !has_answers);
        let confusion = (has_answers && measurement["tap"] == "embedding").then_some("confusion");
        let expected = ["accuracy", "averaged_epochs", "classifier"].into_iter().chain(confusion).chain([
            "deviation",
            "epochs",
            "features",
            "mean_over_classes",
            "runs",
            "seed",
            "tap",
            "width",
        ]);
        assert_eq!(keys(measurement), expected.collect::<Vec<_>>());
        let classifier = measurement["classifier"].as_str().unwrap();
        let (key, epochs, averaged, runs) = match classifier {
            "softmax" => ("linear", json!(40), 1, 5),
            "mlp" => ("mlp", json!(4), 2, 1),
            "knn" => ("knn", json!(0), 1, 1),
            _ => (classifier, measurement["epochs"].clone(), 1, 5),
        };
        assert_eq!(measurement["epochs"], epochs);
        assert_eq!([&measurement["averaged_epochs"], &measurement["runs"], &measurement["seed"]], [averaged, runs, 0]);
        let of_tap = match measurement["features"].as_str().unwrap() {
            "trained" => &evaluation["taps"][measurement["tap"].as_str().unwrap()],
            "untrained" => &evaluation["untrained"][measurement["tap"].as_str().unwrap()],
            _ => &evaluation["raw_pixels"],
        };
        assert_eq!(measurement["accuracy"], of_tap[key]);
        assert!((0.0..=1.0).contains(&measurement["accuracy"].as_f64().unwrap()));
    }
    // The solver stops at the same optimum whatever the order, so that runs differ by a few images at most.
    let svm = measurements.iter().filter(|measurement| measurement["classifier"] == "svm");
    assert!(svm.into_iter().all(|measurement| measurement["deviation"].as_f64().unwrap() < 0.05));
}

fn assert_page(place: &Place, evaluation: &Value) {
    let page = String::from_utf8(place.read("run/report.html")).unwrap();
    assert_stands_alone(&page);
    assert_row(&page, "raw pixels", "", &evaluation["raw_pixels"]);
    for (features, key) in [("trained encoder", "taps"), ("untrained encoder", "untrained")] {
        for tap in ["conv", "fc", "embedding"] {
            assert_row(&page, features, tap, &evaluation[key][tap]);
        }
    }
    for heading in ["More measures", "Training", "Map of the embeddings", "Nearest neighbours", "Reconstructions"] {
        assert!(page.contains(&format!("<h2>{heading}</h2>")), "{heading}");
    }
    // Four images with ten neighbours each, and twelve pairs.
    assert_eq!(page.matches("<img ").count(), 4 * 11 + 2 * 12);
}

#[test]
fn the_table_says_tap_classifier_epochs_and_seed() {
    let place = Place::trained();
    let text = place.succeeds(&[&EVALUATE[..], &["--limit", "100"]].concat());
    for words in [
        "classifiers learned on 100 images of data, accuracy on 60 held out",
        "linear  softmax on standardized features, 40 epochs, seeds 0 to 4, mean ± deviation",
        "SVM     squared hinge, C = 1",
        "MLP     200 hidden units, 4 epochs, mean over the last 2, seed 0",
        "k-NN    majority of the 10 nearest by cosine",
        "conv and MLP, 80 labels, 3 epochs, mean over the last 2, seed 0",
        "embedding, decoder of 2 epochs, seed 0, 2 scales, range 255",
        "embedding, 6 epochs, mean over the last 3, seed 0",
        "run/report.html",
    ] {
        assert!(text.contains(words), "no {words:?} in:\n{text}");
    }
}
