//! Numbers of every type that NumPy writes plainly.

use super::{Element, Kind};

/// Whether [`number`] can read it.
pub(crate) const fn is_readable(element: Element) -> bool {
    !matches!(element.kind, Kind::Complex) && element.bytes <= 8
}

/// One element; integers beyond 2^53 are rounded.
pub(crate) fn number(bytes: &[u8], element: Element) -> f64 {
    let bits = bits(bytes, element);
    let unused = 64 - 8 * bytes.len() as u32;
    match (element.kind, bytes.len()) {
        (Kind::Float, 2) => half(bits as u16),
        (Kind::Float, 4) => f64::from(f32::from_bits(bits as u32)),
        (Kind::Float, _) => f64::from_bits(bits),
        (Kind::Int, _) => ((bits << unused) as i64 >> unused) as f64,
        _ => bits as f64,
    }
}

fn bits(bytes: &[u8], element: Element) -> u64 {
    let append = |bits: u64, byte: &u8| bits << 8 | u64::from(*byte);
    if element.is_big_endian { bytes.iter().fold(0, append) } else { bytes.iter().rev().fold(0, append) }
}

/// A number of 16 bits, as IEEE 754 has it.
fn half(bits: u16) -> f64 {
    let sign = if bits >> 15 == 1 { -1.0 } else { 1.0 };
    let (exponent, fraction) = (i32::from(bits >> 10 & 31), f64::from(bits & 1023));
    sign * match exponent {
        0 => fraction * 2f64.powi(-24),
        31 if fraction == 0.0 => f64::INFINITY,
        31 => f64::NAN,
        _ => (1024.0 + fraction) * 2f64.powi(exponent - 25),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn element(kind: Kind, bytes: usize, is_big_endian: bool) -> Element {
        Element { kind, bytes, is_big_endian }
    }

    #[test]
    fn numbers_of_every_type() {
        for (kind, is_big_endian, bytes, expected) in [
            (Kind::Bool, false, &[1][..], 1.0),
            (Kind::Uint, false, &[200], 200.0),
            (Kind::Int, false, &[200], -56.0),
            (Kind::Uint, false, &[1, 2], 513.0),
            (Kind::Int, true, &[0xff, 0xfe], -2.0),
            (Kind::Uint, true, &[0, 0, 1, 0], 256.0),
            (Kind::Int, false, &[0xff; 8], -1.0),
            // numpy.array([-1.5, 65504, 2**-24, 0.1]).astype("<f2")
            (Kind::Float, false, &[0x00, 0xbe], -1.5),
            (Kind::Float, false, &[0xff, 0x7b], 65504.0),
            (Kind::Float, false, &[0x01, 0x00], 5.960_464_477_539_063e-8),
            (Kind::Float, false, &[0x66, 0x2e], 0.099_975_585_937_5),
            (Kind::Float, false, &[0, 0, 0xc0, 0x3f], 1.5),
            (Kind::Float, true, &[0x3f, 0xf8, 0, 0, 0, 0, 0, 0], 1.5),
        ] {
            assert_eq!(number(bytes, element(kind, bytes.len(), is_big_endian)), expected, "{bytes:?}");
        }
        assert!(number(&[0, 0x7e], element(Kind::Float, 2, false)).is_nan());
    }
}
