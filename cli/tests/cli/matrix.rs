//! `dim conform --target all`: what a user runs before trusting an encoder, on real images.

use serde_json::Value;

use crate::place::Place;

/// Fifty images of the built-in Fashion-MNIST, the embedding and the feature map of each.
const BYTES: usize = 50 * (64 + 7 * 7 * 64);

#[test]
fn every_processor_computes_the_same_bytes_of_real_images() {
    let place = Place::trained();
    let matrix = place.json(&["conform", "encoder.dim", "--target", "all"]);
    assert_eq!(matrix["passed"], true);
    let targets = matrix["targets"].as_array().unwrap();
    let names: Vec<_> = targets.iter().map(|report| &report["target"]).collect();
    let processors = ["cortex-m0plus", "cortex-m3", "cortex-m4", "cortex-m7", "cortex-m33", "cortex-m55", "riscv32"];
    assert_eq!(names, [&processors[..], &["wasm32", "wasm32-simd128"]].concat());
    let identity = place.json(&["inspect", "encoder.dim"])["identity"].clone();
    for report in targets {
        let number = |key: &str| report[key].as_u64().unwrap();
        assert_eq!(report["identity"], identity);
        assert_eq!([number("cases"), number("compared_bytes"), number("mismatched_bytes")], [50, BYTES as u64, 0]);
        // The device proved its encoder when it started, and so did this machine.
        assert_eq!([&report["device_passed"], &report["proven"]], [&Value::from(true); 2]);
        // Vectors multiply up to sixteen pairs by one instruction.
        let is_counted = processors.contains(&report["target"].as_str().unwrap());
        assert_eq!(report["instructions"].is_u64(), is_counted);
        assert!(!is_counted || number("instructions") > number("macs") / 16);
    }
}
