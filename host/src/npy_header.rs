//! Headers of NumPy files, read only where they describe a plain array.
//!
//! The parser behind takes twice as long for every bracket that is left open inside another, so a header of a few hundred bytes
//! would keep it busy for years. A plain array has two: that of its dictionary, and that of the extents.

use std::io::{Error, ErrorKind, Read, Result};

use npyz::NpyHeader;

/// Bytes before the length of the header: a magic string and a version.
const START: usize = 8;
/// Longest header; `numpy.save` writes 118 bytes for a plain array.
const MOST_BYTES: u64 = 1 << 16;
/// Opening brackets. All are counted, closed ones too: what closes one may stand in a text.
const MOST_BRACKETS: usize = 2;

/// Reads a header up to the first element.
///
/// # Errors
/// If the bytes are no header, or one of an array of records.
pub(crate) fn read_npy_header(file: &mut impl Read) -> Result<NpyHeader> {
    let mut header = vec![0; START];
    file.read_exact(&mut header)?;
    // Of two bytes in version 1, and of four in later ones.
    let length_bytes = if header[6] == 1 { 2 } else { 4 };
    let mut length = [0; 4];
    file.read_exact(&mut length[..length_bytes])?;
    header.extend(&length[..length_bytes]);
    file.take(u64::from(u32::from_le_bytes(length)).min(MOST_BYTES)).read_to_end(&mut header)?;
    let text = &header[START + length_bytes..];
    if text.iter().filter(|byte| b"([{".contains(byte)).count() > MOST_BRACKETS {
        return Err(Error::new(ErrorKind::InvalidData, "an array of records, or a damaged header"));
    }
    NpyHeader::from_reader(header.as_slice())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn header(dictionary: &str) -> Vec<u8> {
        let length = u16::try_from(dictionary.len()).unwrap().to_le_bytes();
        [b"\x93NUMPY\x01\x00", length.as_slice(), dictionary.as_bytes()].concat()
    }

    #[test]
    fn stops_at_the_first_element() {
        let bytes = [header("{'descr': '|u1', 'fortran_order': False, 'shape': (2, 1), }\n"), vec![7, 8]].concat();
        let mut file = bytes.as_slice();
        assert_eq!(read_npy_header(&mut file).unwrap().shape(), [2, 1]);
        assert_eq!(file, [7, 8]);
    }

    #[test]
    fn later_versions_have_longer_lengths() {
        let dictionary = "{'descr': '<f4', 'fortran_order': True, 'shape': (3,), }\n";
        let length = u32::try_from(dictionary.len()).unwrap().to_le_bytes();
        let bytes = [b"\x93NUMPY\x02\x00", length.as_slice(), dictionary.as_bytes()].concat();
        assert_eq!(read_npy_header(&mut bytes.as_slice()).unwrap().shape(), [3]);
    }

    /// Found by fuzzing.
    #[test]
    fn brackets_left_open_do_not_keep_the_parser_busy() {
        // The last ones are closed in a text only.
        for open in ["[", "(", "{", "{'})]':"] {
            let bytes = header(&format!("{{'descr': {}'|i1', 'shape': (2,), }}", open.repeat(60)));
            let error = read_npy_header(&mut bytes.as_slice()).err().unwrap();
            assert_eq!(error.to_string(), "an array of records, or a damaged header");
        }
    }

    #[test]
    fn cut_short_or_something_else() {
        let whole = header("{'descr': '|u1', 'fortran_order': False, 'shape': (2, 1), }\n");
        for length in 0..whole.len() {
            assert!(read_npy_header(&mut &whole[..length]).is_err(), "{length}");
        }
        assert!(read_npy_header(&mut [b'P'; 200].as_slice()).is_err());
        assert!(read_npy_header(&mut [&b"\x93NUMPY\x03\x00"[..], &[0xff; 200]].concat().as_slice()).is_err());
    }
}
