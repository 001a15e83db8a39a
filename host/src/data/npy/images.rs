//! Arrays of images.

use dim_model_format::Shape;

use super::file::ArrayFile;
use super::numbers::Range;
use super::order::Order;
use crate::data::DataError;
use crate::data::exact::Source;
use crate::data::images::crop_fits;
use crate::data::reading::Reading;
use crate::npy::{Element, is_readable, number};

pub(super) const IMAGES: &str =
    "uint8 of [count, height, width], [count, height, width, channels] or [count, channels, height, width]";

/// Images, and how they lay in their file.
pub(super) struct Arrayed {
    pub(super) shape: Shape,
    /// `[count, height, width, channels]`
    pub(super) pixels: Vec<u8>,
    pub(super) were_channels_first: bool,
}

/// Reads the images of a file; those that are no bytes need levels.
pub(super) fn read(source: Source<'_>, reading: &Reading) -> Result<Arrayed, DataError> {
    let array = ArrayFile::open(source, IMAGES)?;
    let (element, is_fortran_order) = (array.header.element, array.header.is_fortran_order);
    let (extents, is_planar) = match *array.header.shape {
        [count, height, width] => ([count, height, width, 1], false),
        [count, a, b, c] => ([count, a, b, c], are_channels_first([a, b, c], reading.shape)),
        _ => return Err(array.unfit()),
    };
    let [count @ 1..=u64::MAX, rest @ ..] = extents else { return Err(array.unfit()) };
    let [Ok(a @ 1..), Ok(b @ 1..), Ok(c @ 1..)] = rest.map(u16::try_from) else { return Err(array.unfit()) };
    let shape = if is_planar { Shape::new(b, c, a) } else { Shape::new(a, b, c) };
    let levels = match (reading.levels, element == Element::U8) {
        (None, true) => None,
        (Some(levels), _) if is_readable(element) => Some(levels),
        (None, false) if is_readable(element) => return Err(ask_for_levels(array, [count, shape.elements()])),
        _ => return Err(array.unfit()),
    };
    let (mut pixels, mut range, path) = (Vec::new(), Range::NONE, array.file.path);
    array.read(count, shape.elements(), |piece| match levels {
        None => pixels.extend_from_slice(piece),
        Some(levels) => pixels.extend(piece.chunks_exact(element.bytes).map(|bytes| {
            let number = number(bytes, element);
            range.add(number);
            levels.byte(number)
        })),
    })?;
    if range.has_nan {
        return Err(DataError::NotANumber { path: path.to_owned() });
    }
    let [a, b, c] = [a, b, c].map(usize::from);
    // As many as there are bytes in memory.
    let order = Order::new([pixels.len() / (a * b * c), a, b, c], is_fortran_order, is_planar);
    Ok(Arrayed { shape, pixels: order.arrange(pixels), were_channels_first: is_planar })
}

/// Whether the first of three extents counts channels: it is 1, 3 or 4 and smaller than the others, the last is none of
/// these, and the encoder takes no images with channels last.
fn are_channels_first([channels, height, width]: [u64; 3], encoder: Option<Shape>) -> bool {
    let is_usual = |extent: u64| matches!(extent, 1 | 3 | 4);
    let as_they_are = [channels, height, width].map(|extent| u16::try_from(extent).unwrap_or(0));
    let fits = |encoder| crop_fits(Shape::new(as_they_are[0], as_they_are[1], as_they_are[2]), encoder);
    is_usual(channels) && !is_usual(width) && channels < height && channels < width && !encoder.is_some_and(fits)
}

/// What numbers there are, and which levels make bytes of them.
fn ask_for_levels(array: ArrayFile<'_>, [count, len]: [u64; 2]) -> DataError {
    let (element, found, path) = (array.header.element, array.header.to_string(), array.file.path.to_owned());
    let mut range = Range::NONE;
    let read = array.read(count, len, |piece| {
        piece.chunks_exact(element.bytes).for_each(|bytes| range.add(number(bytes, element)));
    });
    let Range { least, most, has_nan } = range;
    match read {
        Err(error) => error,
        Ok(()) if has_nan => DataError::NotANumber { path },
        Ok(()) => {
            let levels = range.levels(element).unwrap_or_else(|| "LOW:HIGH".to_owned());
            DataError::Levels { path, found: format!("{found} from {least} to {most}"), levels }
        }
    }
}
