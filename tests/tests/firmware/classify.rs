//! The application `firmware-example/src/bin/classify.rs`: what it takes, and what it refuses.

use std::fs;
use std::process::Command;

use dim_conformance::draw::{Draw, elements};
use dim_conformance::{graphs, oracle};
use dim_model_format::{FilterLayout, Model, TapKind, prove, sign, signer, write_prototypes};

use crate::project;

const SECRET: [u8; 32] = *b"a seed of 32 bytes, no secret of";
const IMAGES: usize = 3;

/// The files that the firmware is built with, and the key that it trusts.
struct Built {
    encoder: Vec<u8>,
    cases: Vec<u8>,
    prototypes: Vec<u8>,
    key: [u8; 32],
}

/// An encoder that `SECRET` signed, with images each of which is the prototype of a class.
fn build() -> Built {
    let mut draw = Draw(3);
    let file = graphs::network(3, FilterLayout::Paired);
    let file = prove(&file, oracle::proof(&Model::parse(&file).unwrap())).unwrap();
    let model = Model::parse(&file).unwrap();
    let images: Vec<_> = (0..IMAGES).map(|_| draw.bytes(elements(model.input_shape()))).collect();
    let tapped = |kind, image: &[u8]| {
        model.tap(kind).map_or(Vec::new(), |id| oracle::run(&model, image)[usize::from(id.0)].values.clone())
    };
    let embeddings: Vec<_> = images.iter().map(|image| tapped(TapKind::Embedding, image)).collect();
    let maps: Vec<_> = images.iter().map(|image| tapped(TapKind::FeatureMap, image)).collect();
    assert!(embeddings.iter().enumerate().all(|(i, embedding)| !embeddings[..i].contains(embedding)));

    // As firmware-example/src/cases.rs says.
    let mut cases = [b"DIMCASES".as_slice(), &[1, 0], &(IMAGES as u16).to_le_bytes()].concat();
    for length in [images[0].len(), embeddings[0].len(), maps[0].len()] {
        cases.extend(u32::try_from(length).unwrap().to_le_bytes());
    }
    cases.extend(model.identity().0);
    for ((image, embedding), map) in images.iter().zip(&embeddings).zip(&maps) {
        cases.extend(image);
        cases.extend(embedding.iter().chain(map).map(|value| value.cast_unsigned()));
    }
    let names: Vec<_> = (0..IMAGES).map(|class| format!("class {class}")).collect();
    let classes: Vec<_> = names.iter().map(String::as_str).zip(embeddings.iter().map(Vec::as_slice)).collect();
    let prototypes = write_prototypes(&model, &classes).unwrap();
    let encoder = [file.as_slice(), &sign(&file, &SECRET).unwrap()].concat();
    let key = signer(&encoder).unwrap();
    Built { encoder, cases, prototypes, key }
}

/// Whether the firmware succeeds, and what it prints.
fn run(built: &Built) -> (bool, String) {
    let folder = tempfile::tempdir().unwrap();
    let file = |name: &str, bytes: &[u8]| {
        let path = folder.path().join(name);
        fs::write(&path, bytes).unwrap();
        path
    };
    let key: String = built.key.iter().map(|byte| format!("{byte:02x}")).collect();
    let output = Command::new(project("firmware-example/on"))
        .args(["cortex-m4", "classify"])
        .env("DIM_MODEL", file("encoder.dim", &built.encoder))
        .env("DIM_CASES", file("cases.bin", &built.cases))
        .env("DIM_PROTOTYPES", file("prototypes.bin", &built.prototypes))
        .env("DIM_TRUSTED_KEY", key)
        .output()
        .unwrap();
    let said = [&output.stdout, &output.stderr].map(|bytes| String::from_utf8_lossy(bytes).into_owned()).concat();
    (output.status.success(), said)
}

/// Fails, and names no class.
fn refuses(built: &Built, reason: &str) {
    let (succeeds, said) = run(built);
    assert!(!succeeds && said.contains(reason) && !said.contains("image 0"), "{reason}: {said}");
}

/// One test, since all of it is built in one folder.
#[test]
fn an_encoder_is_taken_from_its_signer_only() {
    let (succeeds, said) = run(&build());
    assert!(succeeds, "{said}");
    for class in 0..IMAGES {
        assert!(said.contains(&format!("image {class}: class {class}, distance 0")), "{said}");
    }

    let mut built = build();
    built.key[0] ^= 1;
    refuses(&built, "signed by another key than the trusted one");

    let mut built = build();
    let weight = Model::parse(&built.encoder).unwrap().file_bytes() - 100;
    built.encoder[weight] ^= 1;
    refuses(&built, "the signature does not fit the file");

    let mut built = build();
    let other = graphs::network(4, FilterLayout::Paired);
    built.prototypes = write_prototypes(&Model::parse(&other).unwrap(), &[("x", &vec![0; units(&other)])]).unwrap();
    refuses(&built, "embeddings of two encoders cannot be compared");
}

fn units(file: &[u8]) -> usize {
    let model = Model::parse(file).unwrap();
    elements(model.tensor(model.tap(TapKind::Embedding).unwrap()).shape)
}
