//! `dim compare`: runs beside the paper's rows.

use serde_json::{Value, json};

use crate::place::{Place, TRAIN};

const METHODS: [&str; 4] = ["dim", "vae", "bigan", "nat"];

/// Evaluated runs of data that bear the name of a set of the paper.
fn place(methods: &[&str]) -> Place {
    let place = Place::with_data();
    for method in methods {
        place.succeeds(&[&TRAIN[..], &["--method", method, "--seed", "3", "--out", method]].concat());
        place.succeeds(&["evaluate", method]);
    }
    place
}

fn rows<'a>(comparison: &'a Value, classifier: &str) -> &'a Vec<Value> {
    let tables = comparison["tables"].as_array().unwrap();
    let table = tables.iter().find(|table| table["classifier"] == classifier).unwrap();
    table["rows"].as_array().unwrap()
}

#[test]
fn runs_stand_under_the_rows_that_they_are_about() {
    let place = place(&METHODS);
    // The paper's figures are looked up by name; images of another size would not be comparable, but that is not asked here.
    for method in METHODS {
        place.edit(&format!("{method}/evaluation.json"), "\"dataset\": \"data\"", "\"dataset\": \"cifar10\"");
        // As if the linear probe had been the paper's classifier.
        place.edit(&format!("{method}/evaluation.json"), "\"classifier\": \"softmax\"", "\"classifier\": \"mlp\"");
    }
    let comparison = place.json(&[&["compare"], &METHODS[..]].concat());
    assert_eq!(comparison["dataset"], "cifar10");
    assert!(comparison["paper"].as_str().unwrap().starts_with("Hjelm et al."));
    let rows = rows(&comparison, "mlp");
    let found: Vec<(&str, &str)> =
        rows.iter().map(|row| (row["source"].as_str().unwrap(), row["name"].as_str().unwrap())).collect();
    assert_eq!(
        found,
        [
            ("paper", "Fully supervised"),
            ("paper", "VAE"),
            ("ours", "vae"),
            ("paper", "AAE"),
            ("paper", "BiGAN"),
            ("ours", "bigan (uniform prior)"),
            ("paper", "NAT"),
            ("ours", "nat"),
            ("paper", "DIM(G)"),
            ("paper", "DIM(L) JSD"),
            ("ours", "dim-local-jsd (alpha 0, beta 1, gamma 0.1)"),
            ("paper", "DIM(L) infoNCE"),
            ("untrained", "random"),
            ("untrained", "raw pixels"),
        ]
    );
    let paper = &rows[1];
    assert_eq!([&paper["conv"], &paper["fc"], &paper["embedding"]], [0.6071, 0.6054, 0.5461]);
    assert_eq!([&paper["epochs"], &paper["encoder"]], [&Value::from(1000), &Value::from("conv32")]);

    let ours = &rows[2];
    let saved: Value = serde_json::from_slice(&place.read("vae/evaluation.json")).unwrap();
    for tap in ["conv", "fc", "embedding"] {
        let [shown, measured] = [&ours[tap], &saved["taps"][tap]["linear"]].map(|value| value.as_f64().unwrap());
        assert!((shown - measured).abs() < 1e-12, "{tap}");
    }
    assert_eq!([&ours["run"], &ours["encoder"]], ["vae", "edge28"]);
    assert_eq!([&ours["epochs"], &ours["seed"], &ours["train_images"]], [1, 3, 200]);
    assert_eq!([&ours["learned"]["classifier_epochs"], &ours["learned"]["classifier_seed"]], [40, 3]);

    let machines = self::rows(&comparison, "svm");
    assert_eq!(machines[0]["deviations"], json!([0.0062, 0.0369, 0.0001]));
    let first = &comparison["tables"][0];
    assert_eq!([&first["provenance"], &first["extra_tasks"]], [&json!("the submission"), &Value::Null]);
    let titles = comparison["tables"].as_array().unwrap().iter().filter(|table| table["extra_tasks"] == true);
    assert_eq!(titles.count(), 0, "no run has the objective of the paper's extra tasks");

    let text = place.succeeds(&["compare", "dim", "vae"]);
    assert!(text.contains("MLP; the paper's figures as read in the submission"), "{text}");
    assert!(text.contains("53.83 ±0.62") && text.contains("57.55 ±1.44"), "{text}");
    let line = |name: &str| text.lines().find(|line| line.trim_start().starts_with(name)).unwrap();
    for (name, words) in [
        ("VAE", &["paper", "conv32", "1000", "60.71", "60.54", "54.61", "last 100"][..]),
        ("vae", &["edge28", "200", "40 epochs", "seed 3"]),
        ("random", &["edge28"]),
    ] {
        assert!(words.iter().all(|word| line(name).contains(word)), "{}", line(name));
    }
}

