//! Where each pixel of a view comes from.

use dim_model_format::Shape;
use rand::Rng;

use super::crop::Crop;
use super::strength::Strength;
use super::window::Window;
use crate::data::scale::{Region, scale};

/// What lies beyond the border of an image.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Edge {
    /// The pixel at the border.
    Repeated,
    /// The image again, mirrored at the pixel at the border.
    Reflected,
    /// Real zero, as in the padding of a convolution: pixel 128.
    Zero,
}

/// The pixel of real zero; see docs/decisions/0002.
pub(super) const ZERO: u8 = 128;

impl Edge {
    /// The place in the image that is seen at `at`; none where there is nothing to see.
    fn place(self, at: isize, extent: usize) -> Option<usize> {
        let last = extent as isize - 1;
        let place = match self {
            Self::Repeated => at.clamp(0, last),
            Self::Reflected if at < 0 => (-at).min(last),
            Self::Reflected if at > last => (2 * last - at).max(0),
            Self::Reflected | Self::Zero => at,
        };
        (0..=last).contains(&place).then_some(place as usize)
    }
}

/// Appends the window whose first pixel is at `[row, column]` of the image, or of the mirrored image.
pub(super) fn push(
    pixels: &mut Vec<u8>,
    image: &[u8],
    window: Window,
    [row, column]: [isize; 2],
    mirrored: bool,
    edge: Edge,
) {
    let Shape { height, width, channels } = window.image;
    let [height, width, channels] = [height, width, channels].map(usize::from);
    let columns: Vec<Option<usize>> = (column..column + window.input.width as isize)
        .map(|x| edge.place(x, width).map(|x| if mirrored { width - 1 - x } else { x }))
        .collect();
    for y in row..row + window.input.height as isize {
        let line = edge.place(y, height).map(|y| &image[y * width * channels..]);
        for x in &columns {
            match (line, x) {
                (Some(line), Some(x)) => pixels.extend_from_slice(&line[x * channels..][..channels]),
                _ => pixels.resize(pixels.len() + channels, ZERO),
            }
        }
    }
}

/// A corner anywhere in the image; along an axis where it leaves no choice, in a frame of this share around it.
pub(super) fn draw_corner(window: Window, frame: f64, strength: Strength, random: &mut impl Rng) -> [isize; 2] {
    let Window { image, input } = window;
    let axes = [(image.height, input.height), (image.width, input.width)];
    axes.map(|(from, to)| draw_place(from, to, frame, strength, random))
}

/// [`draw_corner`] along one axis; at less than full strength nearer to the middle.
pub(super) fn draw_place(from: u16, to: u16, frame: f64, strength: Strength, random: &mut impl Rng) -> isize {
    let frame = if from == to { most(from, strength.of(frame)) } else { 0 };
    let room = i32::from(from - to);
    let middle = room / 2;
    let place = |full: i32| strength.between(f64::from(middle), f64::from(full)).round() as i32;
    random.random_range(place(0) - frame..=place(room) + frame) as isize
}

/// `corner` moved by up to this share of the extent in both directions.
pub(super) fn draw_shift(corner: [isize; 2], image: Shape, share: f64, random: &mut impl Rng) -> [isize; 2] {
    let mut shift = |at: isize, extent: u16| {
        let most = most(extent, share);
        at - random.random_range(-most..=most) as isize
    };
    let [row, column] = corner;
    [shift(row, image.height), shift(column, image.width)]
}

fn most(extent: u16, share: f64) -> i32 {
    (f64::from(extent) * share).round() as i32
}

/// Appends a random part of the image, scaled: proportions 0.7 to 1.4 and an area as `crop` says, both drawn as
/// in `RandomResizedCrop` of the usual vision libraries.
pub(super) fn push_random_part(
    pixels: &mut Vec<u8>,
    image: &[u8],
    window: Window,
    mirrored: bool,
    crop: Crop,
    strength: Strength,
    random: &mut impl Rng,
) {
    let [height, width, channels] = [window.image.height, window.image.width, window.image.channels].map(usize::from);
    let to = [window.input.height, window.input.width].map(usize::from);
    let region = draw_region([height, width], crop, strength, random);
    let start = pixels.len();
    pixels.extend(scale(image, [width, channels], &region, to));
    if mirrored {
        for line in pixels[start..].chunks_exact_mut(to[1] * channels) {
            line.reverse();
            line.chunks_exact_mut(channels).for_each(<[u8]>::reverse);
        }
    }
}

fn draw_region([height, width]: [usize; 2], crop: Crop, strength: Strength, random: &mut impl Rng) -> Region {
    let [narrow, wide] = [0.7_f64, 1.4].map(|proportions| strength.of(proportions.ln()));
    for _ in 0..10 {
        let area = (height * width) as f64 * random.random_range(crop.areas(strength));
        let proportions = random.random_range(narrow..=wide).exp();
        let [rows, columns] = [area / proportions, area * proportions].map(|square| square.sqrt().round() as usize);
        if (1..=height).contains(&rows) && (1..=width).contains(&columns) {
            let [row, column] = [height - rows, width - columns].map(|most| random.random_range(0..=most));
            return Region { rows: row..row + rows, columns: column..column + columns };
        }
    }
    Region { rows: 0..height, columns: 0..width }
}

#[cfg(test)]
mod tests {
    use rand::SeedableRng;
    use rand::rngs::StdRng;

    use super::*;

