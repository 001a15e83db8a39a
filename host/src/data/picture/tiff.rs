//! TIFF 6.0: the first page, grey or RGB of 8 or 16 bits in strips, plain or packed by LZW, deflate or PackBits.

use std::io::Read;

use flate2::read::ZlibDecoder;
use weezl::{BitOrder, LzwStatus, decode::Decoder as LzwDecoder};

use super::decoded::{Decoded, Samples};
use super::error::{PictureError, check_length, check_size};

/// Bytes of a picture that one of its file stands for at most: deflate's bound, and LZW's of 4096 in 12 bits.
const MOST_PIXELS: usize = 4096;

/// Numbers of tags.
mod tag {
    pub(super) const WIDTH: u16 = 256;
    pub(super) const HEIGHT: u16 = 257;
    pub(super) const BITS: u16 = 258;
    pub(super) const COMPRESSION: u16 = 259;
    pub(super) const PHOTOMETRIC: u16 = 262;
    pub(super) const STRIP_OFFSETS: u16 = 273;
    pub(super) const ORIENTATION: u16 = 274;
    pub(super) const SAMPLES: u16 = 277;
    pub(super) const ROWS_OF_STRIP: u16 = 278;
    pub(super) const STRIP_BYTES: u16 = 279;
    pub(super) const PLANAR: u16 = 284;
    pub(super) const PREDICTOR: u16 = 317;
    pub(super) const SAMPLE_FORMAT: u16 = 339;
}

pub(super) fn decode(bytes: &[u8]) -> Result<Decoded, PictureError> {
    let page = Page::of(bytes).ok_or_else(|| damaged("its first directory is cut short"))?;
    let [width, height] = [tag::WIDTH, tag::HEIGHT].map(|of| page.number(of, 0) as usize);
    let [height, width] = check_size([height, width])?;
    check_length(bytes.len(), [height, width], MOST_PIXELS)?;
    let (channels, photometric) = (page.number(tag::SAMPLES, 1) as usize, page.number(tag::PHOTOMETRIC, 1));
    let bits = page.number(tag::BITS, 1);
    let is_uniform = |of, default, expected| page.values(of).unwrap_or(vec![default]).iter().all(|of| *of == expected);
    let is_known = matches!((photometric, channels), (0 | 1, 1 | 2) | (2, 3 | 4))
        && matches!(bits, 8 | 16)
        && is_uniform(tag::BITS, 1, bits)
        && is_uniform(tag::SAMPLE_FORMAT, 1, 1)
        && page.number(tag::PLANAR, 1) == 1
        && matches!(page.number(tag::PREDICTOR, 1), 1 | 2);
    let (Some(offsets), Some(lengths), true) =
        (page.values(tag::STRIP_OFFSETS), page.values(tag::STRIP_BYTES), is_known)
    else {
        return Err(PictureError::Unreadable("a TIFF image that is neither grey nor RGB of 8 or 16 bits in strips"));
    };
    let row_len = width * channels * bits as usize / 8;
    let rows_of_strip = (page.number(tag::ROWS_OF_STRIP, u32::MAX) as usize).clamp(1, height);
    let mut pixels = Vec::new();
    for (strip, (offset, length)) in offsets.iter().zip(&lengths).enumerate().take(height.div_ceil(rows_of_strip)) {
        let rows = rows_of_strip.min(height - strip * rows_of_strip);
        let (start, length) = (*offset as usize, *length as usize);
        let packed = bytes.get(start..).and_then(|rest| rest.get(..length));
        let packed = packed.ok_or_else(|| damaged("a strip lies behind its end"))?;
        pixels.extend(unpack(packed, page.number(tag::COMPRESSION, 1), rows * row_len)?);
    }
    if pixels.len() != height * row_len {
        return Err(damaged("it has fewer pixels than it states"));
    }
    let word: fn([u8; 2]) -> u16 = if page.is_big_endian { u16::from_be_bytes } else { u16::from_le_bytes };
    let mut samples = match bits {
        8 => Samples::Bytes(pixels),
        _ => Samples::Words(pixels.as_chunks().0.iter().map(|bytes| word(*bytes)).collect()),
    };
    let is_differences = page.number(tag::PREDICTOR, 1) == 2;
    match &mut samples {
        Samples::Bytes(values) => {
            finish(values, width, channels, [is_differences, photometric == 0], u8::wrapping_add, |v| !v)
        }
        Samples::Words(values) => {
            finish(values, width, channels, [is_differences, photometric == 0], u16::wrapping_add, |v| !v)
        }
    }
    let orientation = u8::try_from(page.number(tag::ORIENTATION, 1)).unwrap_or(1);
    Ok(Decoded { height, width, channels, samples, orientation })
}

