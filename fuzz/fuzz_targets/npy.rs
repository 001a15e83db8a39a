//! Any two files are a data set of NumPy or an error; and any file is one of embeddings or an error.
#![no_main]

use std::sync::LazyLock;

use dim_fuzz::Folder;
use dim_fuzz::embeddings::Stored;
use dim_model_format::Shape;
use libfuzzer_sys::fuzz_target;

const MAGIC: &[u8] = b"\x93NUMPY\x01\x00";

static FOLDER: LazyLock<Folder> = LazyLock::new(Folder::new);

// The first byte says how long the images are.
fuzz_target!(|bytes: &[u8]| {
    let Some((share, rest)) = bytes.split_first() else { return };
    let (images, labels) = rest.split_at(rest.len() * usize::from(*share) / 255);
    let [images, labels] = [images, labels].map(|file| [MAGIC, file].concat());
    if let Ok(stored) = Stored::from_npy(&images) {
        let written = stored.to_npy().expect("memory takes all");
        let again = Stored::from_npy(&written).expect("what was written can be read");
        assert_eq!(again.to_npy().expect("memory takes all"), written);
        assert!(stored.len() * stored.units <= images.len());
    }
    let folder = &FOLDER;
    folder.write("images.npy", &images);
    folder.write("labels.npy", &labels);
    if let Ok(dataset) = folder.load(Shape::new(28, 28, 1)) {
        assert!(dataset.train.pixels.len() < images.len());
    }
});
