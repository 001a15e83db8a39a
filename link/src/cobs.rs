//! Consistent Overhead Byte Stuffing: bytes without zeros, so that a zero can end them.
//!
//! A block is its length plus one, 1 to 255, and its bytes, none of which is zero. A zero follows each block but the last and
//! those of length 255.

/// Longest block, its length included.
const LONGEST: u8 = 255;

/// Bytes that [`encode`] needs before those that it encodes, where there are `bytes` in all.
pub(crate) const fn gap(bytes: usize) -> usize {
    2 + bytes / 254
}

/// Encodes the bytes from `start` on to the front of the same buffer, and gives their number. `None` if there are fewer than
/// [`gap`] bytes before `start`.
pub(crate) fn encode(buffer: &mut [u8], start: usize) -> Option<usize> {
    if start > buffer.len() || start < gap(buffer.len() - start) {
        return None;
    }
    let mut length_at = 0;
    let mut length = 1_u8;
    let mut to = 1;
    for from in start..buffer.len() {
        let byte = *buffer.get(from)?;
        if byte != 0 {
            *buffer.get_mut(to)? = byte;
            to += 1;
            length += 1;
        }
        if byte == 0 || length == LONGEST {
            *buffer.get_mut(length_at)? = length;
            (length_at, length) = (to, 1);
            to += 1;
        }
    }
    *buffer.get_mut(length_at)? = length;
    Some(to)
}

/// Decodes one byte after the other.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Decoder {
    /// Bytes that the block still has.
    left: u8,
    /// Whether a zero comes before the next block.
    zero_follows: bool,
}

impl Decoder {
    /// Before the first block.
    pub(crate) const START: Self = Self { left: 0, zero_follows: false };

    /// What a byte, not zero, stands for.
    pub(crate) const fn feed(&mut self, byte: u8) -> Option<u8> {
        if let Some(left) = self.left.checked_sub(1) {
            self.left = left;
            return Some(byte);
        }
        let zero = if self.zero_follows { Some(0) } else { None };
        self.left = byte.saturating_sub(1);
        self.zero_follows = byte != LONGEST;
        zero
    }

    /// Whether the last block is whole.
    pub(crate) const fn is_whole(self) -> bool {
        self.left == 0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn encoded(bytes: &[u8]) -> Vec<u8> {
        let start = gap(bytes.len());
        let mut buffer = [vec![0xee; start], bytes.to_vec()].concat();
        let length = encode(&mut buffer, start).unwrap();
        buffer[..length].to_vec()
    }

    /// The examples of the paper and its limits, by hand.
    #[test]
    fn blocks_are_those_of_the_paper() {
        assert_eq!(encoded(&[]), [1]);
        assert_eq!(encoded(&[0]), [1, 1]);
        assert_eq!(encoded(&[0x45, 0, 0, 0x2c, 0x4c]), [2, 0x45, 1, 3, 0x2c, 0x4c]);
        let long: Vec<u8> = (1..=255).collect();
        let whole = [&[255][..], &long[..254], &[2, 255]].concat();
        assert_eq!(encoded(&long), whole);
        assert_eq!(encoded(&long[..254]), [&[255], &long[..254], &[1]].concat());
        assert_eq!(encoded(&[&long[..254], &[0, 7][..]].concat()), [&[255], &long[..254], &[1, 2, 7]].concat());
    }

    #[test]
    fn a_gap_that_is_too_small_is_refused() {
        assert_eq!(encode(&mut [0, 5], 1), None);
        assert_eq!(encode(&mut [0; 3], 4), None);
    }

    proptest::proptest! {
        #[test]
        fn what_is_encoded_has_no_zero_and_comes_back(bytes in proptest::collection::vec(0_u8..3, 0..600)) {
            let encoded = encoded(&bytes);
            assert!(!encoded.contains(&0));
            let mut decoder = Decoder::START;
            let decoded: Vec<u8> = encoded.iter().filter_map(|byte| decoder.feed(*byte)).collect();
            assert!(decoder.is_whole());
            assert_eq!(decoded, bytes);
        }
    }
}
