//! What each crate may depend on, as its Cargo.toml says.

use toml::Table;

/// A crate, and what it stands on.
#[derive(Debug)]
pub(crate) struct Floor {
    /// In the project.
    pub(crate) folder: &'static str,
    /// Crates of the project that it may depend on.
    pub(crate) stands_on: &'static [&'static str],
    /// Crates of [`OWNED`] that it may name.
    pub(crate) owns: &'static [&'static str],
    /// All crates of others that it may name, where not any may be.
    pub(crate) others: Option<&'static [&'static str]>,
}

/// Crates of others that only one floor may name.
const OWNED: [&str; 2] = ["burn", "clap"];

const BELOW_HOST: &[&str] =
    &["dim-conformance", "dim-device", "dim-link", "dim-model-format", "dim-runtime", "dim-tflite"];
const HOST: &[&str] = &["dim-conformance", "dim-host", "dim-link", "dim-model-format", "dim-runtime", "dim-tflite"];
const FUZZ: &[&str] = &[
    "dim-conformance",
    "dim-device",
    "dim-host",
    "dim-link",
    "dim-mlperf",
    "dim-model-format",
    "dim-runtime",
    "dim-tflite",
];
const CLI: &[&str] = &[
    "dim-conformance",
    "dim-host",
    "dim-link",
    "dim-model-format",
    "dim-runtime",
    "dim-tflite",
    "dim-tosa",
    "dim-trainer",
];

/// From the ground to the roof, and what stands beside.
pub(crate) const FLOORS: [Floor; 16] = [
    Floor { folder: "model-format", stands_on: &[], owns: &[], others: None },
    Floor { folder: "runtime", stands_on: &["dim-model-format"], owns: &[], others: None },
    Floor { folder: "link", stands_on: &["dim-model-format"], owns: &[], others: Some(&["crc", "postcard", "serde"]) },
    Floor {
        folder: "device",
        stands_on: &["dim-link", "dim-model-format", "dim-runtime"],
        owns: &[],
        others: Some(&[
            "bytemuck",
            "crc",
            "embedded-storage",
            "embedded-storage-async",
            "heapless",
            "sequential-storage",
        ]),
    },
    Floor { folder: "mlperf", stands_on: &["dim-model-format", "dim-runtime"], owns: &[], others: Some(&[]) },
    Floor {
        folder: "capi",
        stands_on: &["dim-device", "dim-model-format", "dim-runtime"],
        owns: &[],
        others: Some(&["bytemuck"]),
    },
    Floor { folder: "flatbuffer", stands_on: &[], owns: &[], others: Some(&[]) },
    Floor { folder: "tflite", stands_on: &["dim-flatbuffer", "dim-model-format"], owns: &[], others: None },
    Floor { folder: "tosa", stands_on: &["dim-flatbuffer", "dim-model-format"], owns: &[], others: None },
    // The oracle shares nothing with what it judges; its tests do, and are not asked.
    Floor { folder: "tests", stands_on: &["dim-model-format"], owns: &[], others: None },
    Floor { folder: "host", stands_on: BELOW_HOST, owns: &[], others: None },
    Floor { folder: "trainer", stands_on: HOST, owns: &["burn"], others: None },
    Floor { folder: "cli", stands_on: CLI, owns: &["clap"], others: None },
    Floor {
        folder: "firmware-example",
        stands_on: &["dim-device", "dim-link", "dim-mlperf", "dim-model-format", "dim-runtime"],
        owns: &[],
        others: None,
    },
    Floor { folder: "fuzz", stands_on: FUZZ, owns: &[], others: None },
    // Files of the runtime, compiled by themselves.
    Floor { folder: "tests/proofs", stands_on: &["dim-model-format"], owns: &[], others: Some(&["bytemuck"]) },
];

/// A line for each dependency in a floor's Cargo.toml that it may not have.
pub(crate) fn strangers(floor: &Floor, manifest: &Table) -> Vec<String> {
    let targets = manifest.get("target").and_then(toml::Value::as_table);
    let sections = targets.into_iter().flat_map(Table::values).filter_map(toml::Value::as_table).chain([manifest]);
    let mut found = Vec::new();
    for section in sections {
        for (kind, own) in [("dependencies", true), ("build-dependencies", true), ("dev-dependencies", false)] {
            for (name, value) in section.get(kind).and_then(toml::Value::as_table).into_iter().flatten() {
                // It may go by another name.
                let name = value.get("package").and_then(toml::Value::as_str).unwrap_or(name);
                let is_stranger = match name.starts_with("dim-") {
                    true => own && !floor.stands_on.contains(&name),
                    false => {
                        OWNED.contains(&name) && !floor.owns.contains(&name)
                            || own && floor.others.is_some_and(|others| !others.contains(&name))
                    }
                };
                if is_stranger {
                    found.push(format!("{}/Cargo.toml may not have {name} among its {kind}", floor.folder));
                }
            }
        }
    }
    found
}

#[test]
fn strangers_are_named() {
    let manifest = r#"
        [dependencies]
        dim-model-format = { workspace = true }
        dim-host = { workspace = true }
        serde = "1"
        learning = { package = "burn", version = "1" }
        [dev-dependencies]
        dim-runtime = "1"
        clap = "4"
        [target.'cfg(unix)'.build-dependencies]
        dim-trainer = "1"
    "#;
    let floor = Floor { folder: "made", stands_on: &["dim-model-format"], owns: &[], others: None };
    assert_eq!(
        strangers(&floor, &toml::from_str(manifest).unwrap()),
        [
            "made/Cargo.toml may not have dim-trainer among its build-dependencies",
            "made/Cargo.toml may not have dim-host among its dependencies",
            "made/Cargo.toml may not have burn among its dependencies",
            "made/Cargo.toml may not have clap among its dev-dependencies",
        ]
    );
    let floor = Floor { folder: "made", stands_on: CLI, owns: &OWNED, others: None };
    assert_eq!(strangers(&floor, &toml::from_str(manifest).unwrap()), [""; 0]);
    let floor = Floor { others: Some(&["burn"]), ..floor };
    assert_eq!(
        strangers(&floor, &toml::from_str(manifest).unwrap()),
        ["made/Cargo.toml may not have serde among its dependencies"]
    );
}
