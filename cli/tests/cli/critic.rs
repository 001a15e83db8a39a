//! Encoders with the critic that they learned with: what else they compute stays, and they judge by it what is novel.

use serde_json::json;

use crate::place::{Place, TRAIN, keys};

#[test]
fn an_encoder_with_its_critic_judges_by_it() {
    let place = Place::trained();
    place.succeeds(&["quantize", "run", "--critic", "--out", "critic.dim", "--budget", "1"]);
    let taps = |file: &str| place.json(&["inspect", file])["taps"].as_array().unwrap().clone();
    let (plain, more) = (taps("encoder.dim"), taps("critic.dim"));
    assert_eq!(plain[..], more[..4]);
    let names = [&more[4]["name"], &more[5]["name"]];
    assert_eq!(names, [&json!("critic_map"), &json!("critic_embedding")], "{more:?}");
    for file in ["encoder.dim", "critic.dim"] {
        place.succeeds(&["embed", file, "--images", "data", "--codes", "-o", &format!("{file}.npy")]);
    }
    let [plain, more] = ["encoder.dim.npy", "critic.dim.npy"].map(|file| place.read(file));
    // All but the encoder's identity at the end, which covers every node.
    let embeddings = plain.len() - 16;
    assert!(plain[..embeddings] == more[..embeddings] && plain.len() == more.len());

    for (file, judge) in [("encoder.dim", "statistic"), ("critic.dim", "critic")] {
        let learned = place.json(&["novelty", file, "--normal", "data", "-o", "all.novelty"]);
        assert_eq!(learned["judge"], judge);
        let judged = place.json(&["novelty", file, "--statistics", "all.novelty", "--judge", "data"]);
        assert_eq!(judged["judge"], judge);
        assert_eq!(learned["threshold"], judged["threshold"]);
        let compared = place.json(&["novelty", file, "--compare", "data"]);
        let critic = &compared["mean_one_strange"]["critic_worst"];
        assert_eq!(critic.is_null(), judge == "statistic", "{compared}");
        let table = place.succeeds(&["novelty", file, "--compare", "data"]);
        assert_eq!(table.contains("critic,"), judge == "critic", "{table}");
        place.succeeds(&["novelty", file, "--statistics", "all.novelty", "--judge", "data", "--report", "page.html"]);
        let page = String::from_utf8(place.read("page.html")).unwrap();
        assert!(page.contains(&format!("<dt>judged by</dt><dd>{judge}</dd>")));
    }
    assert!(keys(&place.json(&["inspect", "critic.dim"])).contains(&"identity"));
}

#[test]
fn a_run_without_a_critic_that_can_be_lowered_is_refused_with_the_remedy() {
    let place = Place::with_data();
    let settings = String::from_utf8(place.read("settings.toml")).unwrap();
    for (folder, more, words) in [
        ("global", "alpha = 1.0\nbeta = 0.0\n", "has no critic of cells"),
        ("paper", "local_critic = \"encode-and-dot-paper\"\n", "only one of local_critic"),
    ] {
        place.write("settings.toml", format!("{settings}{more}"));
        place.succeeds(&[&TRAIN[..], &["--out", folder]].concat());
        let quantize = ["quantize", folder, "--critic", "--out", "a.dim", "--budget", "1"];
        place.refuses(&quantize, &[folder, words, "leave --critic out"]);
    }
}
