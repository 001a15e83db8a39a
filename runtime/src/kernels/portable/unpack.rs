//! Weights of four bits become those of a paired filter, a word at a time.

/// The upper half of each byte.
const UPPER: u32 = 0xf0f0_f0f0;

/// Writes the paired weights of two channels to `pair`, which has twice the bytes of `packed`.
#[inline]
pub(crate) fn unpack<'a>(packed: &[u8], pair: &'a mut [u8]) -> Option<&'a [u8]> {
    let pair = pair.get_mut(..2 * packed.len())?;
    for (words, packed) in pair.as_chunks_mut::<8>().0.iter_mut().zip(packed.as_chunks().0) {
        let packed = u32::from_le_bytes(*packed);
        let [first, second] = [packed << 4 & UPPER, packed & UPPER];
        *words = u64::to_le_bytes(u64::from(second) << 32 | u64::from(first));
    }
    Some(pair)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lower_halves_come_first() {
        let mut pair = [0x55; 9];
        let unpacked = unpack(&[0x21, 0xef, 0x08, 0x70], &mut pair);
        assert_eq!(unpacked, Some(&[0x10, 0xf0, 0x80, 0, 0x20, 0xe0, 0, 0x70][..]));
        assert_eq!(pair[8], 0x55);
        assert_eq!(unpack(&[0; 8], &mut pair), None);
    }
}
