//! Embeddings of normal images as the critic sees them, and how much less they say of a cell than the image's own.

use super::seen::{COSINE_STEPS, REFERENCES};

const STEPS: i64 = COSINE_STEPS as i64;
/// Steps of a length in 1.
const LENGTH_STEPS: i64 = 256;

/// The place of the next embedding after `images` of them, `None` if it is left out: all have the same chance to be among
/// [`REFERENCES`] (algorithm R, Vitter 1985), and the draws follow from the number alone, so that a workstation keeps the same.
pub(super) fn place(images: u32) -> Option<usize> {
    let drawn = (u64::from(mixed(images)) * (u64::from(images) + 1)) >> 32;
    let place = if (images as usize) < REFERENCES { u64::from(images) } else { drawn };
    usize::try_from(place).ok().filter(|place| *place < REFERENCES)
}

/// A number of which each bit depends on all bits of `number`: the end of MurmurHash3 (Appleby 2008).
const fn mixed(number: u32) -> u32 {
    let number = (number ^ (number >> 16)).wrapping_mul(0x85eb_ca6b);
    let number = (number ^ (number >> 13)).wrapping_mul(0xc2b2_ae35);
    number ^ (number >> 16)
}

/// A vector of codes and its length.
#[derive(Debug, Clone, Copy)]
struct Direction<'a> {
    codes: &'a [i8],
    /// In steps of 1/256, rounded down.
    length: i64,
}

impl<'a> Direction<'a> {
    fn of(codes: &'a [i8]) -> Self {
        let squares: u64 = codes.iter().map(|code| u64::from(code.unsigned_abs()).pow(2)).sum();
        // Of 65,535 numbers, 2^46 at most.
        Self { codes, length: i64::from(u32::try_from((squares << 16).isqrt()).unwrap_or(u32::MAX)) }
    }

    /// How far a cell goes in this direction, dot product by length, in steps of 1/65,536; 0 if there is no direction. Products of
    /// 65,535 numbers are 2^30 at most, and 2^54 with both factors.
    fn along(self, cell: &[i8]) -> i64 {
        let products = cell.iter().zip(self.codes).map(|(a, b)| i64::from(i32::from(*a) * i32::from(*b)));
        (products.sum::<i64>() * STEPS * LENGTH_STEPS).checked_div(self.length).unwrap_or(0)
    }
}

/// What a critic makes of the embeddings of an image and of normal ones.
#[derive(Debug, Clone, Copy)]
pub(super) struct References<'a> {
    own: Direction<'a>,
    normal: [Option<Direction<'a>>; REFERENCES],
}

impl<'a> References<'a> {
    /// `codes` has those of normal images, one after the other.
    pub(super) fn new(own: &'a [i8], codes: &'a [i8], images: u32) -> Self {
        let mut normal = [None; REFERENCES];
        let known = codes.chunks_exact(own.len().max(1)).take(usize::try_from(images).unwrap_or(REFERENCES));
        normal.iter_mut().zip(known).for_each(|(to, codes)| *to = Some(Direction::of(codes)));
        Self { own: Direction::of(own), normal }
    }

    /// 1, and by how much the cosine of a cell and the image's own embedding is larger than that of the cell and any normal
    /// embedding, in steps of 1/65,536, rounded toward 1; 0 where it is smaller by more than 1.
    pub(super) fn score(&self, cell: &[i8]) -> u32 {
        let Self { own, normal } = self;
        let most = normal.iter().flatten().map(|normal| normal.along(cell)).max();
        let surplus = own.along(cell).saturating_sub(most.unwrap_or(0));
        let difference = (surplus * LENGTH_STEPS).checked_div(Direction::of(cell).length);
        u32::try_from(STEPS + difference.unwrap_or(0)).unwrap_or(0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// 3, 4 has length 5, and goes 1.4 of its own length along 1, 1.
    #[test]
    fn scores_are_differences_of_cosines() {
        let references = References::new(&[3, 4], &[1, 0, 0, 1], 2);
        // Cosines of 3, 4 with itself and with both axes: 1, 0.6, 0.8.
        assert_eq!(references.score(&[3, 4]), 65_536 + 13_107);
        // The first axis is as near as can be: 0.6, which is rounded down, less 1.
        assert_eq!(references.score(&[1, 0]), 39_321);
        assert_eq!(References::new(&[-1, 0], &[1, 0], 1).score(&[1, 0]), 0);
        // The second is not yet known: 1 - 0.6.
        assert_eq!(References::new(&[3, 4], &[1, 0, 0, 1], 1).score(&[30, 40]), 65_536 + 26_214);
        // No direction.
        assert_eq!([references.score(&[0, 0]), References::new(&[0, 0], &[1, 0], 1).score(&[3, 4])], [65_536, 26_215]);
    }

    #[test]
    fn lengths_and_products_do_not_overflow() {
        let long = vec![i8::MIN; 65_535];
        let short = vec![i8::MAX; 65_535];
        // Opposite directions.
        let score = References::new(&long, &short, 1).score(&long);
        assert!((196_600..=196_608).contains(&score), "{score}");
    }

    /// Of 20,000 images, as many of the first half as of the second, and of each tenth about as many.
    #[test]
    fn every_image_has_the_same_chance_to_stay() {
        let mut kept = [0_u32; REFERENCES];
        for images in 0..20_000 {
            if let Some(place) = place(images) {
                kept[place] = images;
            }
        }
        let of_tenth = |tenth: u32| kept.iter().filter(|image| **image / 2_000 == tenth).count();
        let tenths: Vec<usize> = (0..10).map(of_tenth).collect();
        assert!(tenths.iter().all(|count| (1..=16).contains(count)), "{tenths:?}");
        assert_eq!(kept.iter().collect::<std::collections::BTreeSet<_>>().len(), REFERENCES);
    }

    proptest::proptest! {
        /// Against real numbers.
        #[test]
        fn scores_are_near_those_of_real_numbers(own: [i8; 5], normal: [[i8; 5]; 3], cell: [i8; 5]) {
            let dot = |a: &[i8], b: &[i8]| a.iter().zip(b).map(|(a, b)| f64::from(*a) * f64::from(*b)).sum::<f64>();
            let cosine = |other: &[i8; 5]| {
                let lengths = (dot(other, other) * dot(&cell, &cell)).sqrt();
                if lengths > 0.0 { dot(other, &cell) / lengths } else { 0.0 }
            };
            let most = normal.iter().map(cosine).fold(-1.0, f64::max);
            let expected = (1.0 + cosine(&own) - most).max(0.0) * 65_536.0;
            let score = f64::from(References::new(&own, normal.as_flattened(), 3).score(&cell));
            // A length is less by up to 1/256 of a code's step, and a score by what that is of all three lengths.
            let length = |of: &[i8; 5]| dot(of, of).sqrt().max(1.0);
            let shortest = normal.iter().map(length).fold(length(&own), f64::min);
            let off = 256.0 * (2.0 / shortest + 2.0 / length(&cell)) + 260.0 / length(&cell) + 2.0;
            proptest::prop_assert!((score - expected).abs() <= off, "{score} {expected}");
        }
    }
}
