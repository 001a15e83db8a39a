//! Runs that keep an average of the encoder's weights: which of them a command takes.

use crate::place::{Place, TRAIN};

/// `average` keeps one, `plain` has the same seed and settings without it.
fn both_runs() -> Place {
    let place = Place::with_data();
    place.succeeds(&[&TRAIN[..], &["--out", "plain"]].concat());
    let settings = String::from_utf8(place.read("settings.toml")).unwrap();
    place.write("settings.toml", format!("{settings}weight_average = 0.9\n"));
    place.succeeds(&[&TRAIN[..], &["--out", "average"]].concat());
    place
}

fn quantized(place: &Place, run: &str, more: &[&str]) -> Vec<u8> {
    place.succeeds(&[&["quantize", run, "--out", "a.dim", "--budget", "1"], more].concat());
    place.read("a.dim")
}

#[test]
fn the_last_weights_are_those_of_a_run_without_an_average() {
    let place = both_runs();
    let of = |run, more: &[&str]| quantized(&place, run, more);
    let (last, average) = (["--encoder-weights", "last"], ["--encoder-weights", "average"]);
    assert!(of("average", &last) == of("plain", &[]) && of("plain", &last) == of("plain", &[]));
    assert!(of("average", &average) == of("average", &[]) && of("average", &[]) != of("average", &last));

    let evaluated = |run, more: &[&str]| place.json(&[&["evaluate", run], more].concat());
    let [usual, taken_last, plain] = [evaluated("average", &[]), evaluated("average", &last), evaluated("plain", &[])];
    assert_eq!(usual, evaluated("average", &average));
    assert_eq!(
        [&usual, &taken_last, &plain].map(|found| found["encoder_weights"].as_str().unwrap()),
        ["average", "last", "last"]
    );
    assert_eq!(taken_last["taps"], plain["taps"]);
    assert_ne!(usual["taps"], taken_last["taps"]);
    assert!(place.succeeds(&["evaluate", "average"]).contains("1 epoch, seed 0, averaged weights\n"));
    assert!(place.succeeds(&["evaluate", "plain"]).contains("1 epoch, seed 0\n"));
}

#[test]
fn an_average_that_there_is_not_is_refused_with_the_remedy() {
    let place = Place::trained();
    let words = ["run: has no average", "weight_average = 0", "take the last ones"];
    place.refuses(&["evaluate", "run", "--encoder-weights", "average"], &words);
    place.refuses(&["quantize", "run", "--out", "a.dim", "--encoder-weights", "average"], &words);
    place.refuses(
        &["evaluate", "encoder.dim", "--data", "data", "--encoder-weights", "last"],
        &["--encoder-weights", "run folders"],
    );
}

#[test]
fn a_batch_is_as_large_as_the_command_line_says() {
    let place = Place::trained();
    place.succeeds(&[&TRAIN[..], &["--batch-size", "20", "--out", "small"]].concat());
    assert!(String::from_utf8(place.read("small/config.toml")).unwrap().contains("\nbatch_size = 20\n"));
    place.edit("settings.toml", "batch_size = 32", "batch_size = 20");
    let summary = place.json(&[&TRAIN[..], &["--out", "written"]].concat());
    assert_eq!(summary["steps"], 10);
    assert_eq!(place.read("small/metrics.jsonl"), place.read("written/metrics.jsonl"));
    place.refuses(&["train", "--resume", "--out", "small", "--batch-size", "10"], &["--batch-size with --resume"]);
    place.refuses(&[&TRAIN[..], &["--out", "one", "--batch-size", "1"]].concat(), &["batch_size = 1", "at least 2"]);
    let tuned = place.json(&["finetune", "run", "--batch-size", "50", "--calibration", "50", "--out", "tuned"]);
    assert_eq!(tuned["steps"], 4);
}
