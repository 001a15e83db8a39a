//! Numbers, texts and lists in the encodings of postcard: what every record is made of.
//!
//! Below the types of the header, which `wire` reads with it and `records` walks through.

/// What is left of the bytes.
#[derive(Debug)]
pub struct Reader<'a>(pub(crate) &'a [u8]);

/// A record of a list.
pub trait Record: Sized {
    /// The next one, or `None` where it cannot be decoded.
    fn read(reader: &mut Reader<'_>) -> Option<Self>;
}

impl<'a> Reader<'a> {
    pub(crate) fn bytes<const N: usize>(&mut self) -> Option<[u8; N]> {
        let (bytes, rest) = self.0.split_first_chunk()?;
        self.0 = rest;
        Some(*bytes)
    }

    pub(crate) fn u8(&mut self) -> Option<u8> {
        self.bytes().map(|[byte]| byte)
    }

    pub(crate) fn i8(&mut self) -> Option<i8> {
        self.u8().map(u8::cast_signed)
    }

    /// A varint of at most `bytes` bytes, 1 to 5.
    #[inline(never)]
    pub(crate) fn varint(&mut self, bytes: u32) -> Option<u32> {
        let mut value = 0;
        for shift in (0..7 * bytes).step_by(7) {
            let byte = self.u8()?;
            let bits = u32::from(byte & 0x7f);
            value |= bits << shift;
            if byte < 0x80 {
                // The last bits may not fit the type.
                return (value >> shift == bits).then_some(value);
            }
        }
        None
    }

    pub(crate) fn u16(&mut self) -> Option<u16> {
        self.varint(3)?.try_into().ok()
    }

    pub(crate) fn u32(&mut self) -> Option<u32> {
        self.varint(5)
    }

    /// A varint of at most ten bytes.
    #[inline(never)]
    pub(crate) fn u64(&mut self) -> Option<u64> {
        let mut value = 0;
        for shift in (0..70).step_by(7) {
            let byte = self.u8()?;
            let bits = u64::from(byte & 0x7f);
            value |= bits << shift;
            if byte < 0x80 {
                return (value >> shift == bits).then_some(value);
            }
        }
        None
    }

    pub(crate) fn i32(&mut self) -> Option<i32> {
        let folded = self.u32()?;
        Some((folded >> 1).cast_signed() ^ -(folded & 1).cast_signed())
    }

    #[inline(never)]
    pub(crate) fn list(&mut self) -> Option<&'a [u8]> {
        let length = self.u32()?;
        let (list, rest) = self.0.split_at_checked(usize::try_from(length).ok()?)?;
        self.0 = rest;
        Some(list)
    }

    pub(crate) fn text(&mut self) -> Option<&'a str> {
        core::str::from_utf8(self.list()?).ok()
    }
}
