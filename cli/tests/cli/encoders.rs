//! The presets: what is said of them, and one with depthwise convolutions and pooling all the way to a device's file.

use serde_json::Value;

use crate::place::{Place, TRAIN, keys};

const DOCUMENT: &str = include_str!("../../../docs/ENCODERS.md");

#[test]
fn the_document_says_what_the_program_says() {
    let report = Place::with_data().json(&["inspect", "--presets"]);
    let presets = report["presets"].as_array().unwrap();
    assert_eq!(presets.len(), 19);
    let (table, _) = DOCUMENT.split_once("## Choices").unwrap();
    let mut rows = table.lines().filter(|line| line.starts_with("| `"));
    for preset in presets {
        let row = row(preset);
        let documented = rows.next().unwrap();
        assert!(documented.starts_with(&row), "{documented}\n{row}");
    }
    assert_eq!(rows.next(), None);
}

/// All columns but the last, which says where a preset comes from.
fn row(preset: &Value) -> String {
    assert_eq!(
        keys(preset),
        [
            "conv",
            "convolutions",
            "device",
            "embedding",
            "fc",
            "feature_map",
            "fully_connected",
            "globals",
            "input_shape",
            "macs",
            "name",
            "parameters",
            "receptive_field",
            "recipe"
        ]
    );
    let number = |value: &Value| value.as_u64().unwrap();
    let extents = |value: &Value| value.as_array().unwrap().iter().map(Value::to_string).collect::<Vec<_>>().join("x");
    let embedding = match number(&preset["globals"]) {
        1 => preset["embedding"].to_string(),
        globals => format!("{globals}x{}", number(&preset["embedding"]) / globals),
    };
    let [weights, arena] = match &preset["device"] {
        Value::Null => ["-".to_owned(), "-".to_owned()],
        device => ["weight_bytes", "arena_bytes"].map(|key| in_groups(number(&device[key]))),
    };
    let cells = [
        format!("`{}`", preset["name"].as_str().unwrap()),
        extents(&preset["input_shape"]),
        format!("{}+{}", preset["convolutions"], preset["fully_connected"]),
        extents(&preset["feature_map"]),
        preset["receptive_field"].to_string(),
        preset["conv"].to_string(),
        preset["fc"].to_string(),
        embedding,
        in_groups(number(&preset["parameters"])),
        in_groups(number(&preset["macs"])),
        weights,
        arena,
    ];
    format!("| {} | ", cells.join(" | "))
}

/// 1234567 as 1,234,567.
fn in_groups(number: u64) -> String {
    if number < 1000 { number.to_string() } else { format!("{},{:03}", in_groups(number / 1000), number % 1000) }
}

#[test]
fn presets_and_a_file_are_asked_for_apart() {
    let place = Place::trained();
    for arguments in [&["inspect"][..], &["inspect", "encoder.dim", "--presets"]] {
        assert_eq!(place.dim(arguments).status.code(), Some(2));
    }
}

#[test]
fn a_depthwise_encoder_goes_all_the_way() {
    let place = Place::with_data();
    place.succeeds(&[&TRAIN[..], &["--preset", "edge28-dw", "--out", "run"]].concat());
    place.succeeds(&["quantize", "run", "--out", "encoder.dim", "--budget", "1"]);
    let inspection = place.json(&["inspect", "encoder.dim"]);
    let operators: Vec<&str> =
        inspection["layers"].as_array().unwrap().iter().map(|layer| layer["op"].as_str().unwrap()).collect();
    let separable = ["depthwise_conv2d", "conv2d"];
    let expected =
        [&["conv2d"][..], &separable, &separable, &separable, &["average_pool2d", "fully_connected"]].concat();
    assert_eq!(operators, expected);
    assert_eq!(place.json(&["conform", "encoder.dim", "--images", "data"])["passed"], true);
}
