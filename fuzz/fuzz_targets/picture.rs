//! Any bytes are a PNG or JPEG picture, which comes in the size that was asked for, or an error.
#![no_main]

use std::sync::LazyLock;

use dim_fuzz::{Folder, with_checksums};
use dim_model_format::Shape;
use libfuzzer_sys::fuzz_target;

/// One for each format.
static FOLDERS: [LazyLock<Folder>; 2] = [const { LazyLock::new(Folder::new) }; 2];

fuzz_target!(|bytes: &[u8]| {
    let Some((kind, rest)) = bytes.split_first() else { return };
    let shape = if kind & 2 == 0 { Shape::new(3, 5, 3) } else { Shape::new(4, 2, 1) };
    let folder = &FOLDERS[usize::from(kind & 1)];
    if kind & 1 == 0 {
        folder.write("0.png", &with_checksums(rest));
    } else {
        folder.write("0.jpg", &[b"\xff\xd8\xff", rest].concat());
    }
    if let Ok(dataset) = folder.load(shape) {
        assert_eq!((dataset.train.shape, dataset.train.len()), (shape, 1));
    }
});
