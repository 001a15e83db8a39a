//! The header of a NumPy file: what `numpy.lib.format` calls versions 1 to 3.

use std::fmt::{self, Display, Formatter};
use std::io::{Error, ErrorKind, Read, Result};

use super::element::Element;
use super::literal::Literal;

const MAGIC: &[u8] = b"\x93NUMPY";
/// Longest header; `numpy.save` writes 118 bytes for a plain array.
const MOST_BYTES: u64 = 1 << 16;
/// Elements start at a multiple of this.
const ALIGNMENT: usize = 64;

/// What a file says of its array.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Header {
    /// Type of an element.
    pub(crate) element: Element,
    /// Whether the first index runs fastest.
    pub(crate) is_fortran_order: bool,
    /// Extents, the outermost first.
    pub(crate) shape: Vec<u64>,
}

impl Header {
    /// Of an array whose last index runs fastest.
    pub(crate) fn of(element: Element, shape: &[u64]) -> Self {
        Self { element, is_fortran_order: false, shape: shape.to_vec() }
    }

    /// Reads a header up to the first element.
    ///
    /// # Errors
    /// If the bytes are no header, or one of an array of records or objects.
    pub(crate) fn read(file: &mut impl Read) -> Result<Self> {
        let mut start = [0; MAGIC.len() + 2];
        file.read_exact(&mut start)?;
        if !start.starts_with(MAGIC) {
            return Err(invalid("no NumPy file"));
        }
        // Of two bytes in version 1, and of four in later ones.
        let length_bytes = if start[MAGIC.len()] == 1 { 2 } else { 4 };
        let mut length = [0; 4];
        file.read_exact(&mut length[..length_bytes])?;
        let length = u64::from(u32::from_le_bytes(length));
        let mut text = String::new();
        file.take(length.min(MOST_BYTES)).read_to_string(&mut text)?;
        if (text.len() as u64) < length {
            return Err(ErrorKind::UnexpectedEof.into());
        }
        Self::parse(&text).ok_or_else(|| invalid("an array of texts, objects or records, or a damaged header"))
    }

    /// Reads the dictionary, whose keys may come in any order.
    fn parse(text: &str) -> Option<Self> {
        let mut literal = Literal::new(text);
        let (mut element, mut is_fortran_order, mut shape) = (None, None, None);
        literal.skip('{')?;
        while literal.skip('}').is_none() {
            let key = literal.text()?;
            literal.skip(':')?;
            match key {
                "descr" => element = Some(Element::parse(literal.text()?)?),
                "fortran_order" => is_fortran_order = Some(literal.truth()?),
                "shape" => shape = Some(literal.integers()?),
                _ => return None,
            }
            if literal.skip(',').is_none() {
                literal.skip('}')?;
                break;
            }
        }
        literal.is_at_end().then_some(())?;
        Some(Self { element: element?, is_fortran_order: is_fortran_order?, shape: shape? })
    }

    /// The bytes before the first element, as `numpy.save` writes them.
    pub(crate) fn to_bytes(&self) -> Vec<u8> {
        let order = if self.is_fortran_order { "True" } else { "False" };
        // Python's tuple of one has a comma behind it.
        let shape = match self.shape.as_slice() {
            [only] => format!("({only},)"),
            shape => format!("({})", shape.iter().map(u64::to_string).collect::<Vec<_>>().join(", ")),
        };
        let text = format!("{{'descr': '{}', 'fortran_order': {order}, 'shape': {shape}, }}", self.element);
        let start = MAGIC.len() + 4;
        let padded = (start + text.len() + 1).next_multiple_of(ALIGNMENT) - start;
        let length = u16::try_from(padded).expect("a shape of a few extents is short");
        [MAGIC, &[1, 0], &length.to_le_bytes(), format!("{text:0$}\n", padded - 1).as_bytes()].concat()
    }
}

/// Type and shape.
impl Display for Header {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let Self { element, is_fortran_order, shape } = self;
        write!(f, "'{element}' of {shape:?}{}", if *is_fortran_order { ", in Fortran order" } else { "" })
    }
}

