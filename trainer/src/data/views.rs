//! Random views of an image: what a representation should not depend on.

use dim_model_format::Shape;
use rand::Rng;

/// Largest shift in either direction, as a share of the extent: 3 pixels of 28.
const SHIFT: f64 = 0.11;
/// Contrast and brightness vary by up to this share.
const JITTER: f32 = 0.4;

/// Appends a view of `image` to `pixels`: mirrored half of the time, shifted with its edge repeated,
/// contrast and brightness changed (Bachman et al. 2019, section 3; without colour and scale).
///
/// # Shapes
/// `image` `[height, width, channels]`.
pub fn push_view(pixels: &mut Vec<u8>, image: &[u8], shape: Shape, random: &mut impl Rng) {
    let [height, width, channels] = [shape.height, shape.width, shape.channels].map(usize::from);
    let mirrored = random.random::<bool>();
    let mut shift = |extent: usize| {
        let most = (extent as f64 * SHIFT).round() as i32;
        random.random_range(-most..=most) as isize
    };
    let [down, right] = [shift(height), shift(width)];
    let contrast = random.random_range(1.0 - JITTER..=1.0 + JITTER);
    let brightness = random.random_range(-JITTER..=JITTER) * 64.0;
    for y in 0..height {
        let y = y.saturating_add_signed(-down).min(height - 1);
        for x in 0..width {
            let x = x.saturating_add_signed(-right).min(width - 1);
            let x = if mirrored { width - 1 - x } else { x };
            let pixel = &image[(y * width + x) * channels..][..channels];
            pixels.extend(pixel.iter().map(|value| (f32::from(*value) * contrast + brightness).round() as u8));
        }
    }
}

#[cfg(test)]
mod tests {
    use rand::SeedableRng;
    use rand::rngs::StdRng;

    use super::*;

    const SHAPE: Shape = Shape::new(4, 20, 1);

    fn views(image: &[u8], count: usize) -> Vec<Vec<u8>> {
        let mut random = StdRng::seed_from_u64(5);
        let view = |_| {
            let mut pixels = Vec::new();
            push_view(&mut pixels, image, SHAPE, &mut random);
            pixels
        };
        (0..count).map(view).collect()
    }

    #[test]
    fn a_uniform_image_stays_uniform_and_changes_its_brightness() {
        let views = views(&[100; 80], 50);
        assert!(views.iter().all(|view| view.len() == 80 && view.iter().all(|pixel| *pixel == view[0])));
        let [low, high] = [views.iter().map(|view| view[0]).min(), views.iter().map(|view| view[0]).max()];
        assert!(low >= Some(34) && low < Some(70) && high > Some(130) && high <= Some(166), "{low:?} {high:?}");
    }

    #[test]
    fn an_edge_moves_by_at_most_the_shift_and_is_mirrored_half_of_the_time() {
        let image: Vec<u8> = (0..80).map(|index| if index % 20 < 8 { 60 } else { 180 }).collect();
        let views = views(&image, 200);
        let edge = |view: &Vec<u8>| view[..20].windows(2).position(|pair| pair[0] != pair[1]).unwrap() + 1;
        let mirrored = views.iter().filter(|view| view[0] > view[19]).count();
        assert!((70..130).contains(&mirrored), "{mirrored}");
        for view in &views {
            let expected = if view[0] > view[19] { 12 } else { 8 };
            assert!(edge(view).abs_diff(expected) <= 2, "{}", edge(view));
            assert!(view.chunks(20).all(|row| row == &view[..20]), "rows are alike before and after");
        }
    }
}