    #[test]
    fn what_lies_beyond_the_border() {
        let places = |edge: Edge| (-3..7).map(|at| edge.place(at, 4)).collect::<Vec<_>>();
        assert_eq!(places(Edge::Repeated), [0, 0, 0, 0, 1, 2, 3, 3, 3, 3].map(Some));
        assert_eq!(places(Edge::Reflected), [3, 2, 1, 0, 1, 2, 3, 2, 1, 0].map(Some));
        let inside = [0, 1, 2, 3].map(Some);
        assert_eq!(places(Edge::Zero), [&[None; 3][..], &inside, &[None; 3]].concat());
        assert_eq!(Edge::Reflected.place(-5, 2), Some(1));
        assert_eq!(Edge::Reflected.place(1, 1), Some(0));
    }

    #[test]
    fn windows_pixel_by_pixel() {
        let window = Window { image: Shape::new(2, 3, 2), input: Shape::new(2, 2, 2) };
        let image = [1, 2, 3, 4, 5, 6, 11, 12, 13, 14, 15, 16];
        let view = |corner, mirrored, edge| {
            let mut pixels = Vec::new();
            push(&mut pixels, &image, window, corner, mirrored, edge);
            pixels
        };
        assert_eq!(view([0, 1], false, Edge::Zero), [3, 4, 5, 6, 13, 14, 15, 16]);
        assert_eq!(view([0, 1], true, Edge::Zero), [3, 4, 1, 2, 13, 14, 11, 12]);
        assert_eq!(view([1, 2], false, Edge::Zero), [15, 16, 128, 128, 128, 128, 128, 128]);
        assert_eq!(view([1, 2], false, Edge::Repeated), [15, 16, 15, 16, 15, 16, 15, 16]);
        assert_eq!(view([-1, -1], false, Edge::Reflected), [13, 14, 11, 12, 3, 4, 1, 2]);
    }

    fn regions(crop: Crop, strength: Strength) -> Vec<Region> {
        let mut random = StdRng::seed_from_u64(1);
        (0..2000).map(|_| draw_region([96, 64], crop, strength, &mut random)).collect()
    }

    #[test]
    fn random_parts_lie_inside_and_have_the_stated_areas_and_proportions() {
        let regions = regions(Crop::Large, Strength::FULL);
        let mut areas = Vec::new();
        for Region { rows, columns } in &regions {
            assert!(rows.end <= 96 && columns.end <= 64);
            let [height, width] = [rows.len() as f64, columns.len() as f64];
            areas.push(height * width / (96.0 * 64.0));
            assert!((0.68..1.45).contains(&(width / height)) || [height, width] == [96.0, 64.0], "{width}x{height}");
        }
        let [least, most] = [f64::min, f64::max].map(|of| areas.iter().copied().reduce(of).unwrap());
        assert!((0.28..0.35).contains(&least) && (0.9..=1.0).contains(&most), "{least} {most}");
        for corner in [|region: &Region| region.rows.start, |region: &Region| region.columns.start] {
            assert!(
                regions.iter().any(|region| corner(region) == 0) && regions.iter().any(|region| corner(region) > 15)
            );
        }
    }

    #[test]
    fn small_parts_have_a_twentieth_to_a_quarter_of_the_area_and_at_less_strength_more_of_it() {
        for (strength, least) in [(1.0, 0.05), (0.5, 0.15), (0.0, 0.25)] {
            let areas: Vec<f64> = regions(Crop::Small, Strength::new(strength))
                .iter()
                .map(|Region { rows, columns }| (rows.len() * columns.len()) as f64 / (96.0 * 64.0))
                .collect();
            let mean = areas.iter().sum::<f64>() / areas.len() as f64;
            let middle = (least + 0.25) / 2.0;
            // Five standard errors of a uniform mean, and a side that is rounded to whole pixels.
            assert!((mean - middle).abs() < 5.0 * (0.25 - least) / (12.0 * 2000.0_f64).sqrt() + 0.004, "{mean}");
            assert!(areas.iter().all(|area| (least - 0.01..0.262).contains(area)), "{strength}");
        }
    }

    #[test]
    fn without_strength_a_corner_stays_in_the_middle_and_half_of_it_leaves_half_of_the_room() {
        let window = Window { image: Shape::new(96, 32, 1), input: Shape::new(64, 32, 1) };
        let mut random = StdRng::seed_from_u64(2);
        let mut range = |strength: f64| {
            let corners: Vec<[isize; 2]> =
                (0..500).map(|_| draw_corner(window, 0.125, Strength::new(strength), &mut random)).collect();
            [0, 1].map(|axis| {
                let places = corners.iter().map(|corner| corner[axis]);
                (places.clone().min().unwrap(), places.max().unwrap())
            })
        };
        assert_eq!(range(0.0), [(16, 16), (0, 0)]);
        assert_eq!(range(0.5), [(8, 24), (-2, 2)]);
        assert_eq!(range(1.0), [(0, 32), (-4, 4)]);
    }

    #[test]
    fn a_mirrored_part_is_the_part_mirrored() {
        let window = Window { image: Shape::new(12, 10, 2), input: Shape::new(8, 6, 2) };
        let image: Vec<u8> = (0..240).map(|at| (at * 31 % 256) as u8).collect();
        let view = |mirrored| {
            let mut pixels = Vec::new();
            let random = &mut StdRng::seed_from_u64(3);
            push_random_part(&mut pixels, &image, window, mirrored, Crop::Large, Strength::FULL, random);
            pixels
        };
        let (plain, mirrored) = (view(false), view(true));
        assert_eq!(plain.len(), 8 * 6 * 2);
        for (row, column, channel) in (0..8 * 6 * 2).map(|at| (at / 12, at / 2 % 6, at % 2)) {
            assert_eq!(plain[row * 12 + column * 2 + channel], mirrored[row * 12 + (5 - column) * 2 + channel]);
        }
    }
}
