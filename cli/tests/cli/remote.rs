//! Devices that other machines lend. Another process of this one stands for each of them.
#![cfg(unix)]

use std::fs::{Permissions, set_permissions};
use std::io::{BufRead, BufReader};
use std::net::UdpSocket;
use std::os::unix::fs::PermissionsExt;
use std::process::{Child, Command, Output, Stdio};
use std::thread::sleep;
use std::time::Duration;

use crate::place::{Place, TRAIN, assert_failure};

/// `dim serve --device cpu`.
struct Lender {
    process: Child,
    /// `remote:HOST:PORT`.
    device: String,
}

impl Lender {
    /// Waits until it lends.
    fn start(place: &Place) -> Self {
        // Free a moment ago.
        let address = UdpSocket::bind("127.0.0.1:0").unwrap().local_addr().unwrap().to_string();
        let mut command = with_secret(place, "secret.pem");
        let mut process = command.args(["serve", "--listen", &address]).stdout(Stdio::piped()).spawn().unwrap();
        let mut line = String::new();
        BufReader::new(process.stdout.take().unwrap()).read_line(&mut line).unwrap();
        let device = format!("remote:{address}");
        assert!(line.starts_with("lends cpu ") && line.contains(&device), "{line}");
        Self { process, device }
    }

    /// The processor's time that it took, in seconds, as `ps` writes it.
    fn computed(&self) -> Vec<u8> {
        Command::new("ps").args(["-o", "time=", "-p", &self.process.id().to_string()]).output().unwrap().stdout
    }

    fn signal(&mut self, signal: &str) {
        assert!(Command::new("kill").args([signal, &self.process.id().to_string()]).status().unwrap().success());
    }
}

impl Drop for Lender {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// `dim` in the place, with a file of it as the secret.
fn with_secret(place: &Place, file: &str) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_dim"));
    command.current_dir(place.path("")).env("DIM_SECRET", place.path(file));
    command
}

/// With steps so small that a difference of rounding stays one.
fn place() -> Place {
    let place = Place::with_data();
    place.edit("settings.toml", "learning_rate = 1e-3", "learning_rate = 1e-4");
    place.succeeds(&["keygen", "--out", "secret.pem"]);
    place
}

fn train(place: &Place, arguments: &[&str]) -> Output {
    with_secret(place, "secret.pem").args(arguments).output().unwrap()
}

fn succeeds(place: &Place, arguments: &[&str]) {
    let output = train(place, arguments);
    assert!(output.status.success(), "{arguments:?} {}", String::from_utf8_lossy(&output.stderr));
}

fn losses(place: &Place, run: &str) -> Vec<f64> {
    let text = String::from_utf8(place.read(&format!("{run}/metrics.jsonl"))).unwrap();
    let loss = |line: &str| serde_json::from_str::<serde_json::Value>(line).unwrap()["loss"].as_f64().unwrap();
    text.lines().map(loss).collect()
}

/// Lent devices compute by burn's own operators, which round elsewhere than ours for this machine's processor.
fn assert_close(place: &Place, run: &str, other: &str) {
    let [found, expected] = [run, other].map(|run| losses(place, run));
    assert_eq!(found.len(), expected.len());
    for (step, (found, expected)) in found.iter().zip(&expected).enumerate() {
        assert!((found - expected).abs() < 1e-3, "step {}: {found} in {run}, {expected} in {other}", step + 1);
    }
    assert!((found[0] - expected[0]).abs() < 1e-5, "{} in {run}, {} in {other}", found[0], expected[0]);
}

#[test]
fn losses_are_those_of_the_same_shards_on_one_machine() {
    let place = place();
    let [one, two] = [(); 2].map(|()| Lender::start(&place));
    let with = |out: &str, devices: &str| {
        succeeds(&place, &[&TRAIN[..], &["--devices", devices, "--out", out]].concat());
    };
    with("here", "cpu,cpu");
    with("there", &format!("cpu,{}", one.device));
    assert_close(&place, "there", "here");
    // What is computed elsewhere can be repeated too.
    with("again", &format!("cpu,{}", two.device));
    assert!(place.read("again/metrics.jsonl") == place.read("there/metrics.jsonl"));

    // Begun there, and gone on with here, and where the first of two lenders has the run's state; then here again.
    let copied = Command::new("cp").args(["-r", "there", "both"]).current_dir(place.path("")).status().unwrap();
    assert!(copied.success());
    let go_on = |out: &str, epochs: &str, devices: &str| {
        succeeds(&place, &["train", "--resume", "--epochs", epochs, "--devices", devices, "--out", out]);
    };
    go_on("there", "2", "cpu,cpu");
    go_on("both", "2", &format!("{},{}", one.device, two.device));
    assert_close(&place, "both", "there");
    go_on("both", "3", "cpu");
    assert_eq!(losses(&place, "both").len(), 3 * losses(&place, "again").len());
}

