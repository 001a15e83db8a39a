//! The header is what the code gives. `DIM_BLESS=1 cargo test --release -p dim-capi --test header` writes it anew.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on must panic")]

mod c;
mod rust;

use std::fmt::Write;
use std::{env, fs};

const CRATE: &str = env!("CARGO_MANIFEST_DIR");
/// In the order of the header: what is used comes before what uses it.
const FILES: [&str; 12] = [
    "version",
    "status",
    "border",
    "tensor",
    "model",
    "sizes",
    "encode",
    "prototypes",
    "name",
    "classes/neighbours",
    "classes/mod",
    "novelty",
];

/// What the code gives.
fn generated() -> String {
    let text = |path: &str| fs::read_to_string(format!("{CRATE}/{path}")).unwrap();
    let mut header = text("tests/header/top.h");
    for file in FILES {
        let source = text(&format!("src/{file}.rs"));
        let title = source.lines().next().unwrap().trim_start_matches("//! ");
        write!(header, "\n/* {title} */\n").unwrap();
        for item in rust::items(&source) {
            header.push('\n');
            header += &c::declaration(&item);
        }
    }
    header + &text("tests/header/bottom.h")
}

#[test]
fn the_header_is_what_the_code_gives() {
    let path = format!("{CRATE}/include/dim.h");
    let header = generated();
    if env::var_os("DIM_BLESS").is_some() {
        return fs::write(path, header).unwrap();
    }
    let stated = fs::read_to_string(path).unwrap_or_default();
    let line = header.lines().zip(stated.lines()).position(|(a, b)| a != b);
    assert!(header == stated, "include/dim.h is another one from line {line:?} on: bless it, DIM_BLESS=1");
}

#[test]
fn every_function_is_declared_once() {
    let header = generated();
    let exported = fs::read_to_string(format!("{CRATE}/src/lib.rs")).unwrap();
    let names = exported.split(|c: char| !c.is_alphanumeric() && c != '_').filter(|word| word.starts_with("dim_"));
    let names: Vec<_> = names.collect();
    assert!(names.len() > 20, "{names:?}");
    for name in names {
        let declares = |line: &&str| {
            let words = line.split_once('(').map(|(before, _)| before.rsplit([' ', '*']).next());
            !line.starts_with(' ') && words == Some(Some(name))
        };
        assert_eq!(header.lines().filter(declares).count(), 1, "{name}");
    }
}

#[test]
fn every_status_that_is_named_exists() {
    let header = generated();
    let words = |text: &str| -> Vec<String> {
        text.split(|c: char| !c.is_alphanumeric() && c != '_').map(str::to_owned).collect()
    };
    let defined: Vec<String> = header
        .lines()
        .filter_map(|line| {
            let line = line.trim_start();
            line.strip_prefix("#define ")
                .or_else(|| line.strip_prefix("DIM_").filter(|_| line.contains(" = ")).map(|_| line))
        })
        .filter_map(|line| words(line).into_iter().next())
        .collect();
    for reference in header.split('#').skip(1).filter(|rest| rest.starts_with("DIM_")) {
        let name = words(reference).remove(0);
        assert!(defined.contains(&name), "#{name} is nowhere");
    }
}
