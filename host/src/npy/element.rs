//! Types of an array's elements.

use std::fmt;

/// What a number of an array is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// `b`
    Bool,
    /// `i`
    Int,
    /// `u`
    Uint,
    /// `f`
    Float,
    /// `c`
    Complex,
}

/// Type of an element, such as `<f4`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Element {
    pub(crate) kind: Kind,
    /// Bytes of an element.
    pub(crate) bytes: usize,
    /// Whether the highest byte comes first; not so of single bytes.
    pub(crate) is_big_endian: bool,
}

impl Element {
    /// One signed byte.
    pub(crate) const I8: Self = Self { kind: Kind::Int, bytes: 1, is_big_endian: false };
    /// One unsigned byte.
    pub(crate) const U8: Self = Self { kind: Kind::Uint, bytes: 1, is_big_endian: false };
    /// Single precision.
    pub(crate) const F32: Self = Self { kind: Kind::Float, bytes: 4, is_big_endian: false };

    /// Reads `<f4` and the like.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let mut characters = text.chars();
        let (order, letter) = (characters.next()?, characters.next()?);
        let (kind, sizes): (_, &[usize]) = match letter {
            'b' => (Kind::Bool, &[1]),
            'i' => (Kind::Int, &[1, 2, 4, 8]),
            'u' => (Kind::Uint, &[1, 2, 4, 8]),
            'f' => (Kind::Float, &[2, 4, 8, 16]),
            'c' => (Kind::Complex, &[8, 16, 32]),
            _ => return None,
        };
        let bytes = characters.as_str().parse().ok().filter(|bytes| sizes.contains(bytes))?;
        let is_big_endian = match order {
            '>' => bytes > 1,
            '<' => false,
            '|' if bytes == 1 => false,
            _ => return None,
        };
        Some(Self { kind, bytes, is_big_endian })
    }
}

impl fmt::Display for Element {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let order = match self {
            Self { bytes: 1, .. } => '|',
            Self { is_big_endian: true, .. } => '>',
            _ => '<',
        };
        let letter = match self.kind {
            Kind::Bool => 'b',
            Kind::Int => 'i',
            Kind::Uint => 'u',
            Kind::Float => 'f',
            Kind::Complex => 'c',
        };
        write!(f, "{order}{letter}{}", self.bytes)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn types_are_read_and_written() {
        for text in ["|b1", "|i1", "|u1", "<i2", ">u4", "<f4", ">f8", "<f2", "<c8"] {
            assert_eq!(Element::parse(text).unwrap().to_string(), text);
        }
        assert_eq!([Element::I8, Element::U8, Element::F32].map(|element| element.to_string()), ["|i1", "|u1", "<f4"]);
        for text in ["", "|", "<f", "<f3", "|O", "<U4", "<M8[s]", "|u2", "=u2", "<u1x", "<f-4"] {
            assert_eq!(Element::parse(text), None, "{text}");
        }
    }
}
