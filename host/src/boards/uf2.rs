//! UF2, the format in which a Pico in boot mode takes its flash: blocks of 512 bytes, each of which says where its part goes.
//! The specification is Microsoft's (microsoft/uf2).

/// Bytes of a block, and those of them that are flashed.
const BLOCK: usize = 512;
const PART: u32 = 256;
const MAGIC: [u32; 2] = [0x0a32_4655, 0x9e5d_5157];
const MAGIC_END: u32 = 0x0ab1_6f30;
/// The word behind the number of blocks is the family.
const HAS_FAMILY: u32 = 0x2000;
/// Before the part, and between it and the last word.
const HEAD: usize = 32;

/// The chip that a file is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Family {
    /// Raspberry Pi Pico.
    Rp2040,
    /// Raspberry Pi Pico 2, running Arm's cores.
    Rp2350Arm,
}

impl Family {
    /// By the name that probe-rs gives the chip; other chips take no UF2.
    pub fn of(chip: &str) -> Option<Self> {
        match chip {
            "RP2040" => Some(Self::Rp2040),
            "RP235x" => Some(Self::Rp2350Arm),
            _ => None,
        }
    }

    const fn id(self) -> u32 {
        match self {
            Self::Rp2040 => 0xe48b_ff56,
            Self::Rp2350Arm => 0xe48b_ff59,
        }
    }
}

/// A UF2 file that flashes these parts, each an address and bytes; what lies between them within 256 bytes becomes zero.
/// `None` where parts overlap.
pub fn write_uf2(parts: &[(u32, &[u8])], family: Family) -> Option<Vec<u8>> {
    let mut blocks = std::collections::BTreeMap::<u32, ([u8; PART as usize], [bool; PART as usize])>::new();
    for (address, bytes) in parts {
        for (at, byte) in (u64::from(*address)..).zip(*bytes) {
            let at = u32::try_from(at).ok()?;
            let (block, written) = blocks.entry(at - at % PART).or_insert(([0; 256], [false; 256]));
            let index = (at % PART) as usize;
            if std::mem::replace(&mut written[index], true) {
                return None;
            }
            block[index] = *byte;
        }
    }
    let count = u32::try_from(blocks.len()).ok()?;
    let mut file = Vec::with_capacity(blocks.len() * BLOCK);
    for (number, (address, (part, _))) in (0..).zip(&blocks) {
        let end = file.len() + BLOCK;
        for word in [MAGIC[0], MAGIC[1], HAS_FAMILY, *address, PART, number, count, family.id()] {
            file.extend(word.to_le_bytes());
        }
        debug_assert_eq!(file.len() % BLOCK, HEAD);
        file.extend(part);
        file.resize(end - 4, 0);
        file.extend(MAGIC_END.to_le_bytes());
    }
    Some(file)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The bytes of two blocks as the specification has them, written out by hand.
    #[test]
    fn the_bytes_are_as_specified() {
        let file = write_uf2(&[(0x1000_00fe, b"ab"), (0x1000_0100, b"c")], Family::Rp2040).unwrap();
        assert_eq!(file.len(), 1024);
        let first = b"UF2\n\x57\x51\x5d\x9e\x00\x20\x00\x00\x00\x00\x00\x10\x00\x01\x00\x00\x00\x00\x00\x00\x02\x00\x00\x00\x56\xff\x8b\xe4";
        assert_eq!(&file[..32], first);
        assert_eq!((&file[32..286], &file[286..288]), (&[0; 254][..], &b"ab"[..]));
        assert_eq!((&file[288..508], &file[508..512]), (&[0; 220][..], &b"\x30\x6f\xb1\x0a"[..]));
        let second = b"UF2\n\x57\x51\x5d\x9e\x00\x20\x00\x00\x00\x01\x00\x10\x00\x01\x00\x00\x01\x00\x00\x00\x02\x00\x00\x00\x56\xff\x8b\xe4c\0";
        assert_eq!(&file[512..546], second);
        assert_eq!(&file[1020..], b"\x30\x6f\xb1\x0a");
        assert_eq!(write_uf2(&[], Family::Rp2350Arm), Some(Vec::new()));
        assert_eq!(write_uf2(&[(0, b"ab"), (1, b"c")], Family::Rp2040), None);
        assert_eq!(write_uf2(&[(u32::MAX, b"ab")], Family::Rp2040), None);
    }
}