#[test]
fn runs_with_extra_tasks_have_a_table_of_their_own() {
    let place = Place::trained();
    place.succeeds(&["evaluate", "run"]);
    let edit = |old: &str, new: &str| place.edit("run/evaluation.json", old, new);
    edit("\"classifier\": \"softmax\"", "\"classifier\": \"mlp\"");
    edit("\"dataset\": \"data\"", "\"dataset\": \"cifar100\"");
    edit("dim-local-jsd (alpha 0, beta 1, gamma 0.1)", "dim-local-infonce (alpha 0, beta 1, gamma 0.1)");
    let under = |tasks: &str| {
        if !tasks.is_empty() {
            edit("gamma 0.1", &format!("gamma 0.1{tasks}"));
        }
        let comparison = place.json(&["compare", "run"]);
        let tables = comparison["tables"].as_array().unwrap();
        let [main, extra] = [0, tables.len() - 1].map(|table| tables[table]["rows"].as_array().unwrap());
        assert_eq!(tables[tables.len() - 1]["extra_tasks"], true);
        let above = |rows: &[Value]| {
            let ours = rows.iter().position(|row| row["source"] == "ours").unwrap();
            assert_eq!(rows.iter().filter(|row| row["source"] == "ours").count(), 1);
            rows[ours - 1].clone()
        };
        assert_eq!(above(main)["name"], "DIM(L) infoNCE");
        assert_eq!(extra.len(), 4 + 1, "four rows of the paper, and the run");
        above(extra)
    };
    let paper = under("");
    assert_eq!(
        [&paper["name"], &paper["conv"], &paper["fc"], &paper["embedding"]],
        [&json!("DIM"), &json!(0.499), &json!(0.4796), &json!(0.4427)]
    );
    assert_eq!(under(", occlusion 1")["name"], "DIM, occlusion");
    assert_eq!(under(", relative coordinates 0.5")["name"], "DIM, both");
    edit(", occlusion 1", "");
    let paper = under("");
    assert_eq!([&paper["name"], &paper["embedding"]], [&json!("DIM, coordinates"), &json!(0.4537)]);
    assert!(place.succeeds(&["compare", "run"]).contains("MLP, with tasks beside the objective"));

    // The folder that the archive of Tiny ImageNet makes.
    edit("\"dataset\": \"cifar100\"", "\"dataset\": \"tiny-imagenet-200\"");
    let comparison = place.json(&["compare", "run"]);
    let rows = rows(&comparison, "mlp");
    let jsd = rows.iter().find(|row| row["name"] == "DIM(L) JSD").unwrap();
    assert_eq!(
        [&jsd["encoder"], &jsd["conv"], &jsd["fc"], &jsd["embedding"]],
        [&json!("alexnet64"), &json!(0.3354), &json!(0.3688), &json!(0.3166)]
    );
    assert!(comparison["tables"].as_array().unwrap().iter().all(|table| table["extra_tasks"] != true));
}

#[test]
fn data_without_figures_in_the_paper_are_compared_among_themselves() {
    let place = place(&METHODS[..2]);
    let comparison = place.json(&["compare", "vae", "dim"]);
    let tables = comparison["tables"].as_array().unwrap();
    let classifiers: Vec<&str> = tables.iter().map(|table| table["classifier"].as_str().unwrap()).collect();
    assert_eq!(classifiers, ["softmax", "knn"]);
    let sources: Vec<&str> = rows(&comparison, "knn").iter().map(|row| row["source"].as_str().unwrap()).collect();
    assert_eq!(sources, ["ours", "ours", "untrained", "untrained"]);
    assert_eq!(comparison["measures"]["rows"], Value::Array(Vec::new()));
    assert!(place.succeeds(&["compare", "vae"]).contains("the paper has no figures for this data set"));
}

#[test]
fn what_cannot_be_compared_is_refused_by_name() {
    let place = Place::trained();
    place.refuses(&["compare", "run"], &["run", "not evaluated yet", "dim evaluate run"]);
    place.refuses(&["compare", "nowhere"], &["nowhere", "no run in this folder"]);
    place.succeeds(&["evaluate", "run"]);
    place.succeeds(&["compare", "run"]);

    let saved = place.read("run/evaluation.json");
    place.write("run/evaluation.json", &saved[..saved.len() / 2]);
    place.refuses(&["compare", "run"], &["run/evaluation.json", "damaged", "dim evaluate run"]);
    place.write("run/evaluation.json", saved);
    place.succeeds(&["train", "--resume", "--epochs", "2", "--out", "run"]);
    place.refuses(&["compare", "run"], &["evaluated after 1 epoch", "has 2 epochs now"]);

    place.succeeds(&[&TRAIN[..], &["--out", "other"]].concat());
    for run in ["run", "other"] {
        place.succeeds(&["evaluate", run]);
    }
    place.edit("other/evaluation.json", "\"dataset\": \"data\"", "\"dataset\": \"mine\"");
    place.refuses(&["compare", "run", "other"], &["of data", "of mine", "one data set"]);

    // A run that is replaced takes its evaluation with it.
    place.succeeds(&[&TRAIN[..], &["--out", "other", "--overwrite"]].concat());
    place.refuses(&["compare", "other"], &["not evaluated yet"]);
}
