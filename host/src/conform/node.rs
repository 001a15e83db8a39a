//! WebAssembly as an engine: the modules of the page that computes, run by node.

use std::fs;
use std::process::Command;

use anyhow::{Context, ensure};
use dim_model_format::{Model, TapKind};

use super::device::DeviceRun;
use super::engines::Outputs;
use crate::data::Images;
use crate::report::{CONFORM_SCRIPT, MODULE, MODULE_WITH_VECTORS};

/// Whether there is a node here.
pub fn is_there() -> bool {
    Command::new("node").arg("--version").output().is_ok()
}

/// Computes all images in WebAssembly, with its vectors of 128 bits or without.
///
/// # Errors
/// If there is no node, or it fails: the message says what to install.
pub(super) fn run(file: &[u8], images: &Images, has_vectors: bool) -> anyhow::Result<DeviceRun> {
    let model = Model::parse(file)?;
    let folder = tempfile::tempdir().context("creating a folder for node")?;
    let path = |name: &str| folder.path().join(name);
    let module = if has_vectors { MODULE_WITH_VECTORS } else { MODULE };
    let given = [("conform.js", CONFORM_SCRIPT.concat().into_bytes()), ("module.wasm", module.to_vec())];
    let given = given.into_iter().chain([("encoder.dim", file.to_vec()), ("images", images.pixels.clone())]);
    for (name, bytes) in given {
        fs::write(path(name), bytes).with_context(|| format!("writing {}", path(name).display()))?;
    }
    let names = ["conform.js", "module.wasm", "encoder.dim", "images", "outputs"];
    let output = Command::new("node").args(names.map(path)).output();
    let output = output.context("running node, which computes in WebAssembly; install Node.js 20 or newer")?;
    let status = output.status.code();
    let said = || String::from_utf8_lossy(&output.stderr).lines().last().unwrap_or_default().to_owned();
    ensure!(status == Some(0) || status == Some(1) && said().is_empty(), "node failed: {}", said());

    let codes = |kind| model.tap(kind).map_or(0, |tensor| model.tensor(tensor).shape.elements() as usize);
    let [embedding, map] = [TapKind::Embedding, TapKind::FeatureMap].map(codes);
    let bytes = fs::read(path("outputs")).context("node ended without outputs")?;
    let outputs = bytes.chunks_exact(embedding + map).map(|image| {
        let (embedding, map) = image.split_at(embedding);
        let [embedding, feature_map] = [embedding, map].map(|codes| bytemuck::cast_slice(codes).to_vec());
        Outputs { embedding, feature_map }
    });
    Ok(DeviceRun { passed: status == Some(0), outputs: outputs.collect(), instructions: Vec::new() })
}