/// Sums up the differences from the pixel on the left, and turns white into black where 0 is white.
fn finish<T: Copy>(
    values: &mut [T],
    width: usize,
    channels: usize,
    [is_differences, is_white_zero]: [bool; 2],
    add: fn(T, T) -> T,
    invert: fn(T) -> T,
) {
    if is_differences {
        for row in values.chunks_exact_mut(width * channels) {
            for at in channels..row.len() {
                row[at] = add(row[at], row[at - channels]);
            }
        }
    }
    if is_white_zero {
        values.chunks_exact_mut(channels).for_each(|pixel| pixel[0] = invert(pixel[0]));
    }
}

/// The `expected` bytes of a strip.
fn unpack(packed: &[u8], compression: u32, expected: usize) -> Result<Vec<u8>, PictureError> {
    let mut bytes = match compression {
        1 => packed.to_vec(),
        5 => unpack_lzw(packed, expected),
        8 | 32_946 => {
            let mut bytes = Vec::new();
            let read = ZlibDecoder::new(packed).take(expected as u64).read_to_end(&mut bytes);
            read.map(|_| bytes).map_err(PictureError::damaged)?
        }
        32_773 => unpack_bits(packed, expected),
        _ => return Err(PictureError::Unreadable("a TIFF image of a rare compression")),
    };
    bytes.truncate(expected);
    if bytes.len() < expected {
        return Err(damaged("a strip is cut short"));
    }
    Ok(bytes)
}

/// As far as it goes.
fn unpack_lzw(mut packed: &[u8], expected: usize) -> Vec<u8> {
    let mut decoder = LzwDecoder::with_tiff_size_switch(BitOrder::Msb, 8);
    let (mut bytes, mut piece) = (Vec::new(), [0; 4096]);
    while bytes.len() < expected {
        let result = decoder.decode_bytes(packed, &mut piece);
        bytes.extend_from_slice(&piece[..result.consumed_out]);
        packed = &packed[result.consumed_in..];
        if !matches!(result.status, Ok(LzwStatus::Ok)) {
            break;
        }
    }
    bytes
}

/// Runs of bytes and of equal bytes, as far as they go.
fn unpack_bits(mut packed: &[u8], expected: usize) -> Vec<u8> {
    let mut bytes = Vec::new();
    while let (Some((head, rest)), true) = (packed.split_first(), bytes.len() < expected) {
        packed = rest;
        match *head {
            128 => {}
            plain @ 0..=127 => {
                let (run, rest) = packed.split_at(packed.len().min(usize::from(plain) + 1));
                bytes.extend_from_slice(run);
                packed = rest;
            }
            equal => {
                if let Some((value, rest)) = packed.split_first() {
                    bytes.extend(std::iter::repeat_n(*value, 257 - usize::from(equal)));
                    packed = rest;
                }
            }
        }
    }
    bytes
}

fn damaged(reason: &str) -> PictureError {
    PictureError::Damaged(reason.to_owned())
}

/// The first directory of a file.
struct Page<'a> {
    bytes: &'a [u8],
    is_big_endian: bool,
    /// Where its entries begin, and how many there are.
    entries: (usize, usize),
}

impl<'a> Page<'a> {
    fn of(bytes: &'a [u8]) -> Option<Self> {
        let mut page = Self { bytes, is_big_endian: bytes.starts_with(b"MM"), entries: (0, 0) };
        let at = usize::try_from(page.long(4)?).ok()?;
        page.entries = (at.checked_add(2)?, usize::from(page.short(at)?));
        Some(page)
    }

    fn short(&self, at: usize) -> Option<u16> {
        let bytes = self.bytes.get(at..)?.first_chunk()?;
        Some(if self.is_big_endian { u16::from_be_bytes(*bytes) } else { u16::from_le_bytes(*bytes) })
    }

    fn long(&self, at: usize) -> Option<u32> {
        let bytes = self.bytes.get(at..)?.first_chunk()?;
        Some(if self.is_big_endian { u32::from_be_bytes(*bytes) } else { u32::from_le_bytes(*bytes) })
    }

