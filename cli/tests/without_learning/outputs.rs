//! Where `-o` leads: links are followed, and what is no regular file is written through.

use std::os::unix::fs::{FileTypeExt, symlink};
use std::process::{Command, Stdio};

use crate::place::Place;

/// Every command that writes a file, with the name of the file missing at its end.
const COMMANDS: [&str; 6] = [
    "embed encoder.dim --images embedded --json -o",
    "prototypes encoder.dim --images embedded --json -o",
    "novelty encoder.dim --normal embedded --json -o",
    "export model.dim --format tflite --json -o",
    "import model.tflite --json -o",
    "sign encoder.dim --key signer.pem --json -o",
];

fn place() -> Place {
    let place = Place::new();
    place.succeeds("import model.tflite -o model.dim");
    place.succeeds("keygen -o signer.pem");
    place
}

#[test]
fn a_link_is_followed_and_stays() {
    let place = place();
    for (index, command) in COMMANDS.iter().enumerate() {
        let [file, link] = ["file", "link"].map(|name| format!("{name}{index}"));
        symlink(&file, place.path(&link)).unwrap();
        place.succeeds(&format!("{command} {link}"));
        assert!(place.path(&link).is_symlink() && !place.path(&file).is_symlink(), "{command}");
        place.succeeds(&format!("{command} plain"));
        assert!(place.read(&file) == place.read("plain"), "{command}");
    }
}

/// Standard output is a pipe here, and behind it comes what the command prints.
#[test]
fn a_pipe_is_written_through() {
    let place = place();
    for command in COMMANDS {
        place.succeeds(&format!("{command} plain"));
        let output = place.dim(&format!("{command} /dev/stdout"));
        assert!(output.status.success() && output.stdout.starts_with(&place.read("plain")), "{command}");
        place.succeeds(&format!("{command} /dev/null"));
    }
    let key = place.succeeds("keygen -o /dev/stdout");
    assert!(key.starts_with("-----BEGIN PRIVATE KEY-----") && key.contains("openssl pkey -pubout"), "{key}");
    assert!(std::fs::metadata("/dev/null").unwrap().file_type().is_char_device());
}

#[test]
fn a_reader_may_leave_and_a_full_disk_is_one_line() {
    let place = place();
    let print = |stdout: Stdio| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_dim"));
        command.current_dir(place.folder()).args(["inspect", "encoder.dim"]).stdout(stdout).output().unwrap()
    };
    let (reader, writer) = std::io::pipe().unwrap();
    drop(reader);
    let output = print(writer.into());
    assert!(output.status.success() && output.stderr.is_empty(), "{output:?}");
    let output = print(std::fs::File::create("/dev/full").unwrap().into());
    let said = String::from_utf8(output.stderr).unwrap();
    assert_eq!((output.status.code(), said.lines().count()), (Some(1), 1), "{said}");
    assert!(said.starts_with("error: writing to standard output: "), "{said}");
}
