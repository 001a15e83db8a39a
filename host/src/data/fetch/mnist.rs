//! MNIST as the Python package has it: a pickle of `((images, labels), …)` for training, validation and test, images as
//! f32 (pixel / 256), labels as i64.

use std::fs::{self, File};
use std::io::{BufReader, Read};
use std::path::Path;

use flate2::read::GzDecoder;

use super::archive::file_name;
use super::error::SourceError;
use super::pickled_arrays::PickledArrays;

/// Rows and columns of an image.
const SIDE: u32 = 28;

/// Writes the four IDX files; training and validation are the 60,000 images of the original.
pub(super) fn write(pickle: &Path, folder: &Path) -> Result<(), SourceError> {
    let name = file_name(pickle);
    let mut bytes = Vec::new();
    let mut unpack = || GzDecoder::new(BufReader::new(File::open(pickle)?)).read_to_end(&mut bytes);
    unpack().map_err(SourceError::file(&name))?;
    let arrays = PickledArrays::read(&bytes, &name)?;
    let (mut pixels, mut labels) = (Vec::new(), Vec::new());
    for (split, pair) in arrays.elements(arrays.root())?.iter().enumerate() {
        let &[of_images, of_labels] = arrays.elements(*pair)? else {
            return Err(SourceError::content(name, "a tuple of another length", "images and labels"));
        };
        pixels.extend(arrays.array(of_images)?.numbers().map(|number| (number * 256.0).round() as u8));
        labels.extend(arrays.array(of_labels)?.numbers().map(|number| number as u8));
        match split {
            0 => {}
            1 => write_split(folder, "train", &std::mem::take(&mut pixels), &std::mem::take(&mut labels))?,
            _ => write_split(folder, "t10k", &pixels, &labels)?,
        }
    }
    Ok(())
}

fn write_split(folder: &Path, prefix: &str, pixels: &[u8], labels: &[u8]) -> Result<(), SourceError> {
    let count = labels.len() as u32;
    write_idx(folder, &format!("{prefix}-images-idx3-ubyte"), &[0x0803, count, SIDE, SIDE], pixels)?;
    write_idx(folder, &format!("{prefix}-labels-idx1-ubyte"), &[0x0801, count], labels)
}

fn write_idx(folder: &Path, name: &str, header: &[u32], values: &[u8]) -> Result<(), SourceError> {
    let header: Vec<u8> = header.iter().flat_map(|word| word.to_be_bytes()).collect();
    fs::write(folder.join(name), [&header, values].concat()).map_err(SourceError::file(name))
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use flate2::Compression;
    use flate2::write::GzEncoder;

    use super::*;

    /// As Python 2 pickles one array: what rebuilds it, its shape and type, its bytes.
    fn pickled(shape: &[u16], element: &str, array: &[u8]) -> Vec<u8> {
        let mut pickle =
            b"cnumpy.core.multiarray\n_reconstruct\nq\x01cnumpy\nndarray\nq\x02K\x00\x85U\x01b\x87Rq\x03(K\x01("
                .to_vec();
        shape.iter().for_each(|extent| pickle.extend([&b"M"[..], &extent.to_le_bytes()].concat()));
        pickle.extend(b"tcnumpy\ndtype\nq\x04U\x02");
        pickle.extend(element.as_bytes());
        pickle.extend(b"K\x00K\x01\x87Rq\x05(K\x03U\x01<NNNJ\xff\xff\xff\xffJ\xff\xff\xff\xffK\x00tb\x89T");
        pickle.extend((array.len() as u32).to_le_bytes());
        pickle.extend(array);
        pickle.extend(b"tb");
        pickle
    }

    /// Pairs of images and labels.
    fn write_pickle(path: &Path, pairs: &[[Vec<u8>; 2]]) {
        let mut packed = GzEncoder::new(File::create(path).unwrap(), Compression::fast());
        packed.write_all(b"\x80\x02(").unwrap();
        for pair in pairs {
            packed.write_all(&[&pair[0], &pair[1], &b"\x86"[..]].concat()).unwrap();
        }
        packed.write_all(b"t.").unwrap();
        packed.finish().unwrap();
    }

    fn images(firsts: &[u8]) -> Vec<u8> {
        let image = |first: u8| (0..784).map(move |at| f32::from(first.wrapping_add(at as u8)) / 256.0);
        let bytes: Vec<u8> = firsts.iter().flat_map(|first| image(*first)).flat_map(f32::to_le_bytes).collect();
        pickled(&[firsts.len() as u16, 784], "f4", &bytes)
    }

    fn labels(labels: &[i64]) -> Vec<u8> {
        let bytes: Vec<u8> = labels.iter().flat_map(|label| label.to_le_bytes()).collect();
        pickled(&[labels.len() as u16], "i8", &bytes)
    }

    #[test]
    fn six_arrays_become_four_files() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("made.pkl.gz");
        let of = |first, label| [images(&[first]), labels(&[label])];
        write_pickle(&path, &[of(0, 5), of(100, 4), of(200, 9)]);
        write(&path, folder.path()).unwrap();

        let read = |name: &str| fs::read(folder.path().join(name)).unwrap();
        let train = read("train-images-idx3-ubyte");
        assert_eq!(train[..16], [0, 0, 8, 3, 0, 0, 0, 2, 0, 0, 0, 28, 0, 0, 0, 28]);
        assert_eq!(train.len(), 16 + 2 * 784);
        assert!(train[16..16 + 784].iter().enumerate().all(|(at, &pixel)| pixel == at as u8));
        assert_eq!(train[16 + 784..][..3], [100, 101, 102]);
        assert_eq!(read("train-labels-idx1-ubyte"), [0, 0, 8, 1, 0, 0, 0, 2, 5, 4]);
        assert_eq!(read("t10k-images-idx3-ubyte")[16..19], [200, 201, 202]);
        assert_eq!(read("t10k-labels-idx1-ubyte"), [0, 0, 8, 1, 0, 0, 0, 1, 9]);
    }

    #[test]
    fn other_pickles_are_refused() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("made.pkl.gz");
        let message = || write(&path, folder.path()).unwrap_err().to_string();
        write_pickle(&path, &[[images(&[0]), b"K\x05".to_vec()]]);
        let expected = "expected an array of numbers with one or two extents";
        assert_eq!(message(), format!("made.pkl.gz: found a pickle of something else, {expected}"));
        write_pickle(&path, &[[images(&[0]), b"cos\nsystem\nU\x02ls\x85R".to_vec()]]);
        assert_eq!(message(), "made.pkl.gz: found os.system in the pickle, expected only arrays");
        // Bytes for less than the shape.
        write_pickle(&path, &[[pickled(&[2, 784], "f4", &[0; 784 * 4]), labels(&[5, 6])]]);
        assert_eq!(message(), format!("made.pkl.gz: found a pickle of something else, {expected}"));
        fs::write(&path, "<html>Please log in to this network.</html>").unwrap();
        assert_eq!(message(), "made.pkl.gz: invalid gzip header");
    }
}
