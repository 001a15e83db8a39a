//! Any bytes are a .tflite file that can be imported or an error; what is imported is a model, and what of it can be exported
//! can be imported again.
#![no_main]

use dim_model_format::{About, Model};
use dim_tflite::{export, import};
use libfuzzer_sys::fuzz_target;

/// What a file of no bytes may become, in operators without weights; weights are filled up, dilated ones by 16 times the file, and
/// get factors.
const MOST_BYTES: usize = 1 << 16;
const MOST_TIMES: usize = 128;

fuzz_target!(|bytes: &[u8]| {
    let mut bytes = bytes.to_vec();
    // The identifier, so that what is fuzzed lies behind it.
    if let Some(identifier) = bytes.get_mut(4..8) {
        identifier.copy_from_slice(b"TFL3");
    }
    let Ok(imported) = import(&bytes, About::named("fuzz")) else { return };
    assert!(imported.file.len() <= MOST_BYTES + MOST_TIMES * bytes.len());
    let model = Model::parse(&imported.file).expect("what is imported is a model");
    let Ok(exported) = export(&model) else { return };
    let again = import(&exported, About::named("fuzz")).expect("what was exported can be imported");
    let again = Model::parse(&again.file).expect("what is imported is a model");
    assert_eq!(model.macs(), again.macs());
});
