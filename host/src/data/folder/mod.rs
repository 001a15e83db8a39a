//! A folder of PNG and JPEG images.
//!
//! ```text
//! train/CLASS/*.png    images to learn from, each in the folder of its class
//! test/CLASS/*.png     images held out
//! ```
//!
//! `train` and `test` may hold their pictures directly, which then have no classes. A data set without
//! held-out images may do without the folder `train`.

mod listing;
#[cfg(test)]
mod tests;

use std::path::{Path, PathBuf};

use dim_model_format::Shape;
use listing::Listing;
use rayon::prelude::*;

use super::error::Origin;
use super::picture::{PictureError, decode_scaled};
use super::{DataError, Dataset, Images, name};

/// Whether pictures lie in the folder, or in a folder or two inside it.
pub(super) fn is_in(folder: &Path) -> bool {
    listing::holds_pictures(folder)
}

/// Decodes the first `limit` training pictures and every test picture, brought to `shape`.
///
/// Pictures are taken from each class in turn, so that any first ones hold each class about equally often.
pub(super) fn load(folder: &Path, shape: Shape, limit: usize) -> Result<Dataset, DataError> {
    if !matches!(shape.channels, 1 | 3) {
        return Err(DataError::Channels { path: folder.to_owned(), channels: shape.channels });
    }
    let [train_folder, test_folder] = ["train", "test"].map(|name| folder.join(name));
    let (train, test) = match [train_folder.is_dir(), test_folder.is_dir()] {
        [true, true] => (Listing::of(&train_folder)?, Some(Listing::of(&test_folder)?)),
        [true, false] => (Listing::of(&train_folder)?, None),
        [false, false] => (Listing::of(folder)?, None),
        [false, true] => return Err(DataError::FileMissing { path: train_folder, origin: Origin::Own }),
    };
    // Probes learn from training images, so that the classes are theirs if they have any.
    let mut classes = train.classes();
    if let Some(test) = test.as_ref().filter(|_| classes.is_empty()) {
        classes = test.classes();
    }
    if classes.len() > 256 {
        return Err(DataError::TooManyClasses { path: folder.to_owned(), found: classes.len() });
    }
    let train = read_split(train, &classes, &train_folder, shape, limit)?;
    let test = match test {
        Some(test) => read_split(test, &classes, &test_folder, shape, usize::MAX)?,
        None => Images::none(shape),
    };
    Ok(Dataset { name: name::of_folder(folder), classes, train, unlabelled: Images::none(shape), test })
}

/// Decodes the first `limit` pictures of a listing of `folder`, in which each class must be one of `classes`.
fn read_split(
    listing: Listing,
    classes: &[String],
    folder: &Path,
    shape: Shape,
    limit: usize,
) -> Result<Images, DataError> {
    let number = |name: &String| match classes.iter().position(|class| class == name) {
        Some(number) => Ok(number as u8),
        None => Err(DataError::UnknownClass { path: folder.join(name) }),
    };
    let numbers: Vec<u8> = listing.classes().iter().map(number).collect::<Result<_, _>>()?;
    let (mut pictures, mut classes) = listing.in_turn();
    pictures.truncate(limit);
    if let Some(classes) = &mut classes {
        classes.truncate(limit);
    }
    let labels = classes.map(|classes| classes.into_iter().map(|class| numbers[class]).collect());
    Ok(Images { shape, pixels: decode(&pictures, shape)?, labels })
}

/// `[pictures, height, width, channels]`; all cores work.
fn decode(pictures: &[PathBuf], shape: Shape) -> Result<Vec<u8>, DataError> {
    let len = usize::from(shape.height) * usize::from(shape.width) * usize::from(shape.channels);
    let mut pixels = vec![0; pictures.len() * len];
    let read = |(path, image): (&PathBuf, &mut [u8])| -> Result<(), DataError> {
        image.copy_from_slice(&read_picture(path, shape)?);
        Ok(())
    };
    // Collected before any error is looked at, so that it is always the first one that is told.
    let results: Vec<Result<(), DataError>> =
        pictures.par_iter().zip(pixels.par_chunks_exact_mut(len)).map(read).collect();
    results.into_iter().collect::<Result<(), _>>()?;
    Ok(pixels)
}

/// Reads one picture; see [`decode_scaled`].
fn read_picture(path: &Path, shape: Shape) -> Result<Vec<u8>, DataError> {
    let bytes = std::fs::read(path).map_err(PictureError::Read);
    let pixels = bytes.and_then(|bytes| decode_scaled(&bytes, shape));
    pixels.map_err(|reason| DataError::Picture { path: path.to_owned(), reason })
}
