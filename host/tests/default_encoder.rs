//! What the firmware of QEMU is built with where nobody names another: an encoder of `encoders/`, and cases of it.

use std::env;
use std::fs;
use std::path::Path;

use dim_host::conform::{oracle, write_cases};
use dim_host::data::embedded::fashion_mnist_subset;
use dim_model_format::Model;

/// Held-out pictures among the cases, the first ones.
const CASES: usize = 10;

/// `DIM_BLESS=1` writes the file anew, for another encoder.
#[test]
fn the_firmware_comes_with_cases_of_its_encoder() {
    let firmware = Path::new(env!("CARGO_MANIFEST_DIR")).join("../firmware-example");
    let encoder = fs::read(firmware.join("../encoders/edge28-s.dim")).unwrap();
    let model = Model::parse(&encoder).unwrap();
    let images = fashion_mnist_subset().unwrap().test.first(CASES);
    let cases = write_cases(&model, &images, &oracle(&model, &images).unwrap()).unwrap();
    let path = firmware.join("assets/cases.bin");
    if env::var_os("DIM_BLESS").is_some() {
        fs::write(&path, &cases).unwrap();
    }
    assert!(fs::read(&path).unwrap() == cases, "{} are cases of another encoder", path.display());
}
