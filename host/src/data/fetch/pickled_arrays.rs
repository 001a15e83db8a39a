//! MNIST as the Python package has it: a pickle of `((images, labels), …)` for training, validation
//! and test, images as f32 (pixel / 256), labels as i64.
//!
//! A pickle is a program. Nothing of it is run here: its long strings, in their order, are the bytes
//! of the six arrays, and the MD5 of what they make proves the reading right.

use std::fs::{self, File};
use std::io::{self, BufReader, Read};
use std::path::Path;

use flate2::read::GzDecoder;

use super::archive::file_name;
use super::error::SourceError;

/// Rows and columns of an image.
const SIDE: u32 = 28;

/// Writes the four IDX files; training and validation are the 60,000 images of the original.
pub(super) fn write_mnist(pickle: &Path, folder: &Path) -> Result<(), SourceError> {
    let name = file_name(pickle);
    let file = File::open(pickle).map_err(SourceError::file(&name))?;
    let mut reader = BufReader::new(GzDecoder::new(BufReader::new(file)));
    let mut next = || next_string(&mut reader).map_err(SourceError::file(&name));

    let (mut pixels, mut labels) = (to_pixels(&next()?), to_labels(&next()?));
    pixels.extend(to_pixels(&next()?));
    labels.extend(to_labels(&next()?));
    write_split(folder, "train", &pixels, &labels)?;
    write_split(folder, "t10k", &to_pixels(&next()?), &to_labels(&next()?))
}

/// Skips to the next long string of a pickle (protocol 2) and reads it.
///
/// # Errors
/// At an instruction that arrays need not have, and at the end of the pickle.
fn next_string(reader: &mut impl Read) -> io::Result<Vec<u8>> {
    loop {
        match read_byte(reader)? {
            b'T' => {
                let len = u32::from_le_bytes(read_bytes(reader)?);
                let mut string = Vec::new();
                reader.take(u64::from(len)).read_to_end(&mut string)?;
                return match string.len() == len as usize {
                    true => Ok(string),
                    false => Err(io::ErrorKind::UnexpectedEof.into()),
                };
            }
            // GLOBAL: a module and a name, a line each.
            b'c' => {
                for _ in 0..2 {
                    while read_byte(reader)? != b'\n' {}
                }
            }
            // SHORT_BINSTRING, and instructions with 1, 2, 4 and no bytes of their own.
            b'U' => {
                let len = read_byte(reader)?;
                io::copy(&mut reader.take(u64::from(len)), &mut io::sink())?;
            }
            0x80 | b'q' | b'h' | b'K' => drop(read_bytes::<1>(reader)?),
            b'M' => drop(read_bytes::<2>(reader)?),
            b'J' => drop(read_bytes::<4>(reader)?),
            b'(' | b'R' | b'b' | b't' | b'N' | 0x85..=0x89 => {}
            other => {
                let reason = format!("found instruction {other:#04x} in the pickle, expected another array");
                return Err(io::Error::new(io::ErrorKind::InvalidData, reason));
            }
        }
    }
}

fn read_byte(reader: &mut impl Read) -> io::Result<u8> {
    read_bytes::<1>(reader).map(|[byte]| byte)
}

fn read_bytes<const LEN: usize>(reader: &mut impl Read) -> io::Result<[u8; LEN]> {
    let mut bytes = [0; LEN];
    reader.read_exact(&mut bytes)?;
    Ok(bytes)
}

/// Little-endian f32 in 0 to 255/256, in steps of 1/256.
fn to_pixels(array: &[u8]) -> Vec<u8> {
    array.as_chunks().0.iter().map(|&value| (f32::from_le_bytes(value) * 256.0).round() as u8).collect()
}

/// Little-endian i64 in 0 to 9.
fn to_labels(array: &[u8]) -> Vec<u8> {
    array.as_chunks::<8>().0.iter().map(|value| value[0]).collect()
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
    fn pickled(array: &[u8]) -> Vec<u8> {
        let mut pickle = b"cnumpy.core.multiarray\n_reconstruct\nq\x01cnumpy\nndarray\nq\x02K\x00\x85U\x01b\x87Rq\x03\
            (K\x01M\x50\xc3M\x10\x03\x86cnumpy\ndtype\nq\x04U\x02f4K\x00K\x01\x87Rq\x05(K\x03U\x01<NNN\
            J\xff\xff\xff\xffJ\xff\xff\xff\xffK\x00tb\x89T"
            .to_vec();
        pickle.extend((array.len() as u32).to_le_bytes());
        pickle.extend(array);
        pickle.extend(b"tbh\x01");
        pickle
    }

    fn write_pickle(path: &Path, arrays: &[Vec<u8>], end: &[u8]) {
        let mut packed = GzEncoder::new(File::create(path).unwrap(), Compression::fast());
        packed.write_all(b"\x80\x02").unwrap();
        for array in arrays {
            packed.write_all(&pickled(array)).unwrap();
        }
        packed.write_all(end).unwrap();
        packed.finish().unwrap();
    }

    fn images(first: u8) -> Vec<u8> {
        (0..784).flat_map(|at| (f32::from(first.wrapping_add(at as u8)) / 256.0).to_le_bytes()).collect()
    }

    fn labels(labels: &[i64]) -> Vec<u8> {
        labels.iter().flat_map(|label| label.to_le_bytes()).collect()
    }

    #[test]
    fn six_arrays_become_four_files() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("made.pkl.gz");
        let arrays = [images(0), labels(&[5]), images(100), labels(&[4]), images(200), labels(&[9])];
        write_pickle(&path, &arrays, b"\x87.");
        write_mnist(&path, folder.path()).unwrap();

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
    fn too_few_arrays_and_foreign_instructions_are_refused() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("made.pkl.gz");
        write_pickle(&path, &[images(0), labels(&[5])], b".");
        assert_eq!(
            write_mnist(&path, folder.path()).unwrap_err().to_string(),
            "made.pkl.gz: found instruction 0x2e in the pickle, expected another array"
        );
        write_pickle(&path, &[images(0)], b"T\xff\xff\xff\x7fshort");
        assert_eq!(write_mnist(&path, folder.path()).unwrap_err().to_string(), "made.pkl.gz: unexpected end of file");
    }
}