    /// The numbers of a tag; none if it is not there, or is no tag of whole numbers.
    fn values(&self, of: u16) -> Option<Vec<u32>> {
        let (start, count) = self.entries;
        let at = (0..count).map(|entry| start + 12 * entry).find(|at| self.short(*at) == Some(of))?;
        let (kind, count) = (self.short(at + 2)?, self.long(at + 4)? as usize);
        let len = match kind {
            3 => 2,
            4 => 4,
            _ => return None,
        };
        let inside = count.checked_mul(len)? <= 4;
        let values = if inside { at + 8 } else { self.long(at + 8)? as usize };
        // As many as there are bytes for.
        self.bytes.get(values..)?.get(..count * len)?;
        let value = |index: usize| {
            let at = values + index * len;
            if len == 2 { self.short(at).map(u32::from) } else { self.long(at) }
        };
        (0..count).map(value).collect()
    }

    /// The first number of a tag, or the usual one.
    fn number(&self, of: u16, usual: u32) -> u32 {
        self.values(of).and_then(|values| values.first().copied()).unwrap_or(usual)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A file of one strip, big-endian, whose entries have one number each.
    fn file(strip: &[u8], entries: &[(u16, u16)]) -> Vec<u8> {
        let directory = 8 + strip.len() as u32;
        let mut file = [b"MM\0*", &directory.to_be_bytes()[..], strip].concat();
        let places = [(tag::STRIP_OFFSETS, 8), (tag::STRIP_BYTES, strip.len() as u16)];
        file.extend((entries.len() as u16 + 2).to_be_bytes());
        for (of, value) in entries.iter().chain(&places) {
            file.extend([&of.to_be_bytes()[..], &[0, 3, 0, 0, 0, 1], &value.to_be_bytes(), &[0, 0]].concat());
        }
        file
    }

    /// Two rows of two grey pixels.
    fn grey(strip: &[u8], bits: u16, others: &[(u16, u16)]) -> Result<Samples, PictureError> {
        let size = [(tag::WIDTH, 2), (tag::HEIGHT, 2), (tag::BITS, bits)];
        decode(&file(strip, &[&size[..], others].concat())).map(|decoded| decoded.samples)
    }

    #[test]
    fn strips_plain_and_packed() {
        let bytes = |samples| match samples {
            Ok(Samples::Bytes(bytes)) => bytes,
            other => panic!("{other:?}"),
        };
        assert_eq!(bytes(grey(&[1, 2, 3, 4], 8, &[])), [1, 2, 3, 4]);
        assert_eq!(bytes(grey(&[1, 2, 3, 4], 8, &[(tag::PHOTOMETRIC, 0)])), [254, 253, 252, 251]);
        assert_eq!(bytes(grey(&[1, 2, 3, 255], 8, &[(tag::PREDICTOR, 2)])), [1, 3, 3, 2]);
        // Two bytes as they are, nothing, and a byte twice.
        let packed = [1, 7, 8, 128, 255, 9];
        assert_eq!(bytes(grey(&packed, 8, &[(tag::COMPRESSION, 32_773)])), [7, 8, 9, 9]);
        // In 9 bits each: start, 7, 8, 9, 10, end.
        let codes = [256_u64, 7, 8, 9, 10, 257].iter().fold(0, |bits, code| bits << 9 | code) << 2;
        assert_eq!(bytes(grey(&codes.to_be_bytes()[1..], 8, &[(tag::COMPRESSION, 5)])), [7, 8, 9, 10]);
        match grey(&[1, 0, 2, 0, 3, 0, 255, 255], 16, &[(tag::PREDICTOR, 2)]) {
            Ok(Samples::Words(words)) => assert_eq!(words, [256, 768, 768, 767]),
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn what_is_not_read_is_told_from_what_is_damaged() {
        for (entries, bits) in [
            (&[(tag::PHOTOMETRIC, 3)][..], 8),
            (&[(tag::PHOTOMETRIC, 5), (tag::SAMPLES, 4)], 8),
            (&[(tag::SAMPLE_FORMAT, 3)], 16),
            (&[(tag::COMPRESSION, 7)], 8),
            (&[(tag::PLANAR, 2)], 8),
            (&[], 1),
        ] {
            assert!(matches!(grey(&[0; 8], bits, entries), Err(PictureError::Unreadable(_))), "{entries:?}");
        }
        for compression in [1, 5, 8, 32_773] {
            let cut = grey(&[1, 7, 8], 8, &[(tag::COMPRESSION, compression)]);
            assert!(matches!(cut, Err(PictureError::Damaged(_))), "{compression}");
        }
    }
}
