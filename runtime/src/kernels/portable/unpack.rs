//! Weights of four bits become those of a paired filter, a word at a time.

/// The upper half of each byte.
const UPPER: u32 = 0xf0f0_f0f0;

/// Writes the paired weights of two channels to `pair`, which has twice the bytes of `packed`.
#[inline]
pub(crate) fn unpack<'a>(packed: &[u8], pair: &'a mut [u8]) -> Option<&'a [u8]> {
    let pair = pair.get_mut(..2 * packed.len())?;
    if cfg!(not(any(dim_armv7m, dim_dsp)))
        && let (Ok(packed), Ok(words)) = (bytemuck::try_cast_slice(packed), bytemuck::try_cast_slice_mut(pair))
    {
        for (words, packed) in words.as_chunks_mut().0.iter_mut().zip(packed) {
            let [first, second] = unpack_word(u32::from_le(*packed));
            *words = [first.to_le(), second.to_le()];
        }
    } else {
        // Here words are read where they are not aligned, too, or must be put together of bytes.
        for (words, packed) in pair.as_chunks_mut::<8>().0.iter_mut().zip(packed.as_chunks().0) {
            let [first, second] = unpack_word(u32::from_le_bytes(*packed));
            *words = u64::to_le_bytes(u64::from(second) << 32 | u64::from(first));
        }
    }
    Some(pair)
}

/// Both words that one becomes.
#[inline]
const fn unpack_word(packed: u32) -> [u32; 2] {
    [packed << 4 & UPPER, packed & UPPER]
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
