//! JPEG files whose headers are not as they should be, and can be understood all the same.

const START_OF_IMAGE: u8 = 0xd8;
const START_OF_SCAN: u8 = 0xda;
const HUFFMAN_TABLES: u8 = 0xc4;

/// The file with its headers in order, if they are not: without bytes between them, and with the tables that a frame of
/// MJPEG leaves out because they are always the same.
pub(super) fn mend(bytes: &[u8]) -> Option<Vec<u8>> {
    let mut headers = vec![0xff, START_OF_IMAGE];
    let (mut at, mut has_tables, mut is_sequential) = (2, false, false);
    loop {
        at += next_marker(bytes.get(at..)?)?;
        let (marker, length) = (bytes[at + 1], bytes.get(at + 2..)?.first_chunk()?);
        let end = at + 2 + usize::from(u16::from_be_bytes(*length));
        if marker == START_OF_SCAN {
            if is_sequential && !has_tables {
                headers.extend(usual_tables());
            }
            break;
        }
        has_tables |= marker == HUFFMAN_TABLES;
        is_sequential |= matches!(marker, 0xc0 | 0xc1);
        headers.extend_from_slice(bytes.get(at..end)?);
        at = end;
    }
    (bytes.get(..at) != Some(headers.as_slice())).then(|| [&headers, &bytes[at..]].concat())
}

/// Where the next header begins: at 0xff with the number of one behind it.
fn next_marker(bytes: &[u8]) -> Option<usize> {
    let is_header = |number: u8| matches!(number, 0xc0..=0xc7 | 0xc9..=0xcf | 0xda..=0xdf | 0xe0..=0xef | 0xfe);
    bytes.windows(2).position(|pair| pair[0] == 0xff && is_header(pair[1]))
}

/// The segment of the four tables of ITU-T T.81, K.3.
fn usual_tables() -> Vec<u8> {
    let mut tables = Vec::new();
    for (number, lengths, values) in [
        (0x00, [0, 1, 5, 1, 1, 1, 1, 1, 1, 0, 0, 0, 0, 0, 0, 0], (0..12).collect()),
        (0x01, [0, 3, 1, 1, 1, 1, 1, 1, 1, 1, 1, 0, 0, 0, 0, 0], (0..12).collect()),
        (0x10, [0, 2, 1, 3, 3, 2, 4, 3, 5, 5, 4, 4, 0, 0, 1, 125], with_the_rest(&BRIGHTNESS)),
        (0x11, [0, 2, 1, 2, 4, 4, 3, 4, 7, 5, 4, 4, 0, 1, 2, 119], with_the_rest(&COLOUR)),
    ] {
        let values: Vec<u8> = values;
        tables.push(number);
        tables.extend(lengths);
        tables.extend(values);
    }
    let length = (tables.len() as u16 + 2).to_be_bytes();
    [&[0xff, HUFFMAN_TABLES][..], &length, &tables].concat()
}

/// Values with codes of fewer than 16 bits, and the first ones of 16.
const BRIGHTNESS: [u8; 37] = [
    0x01, 0x02, 0x03, 0x00, 0x04, 0x11, 0x05, 0x12, 0x21, 0x31, 0x41, 0x06, 0x13, 0x51, 0x61, 0x07, 0x22, 0x71, 0x14,
    0x32, 0x81, 0x91, 0xa1, 0x08, 0x23, 0x42, 0xb1, 0xc1, 0x15, 0x52, 0xd1, 0xf0, 0x24, 0x33, 0x62, 0x72, 0x82,
];
const COLOUR: [u8; 43] = [
    0x00, 0x01, 0x02, 0x03, 0x11, 0x04, 0x05, 0x21, 0x31, 0x06, 0x12, 0x41, 0x51, 0x07, 0x61, 0x71, 0x13, 0x22, 0x32,
    0x81, 0x08, 0x14, 0x42, 0x91, 0xa1, 0xb1, 0xc1, 0x09, 0x23, 0x33, 0x52, 0xf0, 0x15, 0x62, 0x72, 0xd1, 0x0a, 0x16,
    0x24, 0x34, 0xe1, 0x25, 0xf1,
];

/// All 162 values of a table: the others follow in their order. A value is a run of 0 to 15 and a size of 1 to 10 bits,
/// or a run alone, of 0 or 15.
fn with_the_rest(first: &[u8]) -> Vec<u8> {
    let others = (0..=255).filter(|value| (1..=10).contains(&(value & 15)) && !first.contains(value));
    first.iter().copied().chain(others).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const FRAME: [u8; 6] = [0xff, 0xc0, 0, 4, 7, 7];
    const TABLES: [u8; 5] = [0xff, 0xc4, 0, 3, 9];
    const SCAN: [u8; 7] = [0xff, 0xda, 0, 3, 1, 2, 3];

    #[test]
    fn what_is_in_order_stays() {
        assert_eq!(mend(&[&[0xff, 0xd8][..], &FRAME, &TABLES, &SCAN].concat()), None);
        for broken in [&[][..], &[0xff, 0xd8], &[0xff, 0xd8, 0xff, 0xc0], &[0xff, 0xd8, 0xff, 0xda]] {
            assert_eq!(mend(broken), None);
        }
        let unending = [&[0xff, 0xd8, 0xff, 0xc0, 0xff, 0xff][..], &SCAN].concat();
        assert_eq!(mend(&unending), None);
    }

    #[test]
    fn bytes_between_headers_are_left_out() {
        let whole = [&[0xff, 0xd8][..], &FRAME, &TABLES, &SCAN].concat();
        for between in [&[0, 0][..], &[0xff, 0xff], &[1, 2, 3, 4, 5, 0xff, 0]] {
            let file = [&[0xff, 0xd8][..], &FRAME, between, &TABLES, between, &SCAN].concat();
            assert_eq!(mend(&file), Some(whole.clone()), "{between:?}");
        }
    }

    #[test]
    fn a_frame_without_tables_gets_the_usual_ones() {
        let mended = mend(&[&[0xff, 0xd8][..], &FRAME, &SCAN].concat()).unwrap();
        // Four tables of 17 bytes and their values, and 4 bytes before them.
        assert_eq!(mended.len(), 2 + 6 + 4 + 4 * 17 + 2 * 12 + 2 * 162 + 7);
        assert_eq!(mended[8..12], [0xff, 0xc4, 1, 0xa2]);
        // The end of ITU-T T.81, table K.5.
        let ac = 12 + 2 * (17 + 12) + 17;
        assert_eq!(mended[ac + 37..ac + 41], [0x09, 0x0a, 0x16, 0x17]);
        assert_eq!(mended[ac + 152..ac + 162], [0xf1, 0xf2, 0xf3, 0xf4, 0xf5, 0xf6, 0xf7, 0xf8, 0xf9, 0xfa]);
        // A progressive file may have its tables later.
        let progressive = [&[0xff, 0xd8, 0xff, 0xc2, 0, 4, 7, 7][..], &SCAN].concat();
        assert_eq!(mend(&progressive), None);
    }
}
