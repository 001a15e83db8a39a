//! Any files are a data set of NumPy or an error; and any file is one of embeddings or an error.
#![no_main]

use dim_fuzz::data_sets::read_npy;
use dim_fuzz::files;
use dim_host::embeddings::Stored;
use libfuzzer_sys::fuzz_target;

const MAGIC: &[u8] = b"\x93NUMPY";

// The first byte says whether they are embeddings, and which of the files that may be left out are there.
fuzz_target!(|bytes: &[u8]| {
    let Some((kind, rest)) = bytes.split_first() else { return };
    let is_set = |bit: usize| kind >> bit & 1 == 1;
    if is_set(0) {
        embeddings(&[MAGIC, rest].concat());
        return;
    }
    let Some(files) = files::<4>(rest) else { return };
    let files = files.map(|file| [MAGIC, file].concat());
    let [train, train_labels, test, test_labels] = files.each_ref().map(|file| ("file.npy", file.as_slice()));
    let train = (train, is_set(1).then_some(train_labels));
    let test = is_set(2).then_some((test, is_set(3).then_some(test_labels)));
    if let Ok(dataset) = read_npy("folder", train, test) {
        assert!(dataset.train.pixels.len() < files[0].len() && dataset.test.pixels.len() < files[2].len());
    }
});

fn embeddings(file: &[u8]) {
    let Ok(stored) = Stored::from_npy(file) else { return };
    let written = stored.to_npy();
    let again = Stored::from_npy(&written).expect("what was written can be read");
    assert_eq!(again.to_npy(), written);
    assert!(stored.len() * stored.units() <= file.len());
}
