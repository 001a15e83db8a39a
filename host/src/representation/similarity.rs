//! How alike the cells of a local feature map are.

/// Cosine similarity, -1 to 1, of cell `cell` with every cell of a feature map.
///
/// # Shapes
/// `feature_map` `[height * width, channels]`, real numbers; the result `[height * width]`.
pub fn similarity_map(feature_map: &[f32], channels: usize, cell: usize) -> Vec<f32> {
    let length = |cell: &[f32]| dot(cell, cell).sqrt().max(f32::MIN_POSITIVE);
    let cells = feature_map.chunks_exact(channels);
    let query = &feature_map[cell * channels..(cell + 1) * channels];
    cells.map(|cell| dot(cell, query) / (length(cell) * length(query))).collect()
}

/// Mean and smallest cosine similarity of the rows of two representations of the same images.
pub fn cosine(a: &super::features::Features, b: &super::features::Features) -> (f64, f64) {
    let cosines: Vec<f64> = a
        .rows()
        .zip(b.rows())
        .map(|(a, b)| f64::from(dot(a, b)) / f64::from(dot(a, a).sqrt() * dot(b, b).sqrt()).max(f64::MIN_POSITIVE))
        .collect();
    let mean = cosines.iter().sum::<f64>() / cosines.len() as f64;
    (mean, cosines.into_iter().fold(1.0, f64::min))
}

fn dot(a: &[f32], b: &[f32]) -> f32 {
    a.iter().zip(b).map(|(a, b)| a * b).sum()
}

#[cfg(test)]
mod tests {
    use std::f64::consts::FRAC_1_SQRT_2;

    use super::*;
    use crate::representation::features::Features;

    #[test]
    fn a_cell_is_like_itself_and_unlike_an_orthogonal_one() {
        assert_eq!(similarity_map(&[2.0, 0.0, 0.0, 3.0, -1.0, 0.0], 2, 0), [1.0, 0.0, -1.0]);
    }

    #[test]
    fn cosine_ignores_length() {
        let rows = |values: &[f32]| Features { width: 2, values: values.to_vec() };
        let (mean, min) = cosine(&rows(&[1.0, 0.0, 1.0, 1.0]), &rows(&[5.0, 0.0, 0.0, 1.0]));
        // The second pair is at 45 degrees.
        assert!((min - FRAC_1_SQRT_2).abs() < 1e-5 && (mean - (1.0 + min) / 2.0).abs() < 1e-5, "{mean} {min}");
    }
}
