//! A data set of 28x28 grey images, small enough that a run takes a fraction of a second.

use std::fs;
use std::path::Path;

use rand::rngs::StdRng;
use rand::{Rng, SeedableRng};

pub(crate) const TRAIN_IMAGES: usize = 200;
pub(crate) const TEST_IMAGES: usize = 60;
const SIDE: usize = 28;
const CLASSES: usize = 4;

/// Writes the four IDX files of a data set into `folder`.
pub(crate) fn write(folder: &Path) {
    fs::create_dir(folder).unwrap();
    for (split, images) in [("train", train_images()), ("t10k", test_images())] {
        let count = (images.len() as u32).to_be_bytes();
        let side = (SIDE as u32).to_be_bytes();
        let pixels = [&[0, 0, 8, 3][..], &count, &side, &side, &images.concat()].concat();
        let classes: Vec<u8> = (0..images.len()).map(|index| (index % CLASSES) as u8).collect();
        let labels = [&[0, 0, 8, 1][..], &count, &classes].concat();
        fs::write(folder.join(format!("{split}-images-idx3-ubyte")), pixels).unwrap();
        fs::write(folder.join(format!("{split}-labels-idx1-ubyte")), labels).unwrap();
    }
}

/// Writes NumPy files of a data set with `counts` square images of three colours to learn from and held out.
pub(crate) fn write_coloured(folder: &Path, side: usize, counts: [usize; 2]) {
    fs::create_dir(folder).unwrap();
    for ((split, count), seed) in ["train", "test"].into_iter().zip(counts).zip(3..) {
        let mut random = StdRng::seed_from_u64(seed);
        let pixels: Vec<u8> = (0..count * side * side * 3).map(|_| random.random()).collect();
        let classes: Vec<u8> = (0..count).map(|index| (index % CLASSES) as u8).collect();
        fs::write(folder.join(format!("{split}_images.npy")), npy(&[count, side, side, 3], &pixels)).unwrap();
        fs::write(folder.join(format!("{split}_labels.npy")), npy(&[count], &classes)).unwrap();
    }
}

/// A NumPy file of bytes.
pub(crate) fn npy(shape: &[usize], values: &[u8]) -> Vec<u8> {
    npy_of("|u1", shape, values)
}

/// The same of elements of another type, such as `<f4`.
pub(crate) fn npy_of(element: &str, shape: &[usize], values: &[u8]) -> Vec<u8> {
    let header = format!("{{'descr': '{element}', 'fortran_order': False, 'shape': {shape:?}, }}");
    let header = format!("{:117}\n", header.replace('[', "(").replace(']', ",)"));
    [b"\x93NUMPY\x01\x00\x76\x00", header.as_bytes(), values].concat()
}

/// Pixels of each test image.
pub(crate) fn test_images() -> Vec<Vec<u8>> {
    images(TEST_IMAGES, 2)
}

pub(crate) fn train_images() -> Vec<Vec<u8>> {
    images(TRAIN_IMAGES, 1)
}

/// Noise with a slightly brighter band, whose height is the class: learnable, but not at once.
fn images(count: usize, seed: u64) -> Vec<Vec<u8>> {
    let mut random = StdRng::seed_from_u64(seed);
    let mut image = |class: usize| {
        let brightness = |pixel: usize| if pixel / SIDE / (SIDE / CLASSES) == class { 25 } else { 0 };
        (0..SIDE * SIDE).map(|pixel| random.random_range(0..200) + brightness(pixel)).collect()
    };
    (0..count).map(|index| image(index % CLASSES)).collect()
}
