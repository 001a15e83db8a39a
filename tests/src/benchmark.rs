//! Networks with images and what the oracle computes for them, as the firmware's `bench` takes them.
//!
//! A file starts with the number of networks in 16 bytes. Each network has 16 bytes with the lengths of two parts, and
//! the parts: the `.dim` file and its cases, which `firmware-example/src/cases.rs` specifies. Every part is filled up to a
//! multiple of 16 bytes; integers are of 4 bytes, little-endian.

use dim_model_format::{Error, FilterLayout, Model, TapKind};

use crate::draw::Draw;
use crate::{graphs, oracle};

/// What the networks and images are drawn from.
pub const SEED: u64 = 0;
/// Images of a network.
const IMAGES: u16 = 2;

/// Every network of [`graphs`], with paired filters.
pub fn networks() -> Vec<Vec<u8>> {
    graphs::ALL.iter().map(|(_, build)| build(SEED, FilterLayout::Paired)).collect()
}

/// Some of them with weights of four bits, by names of their own.
pub fn int4_networks() -> [(&'static str, Vec<u8>); 2] {
    let build: [(_, graphs::Build); 2] = [("resnet8-int4", graphs::resnet8), ("conv32-int4", graphs::conv32)];
    build.map(|(name, build)| (name, build(SEED, FilterLayout::Int4)))
}

/// A file of networks.
///
/// # Errors
/// If one of the networks is damaged.
pub fn file(networks: &[Vec<u8>]) -> Result<Vec<u8>, Error> {
    let mut file = Vec::new();
    push(&mut file, &integers(&[networks.len()]));
    for network in networks {
        let cases = cases(&Model::parse(network)?);
        push(&mut file, &integers(&[network.len(), cases.len()]));
        push(&mut file, network);
        push(&mut file, &cases);
    }
    Ok(file)
}

fn push(file: &mut Vec<u8>, part: &[u8]) {
    file.extend(part);
    file.resize(file.len().next_multiple_of(16), 0);
}

fn integers(values: &[usize]) -> Vec<u8> {
    values.iter().flat_map(|value| (*value as u32).to_le_bytes()).collect()
}

/// The format is specified in `firmware-example/src/cases.rs`.
fn cases(model: &Model<'_>) -> Vec<u8> {
    let mut draw = Draw(SEED);
    let mut records = Vec::new();
    let mut lengths = [0; 3];
    for _ in 0..IMAGES {
        let pixels: Vec<u8> = (0..model.input_shape().elements()).map(|_| draw.bits() as u8).collect();
        let tensors = oracle::run(model, &pixels);
        let tap = |kind| {
            let values = model.tap(kind).map(|id| &tensors[usize::from(id.0)].values);
            values.into_iter().flatten().map(|value| value.cast_unsigned()).collect::<Vec<u8>>()
        };
        let parts = [pixels.clone(), tap(TapKind::Embedding), tap(TapKind::FeatureMap)];
        lengths = parts.each_ref().map(Vec::len);
        records.extend(parts.concat());
    }
    let mut file = b"DIMCASES\x01\0".to_vec();
    file.extend(IMAGES.to_le_bytes());
    file.extend(integers(&lengths));
    file.extend(model.identity().0);
    file.extend(records);
    file
}
