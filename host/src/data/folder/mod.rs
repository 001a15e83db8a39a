//! A folder of pictures.
//!
//! ```text
//! train/CLASS/*.png    images to learn from, each in the folder of its class
//! test/CLASS/*.png     images held out
//! ```
//!
//! `train` and `test` may hold their pictures directly, which then have no classes. A data set without
//! held-out images may do without the folder `train`.

mod decode;
mod entry;
mod listing;
mod splits;
#[cfg(test)]
mod tests;

use std::path::{Path, PathBuf};

use dim_model_format::Shape;

use self::decode::Decoded;
use self::entry::{Entries, last_name, name_in};
use self::listing::Listing;
use self::splits::Splits;
use super::found::{Found, PassedOver};
use super::reading::Reading;
use super::{DataError, Dataset, Images, name};

/// Classes that labels can tell apart.
const MOST_CLASSES: usize = 256;

/// Whether pictures lie in the folder, or in a folder or two inside it.
pub(super) fn is_in(folder: &Path) -> bool {
    entry::holds_pictures(folder)
}

/// Decodes the first training pictures, as many as asked for, and every test picture.
///
/// Pictures are taken from each class in turn, so that any first ones hold each class about equally often.
pub(super) fn load(folder: &Path, reading: &Reading) -> Result<(Dataset, Found), DataError> {
    let shape = reading.picture_shape();
    if !matches!(shape.channels, 1 | 3) {
        return Err(DataError::Channels { path: folder.to_owned(), channels: shape.channels });
    }
    let mut found = Found { format: "pictures", ..Found::default() };
    let (train, test) = list(folder, &mut found)?;
    // Probes learn from training images, so that the classes are theirs if they have any.
    let mut classes = train.classes();
    if let Some(test) = test.as_ref().filter(|_| classes.is_empty()) {
        classes = test.classes();
    }
    let mut train = Split::of(train, &classes, reading.most())?;
    let mut test = test.map(|test| Split::of(test, &classes, usize::MAX)).transpose()?.unwrap_or_default();
    let damaged: Vec<_> = [&mut train, &mut test].into_iter().flat_map(|split| split.decode(reading)).collect();
    if reading.skip_damaged {
        damaged.iter().for_each(|(path, _)| found.passed_over.add("damaged", name_in(folder, path)));
    } else {
        decode::refuse(damaged, folder, train.paths.len() + test.paths.len())?;
    }
    if train.pixels.is_empty() {
        return Err(DataError::AllDamaged { path: folder.to_owned() });
    }
    let abouts = [train.abouts.as_slice(), &test.abouts].concat();
    found.pictures = decode::sizes(&abouts);
    found.notes.extend(decode::turned(&abouts));
    if reading.levels.is_none() {
        found.warnings.extend(decode::narrow_range(&abouts));
    }
    let [train, test] = [train, test].map(|split| split.images(shape));
    let dataset = Dataset { name: name::of_folder(folder), classes, train, unlabelled: Images::none(shape), test };
    Ok((dataset, found))
}

/// The pictures to learn from, and those held out.
fn list(folder: &Path, found: &mut Found) -> Result<(Listing, Option<Listing>), DataError> {
    let passed = &mut found.passed_over;
    let entries = Entries::of(folder)?;
    let Some(splits) = Splits::among(&entries, folder)? else {
        Splits::refuse_inside(&entries.folders)?;
        let mut train = Listing::of(entries, folder, folder, passed)?;
        train.settle(None, folder, passed);
        return Ok((train, None));
    };
    pass_over_beside(&splits, &entries, folder, passed)?;
    let mut list = |path: &PathBuf| Listing::of(Entries::of(path)?, path, folder, passed);
    let mut train = list(&splits.train)?;
    let mut test = splits.held_out.as_ref().map(&mut list).transpose()?;
    train.settle(test.as_ref(), folder, passed);
    if let Some(test) = &mut test {
        test.settle(Some(&train), folder, passed);
    }
    found.held_out = splits.held_out.as_ref().map(|path| last_name(path));
    Ok((train, test))
}

/// Counts what lies beside the folders of the splits, and the second set that is held out.
fn pass_over_beside(
    splits: &Splits,
    entries: &Entries,
    folder: &Path,
    passed: &mut PassedOver,
) -> Result<(), DataError> {
    entries.pass_over(folder, passed);
    for path in &entries.pictures {
        passed.add("pictures beside the folders of the set", name_in(folder, path));
    }
    for path in &entries.folders {
        let name = name_in(folder, path);
        if Some(path) == splits.second.as_ref() {
            passed.add_many("validation pictures, since there are test pictures", name, listing::count(path)?);
        } else if *path != splits.train && Some(path) != splits.held_out.as_ref() {
            match listing::count(path)? {
                0 => passed.add("folders without pictures", name),
                count => passed.add_many("pictures beside the folders of the set", name, count),
            }
        }
    }
    Ok(())
}

/// Pictures to decode, and then their pixels.
#[derive(Default)]
struct Split {
    paths: Vec<PathBuf>,
    labels: Option<Vec<u8>>,
    pixels: Vec<u8>,
    abouts: Vec<super::picture::About>,
}

impl Split {
    /// The first `limit` pictures of a listing, in which each class must be one of `classes`; without classes where
    /// there are too many of them.
    fn of(listing: Listing, classes: &[String], limit: usize) -> Result<Self, DataError> {
        let numbers = listing.numbers(classes)?;
        let (mut paths, of) = listing.in_turn();
        paths.truncate(limit);
        let labels = of.filter(|_| classes.len() <= MOST_CLASSES);
        let labels = labels.map(|of| of.into_iter().take(limit).map(|class| numbers[class] as u8).collect());
        Ok(Self { paths, labels, ..Self::default() })
    }

    /// Decodes the pictures, and returns those that are damaged.
    fn decode(&mut self, reading: &Reading) -> Vec<(PathBuf, super::PictureError)> {
        let Decoded { pixels, kept, abouts, damaged } = decode::decode(&self.paths, reading);
        let labels = self.labels.take();
        self.labels =
            labels.map(|labels| labels.iter().zip(kept).filter(|(_, kept)| *kept).map(|(of, _)| *of).collect());
        (self.pixels, self.abouts) = (pixels, abouts);
        damaged
    }

    fn images(self, shape: Shape) -> Images {
        Images { shape, pixels: self.pixels, labels: self.labels }
    }
}
