//! What an image of a firmware holds.

/// Flag of a section that is executed.
const EXECUTED: u32 = 4;

/// Bytes of all sections of an ELF file of 32 bits, little-endian, that are executed; `None` if it is none.
pub(super) fn code_bytes(elf: &[u8]) -> Option<u64> {
    elf.strip_prefix(b"\x7fELF\x01\x01")?;
    let headers = word(elf, 0x20)? as usize;
    let [size, count] = [0x2e, 0x30].map(|at| word(elf, at).map(|word| word as usize & 0xffff));
    let (size, count) = (size?, count?);
    (0..count).try_fold(0, |sum, section| {
        let header = headers.checked_add(section * size)?;
        let [flags, bytes] = [word(elf, header + 0x08)?, word(elf, header + 0x14)?];
        Some(if flags & EXECUTED == 0 { sum } else { sum + u64::from(bytes) })
    })
}

fn word(bytes: &[u8], at: usize) -> Option<u32> {
    Some(u32::from_le_bytes(*bytes.get(at..)?.first_chunk()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A header of 52 bytes, then two sections of 40 bytes, of which the second one is executed.
    #[test]
    fn executed_sections_are_added_up() {
        let mut elf = b"\x7fELF\x01\x01".to_vec();
        elf.resize(52 + 2 * 40 + 2, 0);
        elf[0x20] = 52;
        [elf[0x2e], elf[0x30]] = [40, 2];
        [elf[52 + 0x08], elf[52 + 0x14]] = [2, 7];
        [elf[92 + 0x08], elf[92 + 0x14], elf[92 + 0x15]] = [6, 44, 1];
        assert_eq!(code_bytes(&elf), Some(300));
        assert_eq!(code_bytes(&elf[..100]), None);
        assert_eq!(code_bytes(b"\x7fELF\x02\x01"), None);
    }
}
