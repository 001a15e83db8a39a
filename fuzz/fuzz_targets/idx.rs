//! Any two files are a data set in IDX or an error.
#![no_main]

use std::io::Write;
use std::sync::LazyLock;

use dim_fuzz::Folder;
use dim_model_format::Shape;
use libfuzzer_sys::fuzz_target;

//// One with plain labels and one with packed ones.
static FOLDERS: [LazyLock<Folder>; 2] = [const { LazyLock::new(Folder::new) }; 2];

// The first byte says how long the images are, and whether the labels are packed.
fuzz_target!(|bytes: &[u8]| {
    let Some((split, rest)) = bytes.split_first() else { return };
    let [share, is_packed] = [usize::from(split >> 1), usize::from(split & 1)];
    let (images, labels) = rest.split_at(rest.len() * share / 127);
    let folder = &FOLDERS[is_packed];
    for split in ["train", "t10k"] {
        folder.write(&format!("{split}-images-idx3-ubyte"), images);
        if is_packed == 1 {
            let mut packed = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::none());
            packed.write_all(labels).expect("memory takes all");
            folder.write(&format!("{split}-labels-idx1-ubyte.gz"), &packed.finish().expect("memory takes all"));
        } else {
            folder.write(&format!("{split}-labels-idx1-ubyte"), labels);
        }
    }
    if let Ok(dataset) = folder.load(Shape::new(28, 28, 1)) {
        assert_eq!(dataset.train.pixels.len() + 16, images.len());
    }
});
