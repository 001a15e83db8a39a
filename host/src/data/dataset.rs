//! A data set: what is learned from, and what is held out.

use dim_model_format::Shape;
use sha2::{Digest, Sha256};

use super::levels::Levels;
use super::{DataError, Images};
use crate::hexadecimal::hexadecimal;

/// Images to learn from and images held out, of the same shape and classes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Dataset {
    /// Name for reports, such as `fashion-mnist`.
    pub name: String,
    /// Name of each class; none if no image has a class. If there are more than 256, no image has labels.
    pub classes: Vec<String>,
    /// Images to learn from, with classes if the set has any.
    pub train: Images,
    /// More images to learn from, which have no classes: STL-10's. Most sets have none.
    pub unlabelled: Images,
    /// Images held out; there may be none.
    pub test: Images,
}

/// Class numbers of the training and of the test images of a set that has both.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Labels<'a> {
    /// `[train images]`.
    pub train: &'a [u8],
    /// `[test images]`.
    pub test: &'a [u8],
}

impl Dataset {
    /// Number of images to learn from, with classes and without.
    pub fn training_len(&self) -> usize {
        self.train.len() + self.unlabelled.len()
    }

    /// Pixels of one of the images to learn from: the training images come first, then the unlabelled ones.
    pub fn training_image(&self, index: usize) -> &[u8] {
        match index.checked_sub(self.train.len()) {
            None => self.train.image(index),
            Some(index) => self.unlabelled.image(index),
        }
    }

    /// Keeps the first `count` of the images to learn from; test images stay.
    pub fn limit_training(&mut self, count: usize) {
        self.unlabelled.truncate(count.saturating_sub(self.train.len()));
        self.train.truncate(count);
    }

    /// Images to show and to compare on: those held out or, where there are none, those learned from.
    pub fn shown(&self) -> &Images {
        if self.test.is_empty() { &self.train } else { &self.test }
    }

    /// What a classifier learns from and is judged by.
    ///
    /// # Errors
    /// If the training or the test images have no classes, or there are no test images.
    pub fn labels(&self) -> Result<Labels<'_>, DataError> {
        Ok(Labels { train: self.labels_of(&self.train, "training")?, test: self.labels_of(&self.test, "test")? })
    }

    fn labels_of<'a>(&self, images: &'a Images, split: &'static str) -> Result<&'a [u8], DataError> {
        match &images.labels {
            Some(labels) if !labels.is_empty() => Ok(labels),
            _ if self.classes.len() > 256 => {
                Err(DataError::TooManyClasses { name: self.name.clone(), found: self.classes.len() })
            }
            _ => Err(DataError::Unlabelled { name: self.name.clone(), split }),
        }
    }

    /// Every byte replaced by what the levels make of it.
    pub(super) fn with_levels(mut self, levels: Levels) -> Self {
        let table = levels.table();
        for images in [&mut self.train, &mut self.unlabelled, &mut self.test] {
            images.pixels.iter_mut().for_each(|value| *value = table[usize::from(*value)]);
        }
        self
    }

    /// The same set with the middle of each image, where [`crop_fits`](super::crop_fits) allows it.
    #[must_use]
    pub fn centre_cropped(self, shape: Shape) -> Self {
        Self {
            train: self.train.centre_cropped(shape),
            unlabelled: self.unlabelled.centre_cropped(shape),
            test: self.test.centre_cropped(shape),
            ..self
        }
    }

    /// First 16 hexadecimal digits of the SHA-256 of all pixels and labels: two data sets with the
    /// same fingerprint train the same encoder and are judged alike.
    pub fn fingerprint(&self) -> String {
        let mut hash = Sha256::new();
        let unlabelled = (!self.unlabelled.is_empty()).then_some(&self.unlabelled);
        for images in [&self.train, &self.test].into_iter().chain(unlabelled) {
            hash.update(images.shape.to_string());
            hash.update(&images.pixels);
            match &images.labels {
                Some(labels) => hash.update(labels),
                // No labels, however many, look like this.
                None => hash.update("unlabelled"),
            }
        }
        hexadecimal(&hash.finalize()[..8])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SHAPE: Shape = Shape::new(1, 2, 1);

    fn dataset() -> Dataset {
        let images = |pixels: &[u8], labels: Option<&[u8]>| Images {
            shape: SHAPE,
            pixels: pixels.to_vec(),
            labels: labels.map(<[u8]>::to_vec),
        };
        Dataset {
            name: "mine".to_owned(),
            classes: vec!["a".to_owned(), "b".to_owned()],
            train: images(&[1, 2, 3, 4], Some(&[0, 1])),
            unlabelled: images(&[5, 6, 7, 8], None),
            test: images(&[9, 10], Some(&[1])),
        }
    }

    #[test]
    fn unlabelled_images_are_learned_from_after_the_others() {
        let mut dataset = dataset();
        assert_eq!(dataset.training_len(), 4);
        assert_eq!([1, 2, 3].map(|index| dataset.training_image(index)), [[3, 4], [5, 6], [7, 8]]);
        dataset.limit_training(3);
        assert_eq!((dataset.training_len(), dataset.train.len(), dataset.test.len()), (3, 2, 1));
        assert_eq!(dataset.training_image(2), [5, 6]);
        dataset.limit_training(1);
        assert_eq!((dataset.training_len(), dataset.unlabelled.len()), (1, 0));
        assert_eq!(dataset.train.labels, Some(vec![0]));
    }

    #[test]
    fn labels_are_asked_for_by_name() {
        let labelled = dataset();
        assert_eq!(labelled.labels().unwrap(), Labels { train: &[0, 1], test: &[1] });
        let message = |dataset: Dataset| dataset.labels().unwrap_err().to_string();
        let train = Dataset { train: Images { labels: None, ..dataset().train }, ..dataset() };
        assert_eq!(
            message(train),
            "mine: its training images have no classes, which probes need; put them into train/CLASS/ and test/CLASS/, \
             add labels, or name labelled data with --data"
        );
        let test = Dataset { test: Images::none(SHAPE), ..dataset() };
        assert!(message(test).starts_with("mine: its test images have no classes"));
    }

    #[test]
    fn test_images_are_shown_if_there_are_any() {
        assert_eq!(dataset().shown().len(), 1);
        assert_eq!(Dataset { test: Images::none(SHAPE), ..dataset() }.shown().len(), 2);
    }

    #[test]
    fn the_fingerprint_covers_every_pixel_and_label() {
        let whole = dataset().fingerprint();
        assert_eq!(whole.len(), 16);
        let change = |change: &dyn Fn(&mut Dataset)| {
            let mut changed = dataset();
            change(&mut changed);
            assert_ne!(changed.fingerprint(), whole);
            changed.fingerprint()
        };
        let prints = [
            change(&|dataset| dataset.train.pixels[3] ^= 1),
            change(&|dataset| dataset.unlabelled.pixels[0] ^= 1),
            change(&|dataset| dataset.test.pixels[1] ^= 1),
            change(&|dataset| dataset.train.labels = Some(vec![1, 1])),
            change(&|dataset| dataset.test.labels = Some(vec![0])),
            change(&|dataset| dataset.train.labels = None),
            change(&|dataset| dataset.unlabelled = Images::none(SHAPE)),
            change(&|dataset| dataset.limit_training(3)),
            change(&|dataset| dataset.train.shape = Shape::new(2, 1, 1)),
        ];
        let distinct: std::collections::BTreeSet<_> = prints.iter().collect();
        assert_eq!(distinct.len(), prints.len());
        assert_eq!(Dataset { name: String::new(), classes: Vec::new(), ..dataset() }.fingerprint(), whole);
    }
}
