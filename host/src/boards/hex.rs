//! Intel HEX, the text in which debuggers that show themselves as drives take a flash (Intel, "Hexadecimal Object File Format
//! Specification", revision A).

use std::fmt::Write;

/// Bytes of a record.
const RECORD: usize = 16;
/// Kinds of records.
const DATA: u8 = 0;
const END: u8 = 1;
const UPPER_ADDRESS: u8 = 4;

/// The text of these parts, each an address and bytes.
pub(super) fn write_hex(parts: &[(u32, &[u8])]) -> String {
    let mut text = String::new();
    let mut upper = 0;
    for (address, bytes) in parts {
        let mut at = *address;
        let mut rest = *bytes;
        while !rest.is_empty() {
            if at >> 16 != upper {
                upper = at >> 16;
                let [_, _, high, low] = upper.to_be_bytes();
                record(&mut text, 0, UPPER_ADDRESS, &[high, low]);
            }
            let [_, _, high, low] = at.to_be_bytes();
            let lower = u16::from_be_bytes([high, low]);
            // No record goes over the end of its 64 KiB.
            let length = rest.len().min(RECORD).min(0x1_0000 - usize::from(lower));
            let (data, after) = rest.split_at(length);
            record(&mut text, lower, DATA, data);
            rest = after;
            at = at.wrapping_add(u32::try_from(length).unwrap_or(0));
        }
    }
    record(&mut text, 0, END, &[]);
    text
}

/// `:` length, address, kind, data, and what makes the sum of all bytes zero.
fn record(text: &mut String, address: u16, kind: u8, data: &[u8]) {
    let [high, low] = address.to_be_bytes();
    let head = [u8::try_from(data.len()).unwrap_or(u8::MAX), high, low, kind];
    let sum = head.iter().chain(data).fold(0_u8, |sum, byte| sum.wrapping_add(*byte));
    text.push(':');
    for byte in head.iter().chain(data).chain([&sum.wrapping_neg()]) {
        let _ = write!(text, "{byte:02X}");
    }
    text.push('\n');
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Records as the specification has them, summed by hand.
    #[test]
    fn the_text_is_as_specified() {
        assert_eq!(write_hex(&[(0x100, b"\x21\x46\x01\x36")]), ":04010000214601365D\n:00000001FF\n");
        // Over the end of 64 KiB, and behind it.
        let text = write_hex(&[(0x0800_ffff, b"\x01\x02")]);
        assert_eq!(text, ":020000040800F2\n:01FFFF000100\n:020000040801F1\n:0100000002FD\n:00000001FF\n");
        let long = write_hex(&[(0, &[0; 17])]);
        assert_eq!(long.lines().nth(1), Some(":0100100000EF"));
    }
}
