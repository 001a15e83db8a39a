//! Any bytes are prototypes of classes, the nearest of which can be asked for, or an error.
#![no_main]

use dim_fuzz::with_checksum;
use dim_model_format::{Model, Prototypes, TapKind};
use libfuzzer_sys::fuzz_target;

const ENCODER: &[u8] = include_bytes!("../../model-format/tests/golden/overlap-1.3.dim");

// Magic, version and identity are right, so that what is fuzzed lies behind them.
fuzz_target!(|bytes: &[u8]| {
    let model = Model::parse(ENCODER).expect("a golden file is a model");
    let mut file = bytes.to_vec();
    if let Some(head) = file.first_chunk_mut::<32>() {
        head[..10].copy_from_slice(b"\x93PRO\r\n\x1a\n\x01\x00");
        head[16..].copy_from_slice(&model.identity().0);
    }
    let file = with_checksum(file);
    let Ok(prototypes) = Prototypes::parse(&file, &model) else { return };
    let embedding = model.tap(TapKind::Embedding).expect("every encoder has one");
    let units = model.tensor(embedding).shape.elements() as usize;
    for value in [i8::MIN, 0, i8::MAX] {
        let nearest = prototypes.nearest(&vec![value; units]).expect("there is a class");
        let (name, codes) = prototypes.classes().nth(nearest.class).expect("it is one of them");
        assert_eq!((name, codes.len()), (nearest.name, units));
    }
    assert_eq!(prototypes.nearest(&vec![0; units + 1]), None);
});