fn invalid(reason: &'static str) -> Error {
    Error::new(ErrorKind::InvalidData, reason)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn header(dictionary: &str) -> Vec<u8> {
        let length = u16::try_from(dictionary.len()).unwrap().to_le_bytes();
        [b"\x93NUMPY\x01\x00", length.as_slice(), dictionary.as_bytes()].concat()
    }

    fn shape(dictionary: &str) -> Option<Vec<u64>> {
        Header::read(&mut header(dictionary).as_slice()).ok().map(|header| header.shape)
    }

    #[test]
    fn stops_at_the_first_element() {
        let bytes = [header("{'descr': '|u1', 'fortran_order': False, 'shape': (2, 1), }\n"), vec![7, 8]].concat();
        let mut file = bytes.as_slice();
        assert_eq!(Header::read(&mut file).unwrap().shape, [2, 1]);
        assert_eq!(file, [7, 8]);
    }

    #[test]
    fn later_versions_have_longer_lengths() {
        let dictionary = "{'descr': '<f4', 'fortran_order': True, 'shape': (3,), }\n";
        let length = u32::try_from(dictionary.len()).unwrap().to_le_bytes();
        let bytes = [b"\x93NUMPY\x02\x00", length.as_slice(), dictionary.as_bytes()].concat();
        assert_eq!(Header::read(&mut bytes.as_slice()).unwrap().shape, [3]);
    }

    /// What `numpy.save` 2.3 wrote for `numpy.zeros((2, 3), "<f4")` and for `numpy.zeros(16, "u1")`.
    #[test]
    fn is_written_as_numpy_writes_it() {
        for (descr, extents, text) in [("<f4", vec![2, 3], "(2, 3)"), ("|u1", vec![16], "(16,)")] {
            let element = Element::parse(descr).unwrap();
            let written = Header::of(element, &extents).to_bytes();
            let dictionary = format!("{{'descr': '{descr}', 'fortran_order': False, 'shape': {text}, }}");
            let expected = [b"\x93NUMPY\x01\x00\x76\x00", format!("{dictionary:117}\n").as_bytes()].concat();
            assert_eq!(written, expected);
            assert_eq!(written.len() % 64, 0);
        }
    }

    #[test]
    fn other_programs_write_it_in_other_ways() {
        for dictionary in [
            "{'shape': (2, 1), 'fortran_order': False, 'descr': '|u1'}",
            "{\"descr\": \"|u1\", \"fortran_order\": False, \"shape\": (2, 1,)}",
            "  {'descr':'|u1','fortran_order':False,'shape':(2L,1L),}  \n",
        ] {
            assert_eq!(shape(dictionary), Some(vec![2, 1]), "{dictionary}");
        }
        assert_eq!(shape("{'descr': '|u1', 'fortran_order': False, 'shape': (), }"), Some(vec![]));
    }

    #[test]
    fn nothing_else_is_a_header() {
        for dictionary in [
            "",
            "{}",
            "{'descr': '|u1', 'fortran_order': False}",
            "{'descr': '|u1', 'fortran_order': 0, 'shape': (2,)}",
            "{'descr': '|u1', 'fortran_order': False, 'shape': 2}",
            "{'descr': '|u1', 'fortran_order': False, 'shape': (-2,)}",
            "{'descr': '|u1', 'fortran_order': False, 'shape': (99999999999999999999,)}",
            "{'descr': '|u1', 'fortran_order': False, 'shape': (2,)} {",
            "{'descr': '|u1' 'fortran_order': False, 'shape': (2,)}",
            "{'descr': '|u1', 'fortran_order': False, 'shape': (2,), 'more': 1}",
            "{'descr': [('a', '|u1')], 'fortran_order': False, 'shape': (2,)}",
            "{'descr': '|O', 'fortran_order': False, 'shape': (2,)}",
        ] {
            assert_eq!(shape(dictionary), None, "{dictionary}");
        }
    }

    /// Another parser took twice as long for each of them; found by fuzzing.
    #[test]
    fn brackets_left_open_do_not_keep_the_parser_busy() {
        for open in ["[", "(", "{", "{'})]':"] {
            let bytes = header(&format!("{{'descr': {}'|i1', 'shape': (2,), }}", open.repeat(9_000)));
            let error = Header::read(&mut bytes.as_slice()).unwrap_err();
            assert_eq!(error.to_string(), "an array of texts, objects or records, or a damaged header");
        }
    }

    #[test]
    fn cut_short_or_something_else() {
        let whole = header("{'descr': '|u1', 'fortran_order': False, 'shape': (2, 1), }\n");
        for length in 0..whole.len() {
            assert!(Header::read(&mut &whole[..length]).is_err(), "{length}");
        }
        assert!(Header::read(&mut [b'P'; 200].as_slice()).is_err());
        assert!(Header::read(&mut [&b"\x93NUMPY\x03\x00"[..], &[0xff; 200]].concat().as_slice()).is_err());
    }
}
