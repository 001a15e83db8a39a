//! The firmware of a Raspberry Pi Pico in an emulator, and the commands that use it.

use dim_host::boards::{Emulator, Firmware};
use dim_host::data::embedded::fashion_mnist_subset;
use dim_model_format::Model;
use serde_json::json;

use crate::place::Place;

/// Builds a board's firmware with the encoder of a place, and runs it.
fn emulate(board: &str, place: &Place, options: &[&str]) -> Emulator {
    let firmware = Firmware::locate(None, board).unwrap();
    let elf = firmware.build(&place.read("encoder.dim")).unwrap();
    Emulator::start(&firmware, &elf, options).unwrap()
}

#[test]
fn a_pico_computes_every_byte_over_usb_and_uart() {
    let place = Place::new();
    for board in ["pico", "pico-uart"] {
        let report = place.json(&format!("conform encoder.dim --target {board} --cases 5"));
        assert_eq!((&report["target"], &report["device_passed"]), (&json!(board), &json!(true)));
        assert_eq!((&report["mismatched_bytes"], &report["passed"]), (&json!(0), &json!(true)));
        // Embedding and feature map.
        assert!(report["compared_bytes"].as_u64().unwrap() > 5 * 64, "{report}");
        assert!(report["seconds"].as_f64().unwrap() > 0.0, "{report}");
    }
}

#[test]
fn a_pico_learns_restarts_and_takes_another_encoder() {
    let place = Place::new();
    let emulator = emulate("pico-uart", &place, &[]);
    let device = format!("device {}", emulator.port());
    assert_eq!(place.json(&format!("{device} hello"))["board"], json!("pico-uart"));
    place.succeeds(&format!("{device} prove"));
    let learned = place.json(&format!("{device} learn --images embedded --count 20"));
    let images = "--images embedded --count 5";
    let told = place.json(&format!("{device} classify {images}"));
    assert_eq!(place.json(&format!("{device} novelty learn --images embedded --count 20"))["kept"], json!(true));
    let judged = place.json(&format!("{device} novelty judge {images}"));
    let first = Model::parse(&place.read("encoder.dim")).unwrap().identity().to_string();
    let other = concat!(env!("CARGO_MANIFEST_DIR"), "/../model-format/tests/golden/proven-1.2.dim");
    assert_eq!(place.json(&format!("{device} update {other}"))["place"], json!("slot A"));
    // It is no longer the encoder of the file.
    let refused = place.refuses(&format!("conform encoder.dim --target {}", emulator.port()));
    assert!(refused.contains("the board runs encoder"), "{refused}");
    assert_eq!(place.json(&format!("{device} update encoder.dim"))["identity"], json!(first));
    assert_eq!(place.json(&format!("{device} classes")), learned);
    assert_eq!(place.json(&format!("{device} classify {images}")), told);
    assert_eq!(place.json(&format!("{device} novelty judge {images}")), judged);
    assert_eq!(place.json(&format!("{device} embed {images} --compare encoder.dim"))["different"], json!(0));
}

/// The first start makes the store, in 96 operations of the flash; each example that is learned takes some more.
#[test]
fn a_pico_whose_power_is_cut_keeps_what_it_acknowledged() {
    const EXAMPLES: usize = 6;
    let place = Place::new();
    let images = fashion_mnist_subset().unwrap().train;
    for cut in [1, 50, 96, 100, 104, 109, 114, 121] {
        let emulator = emulate("pico-uart", &place, &["--cut", &cut.to_string()]);
        let mut device = emulator.device().unwrap();
        let learning = (0..EXAMPLES).map(|index| device.learn("seen", images.image(index)));
        let (learned, refused): (Vec<_>, Vec<_>) = learning.partition(Result::is_ok);
        let learned = learned.len();
        let kept = device.classes().unwrap().first().map_or(0, |class| class.examples as usize);
        // What was cut may have been stored before it was acknowledged.
        assert!(
            (learned..=EXAMPLES).contains(&kept) && kept <= learned + 1,
            "cut {cut}: {learned} learned, {kept} kept"
        );
        assert!(learned + 1 >= EXAMPLES, "cut {cut}: only {learned} learned: {refused:?}");
        device.prove().unwrap();
    }
}

#[test]
fn an_image_for_a_pico_holds_the_encoder() {
    let place = Place::new();
    place.succeeds("flash pico encoder.dim -o pico.uf2");
    let file = place.read("pico.uf2");
    let blocks = file.chunks(512);
    assert!(blocks.clone().all(|block| block.starts_with(b"UF2\n") && block.len() == 512));
    let flashed: Vec<u8> = blocks.flat_map(|block| block[32..288].to_vec()).collect();
    let encoder = place.read("encoder.dim");
    assert!(flashed.windows(encoder.len()).any(|bytes| bytes == encoder));
    // From the second stage of the boot on.
    assert_eq!(file[12..16], 0x1000_0000_u32.to_le_bytes());
}

#[test]
fn what_cannot_be_flashed_is_refused() {
    let place = Place::new();
    assert!(
        place.refuses("flash toaster encoder.dim -o image.uf2").contains("no board toaster; there are pico, pico-uart")
    );
    assert!(place.refuses("flash pico encoder.dim -o image.bin").contains("a .hex or an .elf"));
    let golden = concat!(env!("CARGO_MANIFEST_DIR"), "/../model-format/tests/golden");
    let unproven = format!("{golden}/paired-1.1.dim");
    assert!(place.refuses(&format!("flash pico {unproven} -o image.uf2")).contains("states no proof"));
}
