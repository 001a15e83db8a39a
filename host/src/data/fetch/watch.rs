//! Seven shoulder exercises as a watch feels them: the Python package seglearn has them as a pickled dictionary of series
//! `[samples, 6]`, with the exercise and the subject of each.

use std::fs;
use std::path::Path;

use super::archive::file_name;
use super::error::SourceError;
use super::pickled_arrays::PickledArrays;
use crate::npy::{Element, Header};

/// Acceleration along three axes in g, and rotation about them in radians per second.
const CHANNELS: usize = 6;
/// Samples of a window, at 50 Hz: 2.56 s.
const WINDOW: usize = 128;
/// Samples from the start of one window to that of the next.
const STEP: usize = 64;
/// Subjects that are held out; the others are learned from.
const HELD_OUT: [u8; 2] = [9, 10];
/// Full scale is 4 g, which is 128.
const STEPS_PER_G: f64 = 128.0 / 4.0;
/// Full scale is 500 degrees per second, which are 128.
const STEPS_PER_RADIAN: f64 = 128.0 / (500.0 * std::f64::consts::PI / 180.0);
/// What the data are, in words.
pub(super) const README: &str = include_str!("watch.txt");

/// One recording: a subject repeats an exercise.
struct Series {
    samples: Vec<[u8; CHANNELS]>,
    exercise: u8,
    subject: u8,
}

/// Writes windows as NumPy files, the names of the exercises, and what the data are.
pub(super) fn write(file: &Path, folder: &Path) -> Result<(), SourceError> {
    let name = file_name(file);
    let bytes = fs::read(file).map_err(SourceError::file(&name))?;
    let pickle = content(&bytes).ok_or_else(|| SourceError::content(&name, "no NumPy file", "one of an object"))?;
    let arrays = PickledArrays::read(pickle, &name)?;
    let unfit = || SourceError::content(&name, "another object", "series X with an exercise y and a subject each");

    let &[dictionary] = arrays.elements(arrays.root())? else { return Err(unfit()) };
    let item = |key| arrays.item(dictionary, key);
    let small = |key| -> Result<Vec<u8>, SourceError> {
        Ok(arrays.array(item(key)?)?.numbers().map(|number| number as u8).collect())
    };
    let (series, exercises, subjects) = (arrays.elements(item("X")?)?, small("y")?, small("subject")?);
    if [exercises.len(), subjects.len()] != [series.len(); 2] {
        return Err(unfit());
    }
    let mut all = Vec::new();
    for ((series, exercise), subject) in series.iter().zip(exercises).zip(subjects) {
        let array = arrays.array(*series)?;
        if array.shape.get(1) != Some(&CHANNELS) {
            return Err(unfit());
        }
        let numbers: Vec<f64> = array.numbers().collect();
        all.push(Series { samples: numbers.as_chunks().0.iter().map(sample).collect(), exercise, subject });
    }
    let (held_out, train): (Vec<Series>, Vec<Series>) =
        all.into_iter().partition(|series| HELD_OUT.contains(&series.subject));
    write_split(folder, "train", &train)?;
    write_split(folder, "test", &held_out)?;
    let names = arrays.elements(item("y_labels")?)?.iter().map(|id| arrays.text(*id));
    let names = names.collect::<Result<Vec<&str>, _>>()?.join("\n") + "\n";
    fs::write(folder.join("classes.txt"), names).map_err(SourceError::file("classes.txt"))?;
    fs::write(folder.join("README.txt"), README).map_err(SourceError::file("README.txt"))
}

/// What is behind the header of a NumPy file.
fn content(bytes: &[u8]) -> Option<&[u8]> {
    let (len, rest) = bytes.strip_prefix(b"\x93NUMPY\x01\x00")?.split_first_chunk()?;
    rest.get(usize::from(u16::from_le_bytes(*len))..)
}

/// The bytes of a sample: what a sensor of 16 bits with these full scales measures, in steps of 256, and 128 for nothing.
fn sample(numbers: &[f64; CHANNELS]) -> [u8; CHANNELS] {
    std::array::from_fn(|channel| {
        let steps = if channel < 3 { STEPS_PER_G } else { STEPS_PER_RADIAN };
        ((numbers[channel] * steps + 0.5).floor() + 128.0).clamp(0.0, 255.0) as u8
    })
}

