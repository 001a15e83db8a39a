//! `dim bench --train`: what scripts read of it. Times are not judged.

use crate::place::{Place, keys};

#[test]
fn a_training_step_is_measured() {
    let place = Place::with_data();
    let before = place.snapshot();
    let cost = place.json(&["bench", "--train", "--config", "settings.toml", "--steps", "2"]);
    assert_eq!(
        keys(&cost),
        [
            "batch_size",
            "encoder",
            "images_per_second",
            "milliseconds_per_step",
            "objective",
            "peak_mebibytes",
            "steps",
            "views_per_second"
        ]
    );
    assert_eq!((&cost["encoder"], &cost["batch_size"], &cost["steps"]), (&"edge28".into(), &32.into(), &2.into()));
    let [milliseconds, images] = ["milliseconds_per_step", "images_per_second"].map(|key| cost[key].as_f64().unwrap());
    assert!((milliseconds * images / 1e3 / 32.0 - 1.0).abs() < 1e-9, "{cost}");
    place.refuses(&["bench", "--train", "--steps", "0"], &["--steps 0"]);
    place.refuses(&["bench", "--train", "--batch-size", "1"], &["batch_size = 1"]);
    place.assert_unchanged(&before);
}
