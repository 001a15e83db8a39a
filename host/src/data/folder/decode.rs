//! Many pictures, decoded by all cores.

use std::path::{Path, PathBuf};

use rayon::prelude::*;

use crate::data::DataError;
use crate::data::found::Pictures;
use crate::data::picture::{self, About, PictureError};
use crate::data::reading::Reading;

/// Values of 16 bits that span less are shown as a few greys: a quarter of the range, which 14 bits are just below.
const NARROW: u16 = 1 << 14;

/// Pictures of one shape, without those that are damaged.
#[derive(Debug)]
pub(super) struct Decoded {
    /// `[pictures, height, width, channels]`
    pub(super) pixels: Vec<u8>,
    /// Whether each picture is there.
    pub(super) kept: Vec<bool>,
    pub(super) abouts: Vec<About>,
    /// The others, and why.
    pub(super) damaged: Vec<(PathBuf, PictureError)>,
}

/// Decodes every picture.
pub(super) fn decode(paths: &[PathBuf], reading: &Reading) -> Decoded {
    let shape = reading.picture_shape();
    let len = usize::from(shape.height) * usize::from(shape.width) * usize::from(shape.channels);
    let mut pixels = vec![0; paths.len() * len];
    let read = |(path, image): (&PathBuf, &mut [u8])| -> Result<About, PictureError> {
        let (scaled, about) = read_picture(path, reading)?;
        image.copy_from_slice(&scaled);
        Ok(about)
    };
    let results: Vec<Result<About, PictureError>> =
        paths.par_iter().zip(pixels.par_chunks_exact_mut(len)).map(read).collect();
    let kept: Vec<bool> = results.iter().map(Result::is_ok).collect();
    let mut to = 0;
    for (from, _) in kept.iter().enumerate().filter(|(_, kept)| **kept) {
        pixels.copy_within(from * len..(from + 1) * len, to * len);
        to += 1;
    }
    pixels.truncate(to * len);
    let (mut abouts, mut damaged) = (Vec::new(), Vec::new());
    for (result, path) in results.into_iter().zip(paths) {
        match result {
            Ok(about) => abouts.push(about),
            Err(reason) => damaged.push((path.clone(), reason)),
        }
    }
    Decoded { pixels, kept, abouts, damaged }
}

fn read_picture(path: &Path, reading: &Reading) -> Result<(Vec<u8>, About), PictureError> {
    let bytes = std::fs::read(path).map_err(PictureError::Read)?;
    picture::read(&bytes, reading.picture_shape(), reading.levels)
}

/// One error about all damaged pictures of a folder.
pub(super) fn refuse(mut damaged: Vec<(PathBuf, PictureError)>, folder: &Path, of: usize) -> Result<(), DataError> {
    const NAMED: usize = 10;
    match damaged.len() {
        0 => Ok(()),
        1 => {
            let (path, reason) = damaged.remove(0);
            Err(DataError::Picture { path, reason })
        }
        count => {
            let name = |(path, reason): &(PathBuf, PictureError)| {
                format!("{} {reason}", path.strip_prefix(folder).unwrap_or(path).display())
            };
            let mut names = damaged.iter().take(NAMED).map(name).collect::<Vec<_>>().join("; ");
            if count > NAMED {
                names += &format!("; and {} more", count - NAMED);
            }
            Err(DataError::Pictures { path: folder.to_owned(), count, of, names })
        }
    }
}

/// Sizes of the pictures, and what is cut away of them.
pub(super) fn sizes(abouts: &[About]) -> Option<Pictures> {
    let area = |about: &&About| about.size[0] * about.size[1];
    Some(Pictures {
        smallest: abouts.iter().min_by_key(area)?.size,
        largest: abouts.iter().max_by_key(area)?.size,
        cut_mean: abouts.iter().map(|about| about.cut).sum::<f64>() / abouts.len() as f64,
        cut_most: abouts.iter().map(|about| about.cut).fold(0.0, f64::max),
    })
}

/// How many pictures were turned upright.
pub(super) fn turned(abouts: &[About]) -> Option<String> {
    let count = abouts.iter().filter(|about| about.is_turned).count();
    (count > 0).then(|| format!("{count} turned upright as their EXIF orientation says"))
}

/// Says so where values of 16 bits fill a small part of the range.
pub(super) fn narrow_range(abouts: &[About]) -> Option<String> {
    let ranges = abouts.iter().filter_map(|about| about.range);
    let [least, most] = ranges.reduce(|[least, most], range| [least.min(range[0]), most.max(range[1])])?;
    (most - least < NARROW && least < most).then(|| {
        format!(
            "16-bit values from {least} to {most}, {:.1} % of what 16 bits hold, become {} of 256 greys; --levels \
             {least}:{most} spreads them, and the device must do the same",
            f64::from(most - least) / 655.35,
            (most >> 8) - (least >> 8) + 1,
        )
    })
}
