//! Every command that needs no burn, on an encoder that was trained elsewhere.

use serde_json::json;

use crate::place::Place;

/// Test images of the embedded data set.
const TEST_IMAGES: usize = 2000;

#[test]
fn an_encoder_is_inspected_and_run() {
    let place = Place::new();
    let inspection = place.json("inspect encoder.dim");
    assert_eq!(inspection["input_shape"], json!([28, 28, 1]));

    let embedded = place.json("embed encoder.dim --images embedded -o y.npy --codes");
    assert_eq!([&embedded["identity"], &embedded["images"]], [&inspection["identity"], &json!(TEST_IMAGES)]);
    let units = usize::try_from(embedded["units"].as_u64().unwrap()).unwrap();
    // Two headers of 128 bytes, and the identity.
    assert_eq!(place.read("y.npy").len(), TEST_IMAGES * units + 2 * 128 + 16);

    let classes = place.json("prototypes encoder.dim --images embedded -o classes.bin");
    assert_eq!(classes["classes"].as_array().unwrap().len(), 10);
    // Ten classes; whoever guesses is right in a tenth.
    assert!(classes["accuracy"].as_f64().unwrap() > 0.4, "{classes}");

    let conformance = place.json("conform encoder.dim --cases 20");
    assert_eq!([&conformance["passed"], &conformance["cases"]], [&json!(true), &json!(20)]);
    // An encoder is no classifier.
    assert!(place.refuses("evaluate encoder.dim --data embedded").contains("64 outputs and 10 classes"));
}

#[test]
fn an_encoder_is_exported_imported_and_signed() {
    let place = Place::new();
    let identity = place.json("import model.tflite -o model.dim")["identity"].clone();
    assert_eq!(place.json("export model.dim --format tflite -o again.tflite")["identity"], identity);
    assert_eq!(place.json("import again.tflite -o again.dim")["identity"], identity);
    place.succeeds("keygen -o signer.pem");
    assert_eq!(place.json("sign again.dim --key signer.pem")["identity"], identity);
    assert_eq!(place.json("verify again.dim --key signer.pub.pem")["identity"], identity);
}

/// Both build a firmware with the encoder and run it in QEMU.
#[test]
fn an_encoder_is_counted_and_compared_on_a_processor() {
    let place = Place::new();
    let cost = place.json("bench encoder.dim --target cortex-m4");
    assert!(cost["instructions"].as_u64() > cost["macs"].as_u64(), "{cost}");
    assert_eq!(place.json("conform encoder.dim --target cortex-m4 --cases 2")["passed"], true);
}

#[test]
fn data_sets_are_fetched() {
    let help = Place::new().succeeds("data fetch --help");
    assert!(["fashion-mnist", "watch", "solar", "--dir"].iter().all(|word| help.contains(word)), "{help}");
}
