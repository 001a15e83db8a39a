//! Drawn graphs: every operator, every legal padding, both roundings, factors over the whole range.

use std::collections::BTreeMap;

use dim_conformance::draw::{Draw, elements};
use dim_conformance::graphs::chain;
use dim_model_format::{Model, Rounding, Shape};
use dim_tosa::{ExportError, Inexpressible, export};

use crate::reference::{Compared, ReferenceModel, output_bytes, write};

const GRAPHS: usize = 1000;
const IMAGES: usize = 3;

fn graph(draw: &mut Draw) -> Vec<u8> {
    let shape = Shape::new(draw.within(1, 9) as u16, draw.within(1, 9) as u16, draw.within(1, 5) as u16);
    let nodes = draw.within(1, 4) as usize;
    chain(shape, nodes, draw)
}

#[test]
fn drawn_graphs_give_the_same_bytes() {
    let Some(reference) = ReferenceModel::find() else { return };
    let folder = tempfile::tempdir().unwrap();
    let mut draw = Draw(7);
    let (mut seen, mut refused, mut roundings) = (BTreeMap::new(), BTreeMap::new(), [0; 2]);
    let mut models = Vec::new();
    let mut expected = Compared { models: 0, images: 0, bytes: 0 };
    for index in 0..GRAPHS {
        let file = graph(&mut draw);
        let model = Model::parse(&file).unwrap();
        let images: Vec<_> = (0..IMAGES).map(|_| draw.bytes(elements(model.input_shape()))).collect();
        match export(&model) {
            Ok(exported) => {
                model.nodes().for_each(|node| *seen.entry(node.name()).or_insert(0) += 1);
                roundings[usize::from(model.graph().rounding == Rounding::Single)] += 1;
                let images = images.iter().map(Vec::as_slice);
                models.push(write(folder.path(), &index.to_string(), &exported, &file, images));
                expected.models += 1;
                expected.images += IMAGES;
                expected.bytes += IMAGES * output_bytes(&model);
            }
            // Some drawn factors are beyond any that calibration makes.
            Err(ExportError::Layer { reason: Inexpressible::Range { .. }, .. }) => {
                *refused.entry("range").or_insert(0) += 1;
            }
            Err(ExportError::Layer { reason: Inexpressible::Shift { .. }, .. }) => {
                *refused.entry("shift").or_insert(0) += 1;
            }
            Err(other) => panic!("{other}"),
        }
    }
    assert_eq!(reference.compare(&models), expected);
    println!("{expected:?}, no byte differs; operators {seen:?}, roundings {roundings:?}; refused {refused:?}");
    assert_eq!(seen.len(), 10, "an operator is missing: {seen:?}");
    assert!(expected.models > GRAPHS / 2 && roundings.iter().all(|count| *count > GRAPHS / 5), "{expected:?}");
}

/// The comparison itself can fail.
#[test]
fn a_changed_byte_is_found() {
    let Some(reference) = ReferenceModel::find() else { return };
    let folder = tempfile::tempdir().unwrap();
    let mut draw = Draw(1);
    let (file, exported) = loop {
        let file = graph(&mut draw);
        if let Ok(exported) = export(&Model::parse(&file).unwrap()) {
            break (file, exported);
        }
    };
    let image = draw.bytes(elements(Model::parse(&file).unwrap().input_shape()));
    let path = write(folder.path(), "changed", &exported, &file, std::iter::once(image.as_slice()));
    let cases = path.with_extension("cases");
    let mut bytes = std::fs::read(&cases).unwrap();
    *bytes.last_mut().unwrap() ^= 1;
    std::fs::write(&cases, bytes).unwrap();
    let output = reference.run(&[path]);
    assert_eq!(output.status.code(), Some(1));
    let report: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(report["differ"], 1);
}
