//! The real images that the program carries, so that a first run needs no download.

use std::path::Path;

use super::classes::FASHION_MNIST;
use super::exact::Source;
use super::idx::Split;
use super::{DataError, Dataset, Images};

/// Reads the embedded part of Fashion-MNIST: 8,000 training and 2,000 test images,
/// `[28, 28, 1]`; image `i` has class `i % 10`, so any first images hold each class equally often.
///
/// # Errors
/// Only if the program itself is damaged.
pub fn fashion_mnist_subset() -> Result<Dataset, DataError> {
    let train = unpack(
        include_bytes!("../../assets/fashion-mnist-subset-train-images-idx3-ubyte.gz"),
        include_bytes!("../../assets/fashion-mnist-subset-train-labels-idx1-ubyte.gz"),
    )?;
    Ok(Dataset {
        name: "fashion-mnist-subset".to_owned(),
        classes: FASHION_MNIST.map(str::to_owned).to_vec(),
        unlabelled: Images::none(train.shape),
        train,
        test: unpack(
            include_bytes!("../../assets/fashion-mnist-subset-t10k-images-idx3-ubyte.gz"),
            include_bytes!("../../assets/fashion-mnist-subset-t10k-labels-idx1-ubyte.gz"),
        )?,
    })
}

fn unpack(images: &[u8], labels: &[u8]) -> Result<Images, DataError> {
    let images = Source::unpacked(Path::new("embedded images.gz"), images);
    let labels = Source::unpacked(Path::new("embedded labels.gz"), labels);
    Split { images, labels }.read()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn any_first_images_hold_each_class_equally_often() {
        let subset = fashion_mnist_subset().unwrap();
        for (images, count) in [(&subset.train, 8_000), (&subset.test, 2_000)] {
            assert_eq!((images.len(), images.shape.to_string().as_str()), (count, "28x28x1"));
            assert_eq!(images.pixels.len(), count * 28 * 28);
            assert!(images.labels.iter().flatten().enumerate().all(|(index, &label)| usize::from(label) == index % 10));
        }
        assert_eq!(subset.classes[9], "Ankle boot");
    }

    #[test]
    fn pixels_are_those_of_the_original_files() {
        // Computed apart from this program, from the original files and the rule above.
        assert_eq!(fashion_mnist_subset().unwrap().fingerprint(), "e9c8d50f2060c10e");
    }
}
