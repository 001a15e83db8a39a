//! Learning fixed random targets, one for each image (Bojanowski and Joulin 2017, "Noise as Targets").

use burn::tensor::Tensor;

/// Keeps the slope finite where an embedding is zero.
const SMALLEST_SQUARE: f64 = 1e-12;

/// Embeddings as they are compared with targets: each divided by its length.
///
/// # Shapes
/// `embeddings` `[batch, units]` and the result too.
pub fn normalized(embeddings: Tensor<2>) -> Tensor<2> {
    let squares = embeddings.clone().square().sum_dim(1);
    embeddings / (squares + SMALLEST_SQUARE).sqrt()
}

/// Half the squared distance `|y/|y| - c|^2 / 2`, the mean over images: from 0 at the targets to 2 opposite of them, 1
/// where embeddings know nothing of them (equation 2 there).
///
/// # Shapes
/// `embeddings` and `targets`, which have length 1, `[batch, units]`; the result `[1]`.
pub fn target_distance(embeddings: Tensor<2>, targets: Tensor<2>) -> Tensor<1> {
    (normalized(embeddings) - targets).square().sum_dim(1).mean() / 2.0
}

#[cfg(test)]
mod tests {
    use burn::tensor::Device;

    use super::*;

    fn distance(embeddings: [[f32; 2]; 2], targets: [[f32; 2]; 2]) -> f64 {
        let [embeddings, targets] = [embeddings, targets].map(|rows| Tensor::<2>::from_floats(rows, &Device::flex()));
        f64::from(target_distance(embeddings, targets).into_scalar::<f32>())
    }

    #[test]
    fn the_distance_is_one_less_the_cosine() {
        let targets = [[1.0, 0.0], [0.6, 0.8]];
        for (embeddings, expected) in [
            ([[7.0, 0.0], [3.0, 4.0]], 0.0),
            ([[-0.1, 0.0], [-0.3, -0.4]], 2.0),
            ([[0.0, 5.0], [8.0, -6.0]], 1.0),
            // Cosines 0.6 and 0.96.
            ([[3.0, 4.0], [8.0, 6.0]], 0.22),
        ] {
            let found = distance(embeddings, targets);
            assert!((found - expected).abs() < 1e-6, "{found} {expected}");
        }
        assert!((distance([[0.0; 2]; 2], targets) - 0.5).abs() < 1e-6, "no length, no direction");
    }

    #[test]
    fn the_gradient_equals_finite_differences_and_turns_only() {
        let device = Device::flex().autodiff();
        let rows = [[0.5, -1.5], [2.0, 0.25]];
        let targets = [[0.0, 1.0], [-0.8, 0.6]];
        let embeddings = Tensor::<2>::from_floats(rows, &device).require_grad();
        let gradients = target_distance(embeddings.clone(), Tensor::from_floats(targets, &device)).backward();
        let gradient = embeddings.grad(&gradients).unwrap().try_to_vec_as::<f32>().unwrap();
        for (index, gradient) in gradient.iter().enumerate() {
            let moved = |by: f32| {
                let mut rows = rows;
                rows[index / 2][index % 2] += by;
                distance(rows, targets)
            };
            let slope = (moved(0.01) - moved(-0.01)) / 0.02;
            assert!((f64::from(*gradient) - slope).abs() < 1e-3, "{gradient} {slope}");
        }
        // Lengths are free.
        for (row, gradient) in rows.iter().zip(gradient.chunks_exact(2)) {
            assert!((row[0] * gradient[0] + row[1] * gradient[1]).abs() < 1e-6);
        }
    }
}
