//! How a camera was held: the tag of EXIF, and the picture turned upright.

use super::decoded::Picture;

/// Number of the tag in the first directory.
const TAG: u16 = 0x0112;
/// Type of its value: two bytes.
const SHORT: u16 = 3;

/// The orientation in a block of EXIF, which is a TIFF file; 1, upright, if it says none.
pub(super) fn read(exif: &[u8]) -> u8 {
    find(exif.strip_prefix(b"Exif\0\0").unwrap_or(exif)).filter(|value| (1..=8).contains(value)).unwrap_or(1)
}

fn find(tiff: &[u8]) -> Option<u8> {
    let is_big_endian = match tiff.get(..4)? {
        b"MM\0*" => true,
        b"II*\0" => false,
        _ => return None,
    };
    let short = |at: usize| {
        let bytes = tiff.get(at..)?.first_chunk()?;
        Some(if is_big_endian { u16::from_be_bytes(*bytes) } else { u16::from_le_bytes(*bytes) })
    };
    let long = tiff.get(4..)?.first_chunk()?;
    let long = if is_big_endian { u32::from_be_bytes(*long) } else { u32::from_le_bytes(*long) };
    let directory = usize::try_from(long).ok()?;
    for entry in 0..usize::from(short(directory)?) {
        let at = directory.checked_add(2 + 12 * entry)?;
        if short(at)? == TAG && short(at + 2)? == SHORT {
            return u8::try_from(short(at + 8)?).ok();
        }
    }
    None
}

impl Picture {
    /// The picture as it was seen, from one whose `orientation` is one of the eight of EXIF.
    pub(super) fn upright(self, orientation: u8) -> Self {
        let (last_row, last_column) = (self.height.saturating_sub(1), self.width.saturating_sub(1));
        // Where the pixel at a row and a column of the new picture is in the old one.
        let from: fn(usize, usize, usize, usize) -> (usize, usize) = match orientation {
            2 => |row, column, _, last_column| (row, last_column - column),
            3 => |row, column, last_row, last_column| (last_row - row, last_column - column),
            4 => |row, column, last_row, _| (last_row - row, column),
            5 => |row, column, _, _| (column, row),
            6 => |row, column, last_row, _| (last_row - column, row),
            7 => |row, column, last_row, last_column| (last_row - column, last_column - row),
            8 => |row, column, _, last_column| (column, last_column - row),
            _ => return self,
        };
        let [height, width] = if orientation < 5 { [self.height, self.width] } else { [self.width, self.height] };
        let mut pixels = Vec::with_capacity(self.pixels.len());
        for row in 0..height {
            for column in 0..width {
                let (row, column) = from(row, column, last_row, last_column);
                pixels.extend_from_slice(&self.pixels[(row * self.width + column) * self.channels..][..self.channels]);
            }
        }
        Self { height, width, pixels, ..self }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The directory of a camera: its maker at 38, then the orientation.
    fn exif(is_big_endian: bool, value: u8) -> Vec<u8> {
        let short = |value: u16| if is_big_endian { value.to_be_bytes() } else { value.to_le_bytes() };
        let long = |value: u32| if is_big_endian { value.to_be_bytes() } else { value.to_le_bytes() };
        let start = if is_big_endian { b"MM\0*" } else { b"II*\0" };
        let entry = |tag, kind, count, value: [u8; 4]| [&short(tag)[..], &short(kind), &long(count), &value].concat();
        let orientation = [short(value.into()), [0; 2]].concat().try_into().unwrap();
        let maker = entry(0x010f, 2, 6, long(38));
        [&start[..], &long(8), &short(2), &maker, &entry(0x0112, 3, 1, orientation), &long(0), b"Maker\0"].concat()
    }

    #[test]
    fn the_tag_is_read_in_both_orders_of_bytes() {
        for value in 1..=8 {
            for is_big_endian in [true, false] {
                let exif = exif(is_big_endian, value);
                assert_eq!(read(&exif), value);
                assert_eq!(read(&[b"Exif\0\0", &exif[..]].concat()), value);
            }
        }
    }

    #[test]
    fn what_is_no_orientation_is_upright() {
        for value in [0, 9, 255] {
            assert_eq!(read(&exif(true, value)), 1);
        }
        let whole = exif(false, 6);
        for len in 0..30 {
            assert_eq!(read(&whole[..len]), 1, "{len}");
        }
        let mut far = whole.clone();
        far[4..8].fill(0xff);
        assert_eq!(read(&far), 1);
    }

    /// An F that the camera stored in each of the eight ways; the letters are those of the TIFF 6.0 specification's table.
    #[test]
    fn each_of_the_eight_is_turned_upright() {
        let picture = |text: &str| {
            let lines: Vec<&str> = text.split_whitespace().collect();
            Picture { height: lines.len(), width: lines[0].len(), channels: 1, pixels: lines.concat().into_bytes() }
        };
        let upright = picture("ab cd ef");
        for (orientation, stored) in [
            (1, "ab cd ef"),
            // Row 0 is the top and column 0 the right side, and so on.
            (2, "ba dc fe"),
            (3, "fe dc ba"),
            (4, "ef cd ab"),
            (5, "ace bdf"),
            (6, "bdf ace"),
            (7, "fdb eca"),
            (8, "eca fdb"),
        ] {
            assert_eq!(picture(stored).upright(orientation), upright, "{orientation}");
        }
    }
}
