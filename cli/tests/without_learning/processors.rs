//! The firmware of `firmware-example/src/bin/device.rs` on every processor of QEMU, so that every kernel serves it.

use std::io::{BufRead, BufReader};
use std::net::TcpListener;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use dim_model_format::Model;
use serde_json::json;

use crate::place::Place;

/// The firmware, its UART on a TCP port or a serial device.
pub(crate) struct InQemu(Child);

impl InQemu {
    /// Builds it, and starts it.
    fn start(processor: &str, port: &str) -> Self {
        let mut command = Command::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../firmware-example/on"));
        command.args([processor, "device", port]).stdin(Stdio::null()).stdout(Stdio::piped());
        Self(command.spawn().unwrap())
    }

    /// The same on a TCP port of its own, once it answers; and the port.
    pub(crate) fn answering(processor: &str, place: &Place) -> (Self, u16) {
        let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        let mut firmware = Self::start(processor, &port.to_string());
        // It is built first.
        let wait = |_: &u32| std::thread::sleep(Duration::from_millis(500));
        let is_up = |_: u32| place.dim(&format!("device tcp:127.0.0.1:{port} hello")).status.success();
        assert!((0..1200).inspect(wait).take_while(|_| firmware.is_running()).any(is_up), "no firmware answers");
        (firmware, port)
    }

    fn is_running(&mut self) -> bool {
        self.0.try_wait().unwrap().is_none()
    }

    /// The serial device that QEMU names once it runs.
    fn serial(&mut self) -> String {
        let said = BufReader::new(self.0.stdout.as_mut().unwrap()).lines().map(Result::unwrap);
        let mut words = said.flat_map(|line| line.split(' ').map(str::to_owned).collect::<Vec<_>>());
        words.find(|word| word.starts_with("/dev/")).expect("QEMU says which device it made")
    }
}

impl Drop for InQemu {
    fn drop(&mut self) {
        // It serves for ever.
        self.0.kill().unwrap();
        self.0.wait().unwrap();
    }
}

fn learns_restarts_and_takes_another_encoder(processor: &str) {
    let place = Place::new();
    let (_firmware, port) = InQemu::answering(processor, &place);
    let device = format!("device tcp:127.0.0.1:{port}");

    let images = "--images embedded --count 5";
    // Every byte of embedding and feature map, and the proof.
    let conformed = place.json(&format!("{device} conform encoder.dim --cases 5"));
    assert_eq!((&conformed["passed"], &conformed["device_passed"]), (&json!(true), &json!(true)));
    assert_eq!((&conformed["mismatched_bytes"], &conformed["cases"]), (&json!(0), &json!(5)));
    let ticks = place.json(&format!("{device} bench"))["ticks"].as_u64().unwrap();
    assert!(ticks > 100_000, "{ticks} instructions");
    let learned = place.json(&format!("{device} learn --images embedded --count 20"));
    let told = place.json(&format!("{device} classify {images}"));
    let normal = place.json(&format!("{device} novelty learn --images embedded --count 20"));
    assert_eq!(normal["kept"], json!(true));
    let judged = place.json(&format!("{device} novelty judge {images}"));

    // To another encoder and back: what the first one has learned is still there.
    let first = Model::parse(&place.read("encoder.dim")).unwrap().identity().to_string();
    let other = concat!(env!("CARGO_MANIFEST_DIR"), "/../model-format/tests/golden/proven-1.2.dim");
    assert_eq!(place.json(&format!("{device} update {other}"))["place"], json!("slot A"));
    assert_eq!(place.json(&format!("{device} classes")), json!([]));
    let back = place.json(&format!("{device} update encoder.dim"));
    assert_eq!((&back["place"], &back["identity"]), (&json!("built in"), &json!(first)));
    assert_eq!(back["resumed"], back["bytes"], "nothing has to be sent");
    assert_eq!(place.json(&format!("{device} classes")), learned);
    assert_eq!(place.json(&format!("{device} classify {images}")), told);
    assert_eq!(place.json(&format!("{device} novelty judge {images}")), judged);
}

/// A test for each line of `firmware-example/processors`.
macro_rules! processors {
    ($($test:ident: $processor:literal,)*) => {
        const TESTED: &[&str] = &[$($processor),*];
        $(
            #[test]
            fn $test() {
                learns_restarts_and_takes_another_encoder($processor);
            }
        )*
    };
}

processors! {
    a_cortex_m0plus_serves: "cortex-m0plus",
    a_cortex_m3_serves: "cortex-m3",
    a_cortex_m4_serves: "cortex-m4",
    a_cortex_m7_serves: "cortex-m7",
    a_cortex_m33_serves: "cortex-m33",
    a_cortex_m55_serves: "cortex-m55",
    a_riscv32_serves: "riscv32",
}

#[test]
fn every_processor_is_tested() {
    let table = include_str!("../../../firmware-example/processors");
    let lines = table.lines().filter(|line| !line.starts_with('#'));
    assert_eq!(lines.filter_map(|line| line.split_whitespace().next()).collect::<Vec<_>>(), TESTED);
}

#[test]
fn a_cortex_m4_answers_on_a_serial_port() {
    let place = Place::new();
    let mut firmware = InQemu::start("cortex-m4", "pty");
    let device = format!("device serial:{}", firmware.serial());
    let embed = format!("{device} embed --images embedded --count 5 --compare encoder.dim");
    assert_eq!(place.json(&embed)["different"], json!(0));
    place.succeeds(&format!("{device} --baud 921600 learn --class shown --images embedded --count 3"));
    assert_eq!(place.json(&format!("{device} classes")), json!([{ "name": "shown", "examples": 3 }]));
}
