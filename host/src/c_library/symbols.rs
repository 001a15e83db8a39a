//! The names that an object offers to a linker.

/// Section of symbols, and places in its entry and the file's header, for files of 32 and of 64 bits.
const SYMBOLS: u32 = 2;

/// Names of the global symbols that an ELF object defines, little-endian; `None` if it is none.
pub(super) fn defined(object: &[u8]) -> Option<Vec<&str>> {
    let elf = Elf { bytes: object, is_wide: object.strip_prefix(b"\x7fELF")?.starts_with(&[2, 1]) };
    if !elf.is_wide && !object.get(4..)?.starts_with(&[1, 1]) {
        return None;
    }
    let headers = elf.address(if elf.is_wide { 40 } else { 32 })?;
    let at = if elf.is_wide { 58 } else { 46 };
    let [size, count] = [elf.half(at)?, elf.half(at + 2)?];
    let section = |index: usize| headers.checked_add(index.checked_mul(size)?);
    let table = (0..count).filter_map(section).find(|at| elf.word(at + 4) == Some(SYMBOLS as usize))?;
    let names = elf.content(section(elf.word(table + if elf.is_wide { 40 } else { 24 })?)?)?;
    // Of an entry: its length, and where its kind and its section stand.
    let [length, kind, index] = if elf.is_wide { [24, 4, 6] } else { [16, 12, 14] };
    let mut defined = Vec::new();
    for entry in elf.content(table)?.chunks_exact(length) {
        let name = usize::try_from(u32::from_le_bytes(*entry.first_chunk()?)).ok()?;
        let section = u16::from_le_bytes([entry[index], entry[index + 1]]);
        // Global, of a section of this object.
        if entry[kind] >> 4 == 1 && section != 0 {
            let name = names.get(name..)?;
            defined.push(str::from_utf8(name.split(|byte| *byte == 0).next()?).ok()?);
        }
    }
    Some(defined)
}

struct Elf<'b> {
    bytes: &'b [u8],
    is_wide: bool,
}

impl<'b> Elf<'b> {
    fn half(&self, at: usize) -> Option<usize> {
        Some(u16::from_le_bytes(*self.bytes.get(at..)?.first_chunk()?).into())
    }

    fn word(&self, at: usize) -> Option<usize> {
        usize::try_from(u32::from_le_bytes(*self.bytes.get(at..)?.first_chunk()?)).ok()
    }

    fn address(&self, at: usize) -> Option<usize> {
        if !self.is_wide {
            return self.word(at);
        }
        usize::try_from(u64::from_le_bytes(*self.bytes.get(at..)?.first_chunk()?)).ok()
    }

    /// Bytes of the section with a header at an offset.
    fn content(&self, header: usize) -> Option<&'b [u8]> {
        let [offset, size] = if self.is_wide { [24, 32] } else { [16, 20] };
        let (offset, size) = (self.address(header + offset)?, self.address(header + size)?);
        self.bytes.get(offset..offset.checked_add(size)?)
    }
}