#[test]
fn a_lost_lender_ends_the_run_which_goes_on_elsewhere() {
    for signal in ["-INT", "-KILL"] {
        let place = place();
        let mut lender = Lender::start(&place);
        let devices = format!("cpu,{}", lender.device);
        let mut command = with_secret(&place, "secret.pem");
        command.args(TRAIN).args(["--epochs", "1000", "--devices", &devices, "--out", "run"]);
        let mut run = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        while !place.path("run/checkpoint.tar").exists() {
            assert!(run.try_wait().unwrap().is_none(), "training ended without a checkpoint");
            sleep(Duration::from_millis(5));
        }
        lender.signal(signal);
        assert_failure(
            &run.wait_with_output().unwrap(),
            &["device 2 of --devices is lost", "checkpoint", "dim train --resume"],
        );
        if signal == "-INT" {
            assert!(lender.process.wait().unwrap().success());
        }
        let epochs = losses(&place, "run").len() / 6 + 2;
        let resume = ["train", "--resume", "--epochs", &epochs.to_string(), "--devices", "cpu,cpu", "--out", "run"];
        place.succeeds(&resume);
        assert_eq!(losses(&place, "run").len(), 6 * epochs);
    }
}

#[test]
fn a_lost_lender_ends_what_has_no_checkpoint_with_a_line() {
    let place = place();
    let mut lender = Lender::start(&place);
    let mut command = with_secret(&place, "secret.pem");
    command.args(["bench", "--train", "--preset", "edge28", "--steps", "1000000", "--device", &lender.device]);
    let mut bench = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let before = lender.computed();
    while lender.computed() == before {
        assert!(bench.try_wait().unwrap().is_none(), "it ended before its lender did");
        sleep(Duration::from_millis(50));
    }
    lender.signal("-KILL");
    assert_failure(&bench.wait_with_output().unwrap(), &["--device is lost", "begin again"]);
}

#[test]
fn nobody_comes_in_without_the_secret() {
    let place = place();
    let lender = Lender::start(&place);
    let before = place.snapshot();
    let train = [&TRAIN[..], &["--out", "run", "--devices", &lender.device]].concat();
    let refuses = |secret: &str, arguments: &[&str], words: &[&str]| {
        assert_failure(&with_secret(&place, secret).args(arguments).output().unwrap(), words);
    };
    place.refuses(&train, &[&lender.device, "DIM_SECRET is not set", "dim keygen"]);
    place.refuses(&["serve"], &["DIM_SECRET is not set"]);
    refuses("missing.pem", &train, &["DIM_SECRET", "missing.pem"]);
    // Another secret is another lender, whom nobody has seen.
    place.succeeds(&["keygen", "--out", "other.pem"]);
    refuses("other.pem", &train, &[&lender.device, "nobody who has the secret answers", "dim serve --listen"]);
    refuses("secret.pub.pem", &train, &["secret.pub.pem", "others than its owner can read it"]);
    place.write("short", "guess me");
    set_permissions(place.path("short"), Permissions::from_mode(0o600)).unwrap();
    refuses("short", &train, &["short: 8 bytes", "32 at least"]);

    let taken = lender.device.split_once(':').unwrap().1;
    refuses("secret.pem", &["serve", "--listen", taken], &[taken]);
    refuses("secret.pem", &["serve", "--listen", "0.0.0.0:4246"], &["0.0.0.0:4246", "no single address"]);
    refuses("secret.pem", &["serve", "--listen", "192.0.2.1:4246"], &["192.0.2.1:4246"]);
    refuses("secret.pem", &["serve", "--device", &lender.device], &["remote"]);
    for name in ["other.pem", "other.pub.pem", "short"] {
        std::fs::remove_file(place.path(name)).unwrap();
    }
    place.assert_unchanged(&before);
}