/// Writes the windows of some series, their exercises and their subjects: first the first window of each series, then
/// the second ones, so that any first windows are of all exercises and subjects about equally often.
fn write_split(folder: &Path, split: &str, series: &[Series]) -> Result<(), SourceError> {
    let mut windows: Vec<(usize, &Series)> = Vec::new();
    for series in series {
        let last = series.samples.len().checked_sub(WINDOW);
        windows.extend(last.iter().flat_map(|last| (0..=*last).step_by(STEP)).map(|start| (start, series)));
    }
    windows.sort_by_key(|(start, _)| *start);
    let images: Vec<u8> =
        windows.iter().flat_map(|(start, series)| series.samples[*start..][..WINDOW].as_flattened()).copied().collect();
    let of = |what: fn(&Series) -> u8| windows.iter().map(|(_, series)| what(series)).collect::<Vec<u8>>();
    let extents = [WINDOW as u64, 1, CHANNELS as u64];
    for (content, extents, values) in [
        ("images", &extents[..], images),
        ("labels", &[], of(|series| series.exercise)),
        ("subjects", &[], of(|series| series.subject)),
    ] {
        let name = format!("{split}_{content}.npy");
        let header = Header::of(Element::U8, &[&[windows.len() as u64], extents].concat()).to_bytes();
        fs::write(folder.join(&name), [header, values].concat()).map_err(SourceError::file(&name))?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sample_is_what_a_sensor_of_16_bits_says() {
        assert_eq!(sample(&[0.0; 6]), [128; 6]);
        let full = 500_f64.to_radians();
        assert_eq!(sample(&[-4.0, 4.0, 1.0, -full, full, full / 2.0]), [0, 255, 160, 0, 255, 192]);
        assert_eq!(sample(&[-100.0, 100.0, -1.0, -100.0, 100.0, -full / 2.0]), [0, 255, 96, 0, 255, 64]);
        // (raw + 128) >> 8, kept within a byte with a sign: what docs/DATA.md tells a firmware to do.
        for raw in i16::MIN..=i16::MAX {
            let byte = ((i32::from(raw) + 128) >> 8).min(127) + 128;
            let g = f64::from(raw) / 32768.0 * 4.0;
            assert_eq!(i32::from(sample(&[g, 0.0, 0.0, 0.0, 0.0, 0.0])[0]), byte, "{raw}");
        }
    }

    fn series(len: usize, first: u8, exercise: u8, subject: u8) -> Series {
        Series { samples: (0..len).map(|at| [first.wrapping_add(at as u8); CHANNELS]).collect(), exercise, subject }
    }

    #[test]
    fn windows_stay_inside_their_series_and_come_in_turn() {
        let folder = tempfile::tempdir().unwrap();
        let all = [series(127, 0, 0, 1), series(192, 10, 1, 2), series(128 + 63, 20, 2, 3), series(256, 30, 3, 4)];
        write_split(folder.path(), "train", &all).unwrap();
        let read = |content: &str| fs::read(folder.path().join(format!("train_{content}.npy"))).unwrap();
        let images = read("images");
        let (header, windows) = images.split_at(128);
        assert!(
            String::from_utf8_lossy(header).contains("'descr': '|u1', 'fortran_order': False, 'shape': (6, 128, 1, 6)")
        );
        assert_eq!(windows.len(), 6 * 128 * 6);
        let ends = windows.chunks(128 * 6).map(|window| (window[0], window[127 * 6]));
        let end = |first: u8| (first, first + 127);
        assert_eq!(ends.collect::<Vec<_>>(), [10, 20, 30, 10 + 64, 30 + 64, 30 + 128].map(end));
        assert_eq!(read("labels")[128..], [1, 2, 3, 1, 3, 3]);
        assert_eq!(read("subjects")[128..], [2, 3, 4, 2, 4, 4]);
    }

    /// Files that NumPy wrote, in which the first two extents of series are in C order or, as in the package, in Fortran
    /// order:
    ///
    /// ```python
    /// def series(first, len, order):
    ///     x = numpy.zeros((len, 6), "<f4", order=order)
    ///     x[:, 0] = (numpy.arange(len) + first - 128) / 32
    ///     x[:, 4] = 10 * (numpy.arange(len) % 2)
    ///     return x
    /// {"X": [series(0, 192, order), series(100, 128, order)], "y": numpy.array([1, 0]),
    ///  "subject": numpy.array([3, 10]), "y_labels": ["PEN", "ABD"]}
    /// ```
    #[test]
    fn numpys_files_become_windows_and_subjects_are_held_out() {
        for file in [&include_bytes!("made/numpy1.npy")[..], include_bytes!("made/numpy2.npy")] {
            let folder = tempfile::tempdir().unwrap();
            let path = folder.path().join("made.npy");
            fs::write(&path, file).unwrap();
            write(&path, folder.path()).unwrap();
            fs::remove_file(&path).unwrap();

            let dataset = crate::data::load(folder.path(), dim_model_format::Shape::new(128, 1, 6), 0).unwrap();
            assert_eq!(dataset.classes, ["PEN", "ABD"]);
            assert_eq!((dataset.train.labels.unwrap(), dataset.test.labels.unwrap()), (vec![1, 1], vec![0]));
            let window = |first: u8| (0..128).flat_map(move |at| [first + at, 128, 128, 128, 128 + at % 2 * 127, 128]);
            assert_eq!(dataset.train.pixels, window(0).chain(window(64)).collect::<Vec<u8>>());
            assert_eq!(dataset.test.pixels, window(100).collect::<Vec<u8>>());
            assert_eq!(fs::read(folder.path().join("train_subjects.npy")).unwrap()[128..], [3, 3]);
        }
    }

    #[test]
    fn a_damaged_file_is_refused_wherever_it_is_cut() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("made.npy");
        let whole = include_bytes!("made/numpy1.npy");
        for len in (0..whole.len()).step_by(97).chain([whole.len() - 1]) {
            fs::write(&path, &whole[..len]).unwrap();
            let error = write(&path, folder.path()).unwrap_err().to_string();
            assert!(error.starts_with("made.npy: found ") && !error.contains('\n'), "{len} {error}");
        }
    }
}
