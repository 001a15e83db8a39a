//! Instructions of the networks on every processor in QEMU.

use std::path::Path;
use std::process::Command;
use std::sync::Mutex;
use std::{fs, thread};

use dim_conformance::{benchmark, graphs};

use crate::budgets::{self, Instructions, Processor};
use crate::{differs, is_blessing, processors, project};

/// What a count may differ by because a tick of the counter is 50 instructions and its interrupt falls anywhere.
const SLACK: u64 = 400;

/// Runs `bench` of the firmware on networks of these names; what it prints says also that every output was as expected.
fn bench(processor: &str, networks: &Path, names: &[&str]) -> Processor {
    let output =
        Command::new(project("firmware-example/on")).args([processor, "bench"]).arg(networks).output().unwrap();
    let [said, errors] = [&output.stdout, &output.stderr].map(|bytes| String::from_utf8_lossy(bytes));
    assert!(output.status.success(), "{processor}: {errors}{said}");
    let mut counts = Processor::new();
    let mut network = None;
    let mut names = names.iter();
    for line in said.lines() {
        let words: Vec<&str> = line.split(' ').collect();
        let count = |word: usize| words[word].parse().unwrap();
        match words[0] {
            "network" => {
                let counted = Instructions { parse: 0, total: 0, stack: 0, layers: Vec::new() };
                network = Some(counts.entry((*names.next().unwrap()).to_owned()).or_insert(counted));
            }
            "stack" => network.as_mut().unwrap().stack = count(1),
            "parse" => network.as_mut().unwrap().parse = count(1),
            "tensor" => network.as_mut().unwrap().layers.push(count(4)),
            "total" => network.as_mut().unwrap().total = count(2),
            _ => {}
        }
    }
    counts
}

/// What is counted otherwise than stated.
fn differences(processor: &str, counted: &Processor, stated: &Processor) -> Vec<String> {
    let mut differences = Vec::new();
    if !counted.keys().eq(stated.keys()) {
        differences.push(format!("{processor}: other networks than {:?}", stated.keys()));
    }
    for (network, (counted, stated)) in counted.keys().zip(counted.values().zip(stated.values())) {
        let total = stated.total;
        let mut compare = |what: &str, counted: u64, stated: u64, slack: u64| {
            if differs(counted, stated, slack) {
                differences.push(format!("{processor}, {network}, {what}: {counted}, stated {stated}"));
            }
        };
        compare("parse", counted.parse, stated.parse, SLACK);
        compare("total", counted.total, stated.total, SLACK);
        compare("bytes of stack", counted.stack, stated.stack, 0);
        for (tensor, (counted, stated)) in counted.layers.iter().zip(&stated.layers).enumerate() {
            compare(&format!("tensor {tensor}"), *counted, *stated, SLACK + total / 2000);
        }
        let [counted, stated] = [counted, stated].map(|network| network.layers.len());
        if counted != stated {
            differences.push(format!("{processor}, {network}: {counted} tensors, stated {stated}"));
        }
    }
    differences
}

#[test]
fn every_processor_takes_the_instructions_that_are_stated() {
    let folder = tempfile::tempdir().unwrap();
    let networks = folder.path().join("networks.bin");
    let int4 = benchmark::int4_networks();
    let names: Vec<_> = graphs::ALL.iter().map(|(name, _)| *name).chain(int4.iter().map(|(name, _)| *name)).collect();
    let files = [benchmark::networks(), int4.map(|(_, file)| file).to_vec()].concat();
    fs::write(&networks, benchmark::file(&files).unwrap()).unwrap();
    let waiting = Mutex::new(processors().into_iter());
    let found = Mutex::new(Vec::new());
    let work = || {
        while let Some(processor) = { waiting.lock().unwrap().next() } {
            let counted = bench(&processor, &networks, &names);
            if is_blessing() {
                budgets::write(&processor, &counted);
            } else {
                found.lock().unwrap().extend(differences(&processor, &counted, &budgets::read(&processor)));
            }
        }
    };
    thread::scope(|scope| {
        for _ in 0..thread::available_parallelism().map_or(1, usize::from) {
            scope.spawn(work);
        }
    });
    let found = found.into_inner().unwrap();
    assert!(found.is_empty(), "bless what is right, DIM_BLESS=1:\n{}", found.join("\n"));
}

#[test]
fn a_percent_more_is_found() {
    let stated = Processor::from([(
        "net".to_owned(),
        Instructions { parse: 50_000, total: 90_000, stack: 400, layers: vec![90_000] },
    )]);
    assert_eq!(differences("p", &stated, &stated), [""; 0]);
    let mut slower = stated.clone();
    slower.get_mut("net").unwrap().layers[0] = 91_346;
    assert_eq!(differences("p", &slower, &stated), ["p, net, tensor 0: 91346, stated 90000"]);
    let mut longer = stated.clone();
    longer.get_mut("net").unwrap().layers.push(1);
    assert_eq!(differences("p", &longer, &stated), ["p, net: 2 tensors, stated 1"]);
}
