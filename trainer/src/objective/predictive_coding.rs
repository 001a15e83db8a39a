//! Predicting the lower cells of a map from the upper ones: contrastive predictive coding (van den Oord et al. 2018).

use burn::tensor::activation::log_softmax;
use burn::tensor::{Int, Tensor, TensorData};

use crate::model::RowPredictor;

/// Cross-entropy of a cell `z` among all cells of the batch, from the context `c` some rows above it:
/// `-ln(exp(z[y+k,x]^T W_k c[y,x]) / sum_v exp(v^T W_k c[y,x]))`, the mean over images and places and then over steps
/// `k = 1..5` (equations 3 and 4 there). Negatives are all other cells of the same image and of the others;
/// `ln(batch * height * width)` for a predictor that knows nothing.
///
/// # Shapes
/// `map` `[batch, channels, height, width]` with at least two rows; the result `[1]`.
pub fn predictive_coding(predictor: &RowPredictor, map: Tensor<4>) -> Tensor<1> {
    let [batch, _, height, width] = map.dims();
    let contexts = predictor.contexts(map.clone());
    let cells = rows(map).transpose();
    let steps = 1..=predictor.steps();
    let losses = steps.map(|step| {
        let predicted = predictor.predict(rows(contexts.clone().narrow(2, 0, height - step)), step);
        let scores = predicted.matmul(cells.clone());
        let target = |image: usize, y: usize, x: usize| ((image * height + y + step) * width + x) as i64;
        let places = (0..height - step).flat_map(|y| (0..width).map(move |x| (y, x)));
        let targets = (0..batch).flat_map(|image| places.clone().map(move |(y, x)| target(image, y, x)));
        let targets: Vec<i64> = targets.collect();
        let count = targets.len();
        let targets = Tensor::<2, Int>::from_data(TensorData::new(targets, [count, 1]), &scores.device());
        -log_softmax(scores, 1).gather(1, targets).mean()
    });
    Tensor::cat(losses.collect(), 0).mean()
}

/// Cells under one another, image by image and row by row.
///
/// # Shapes
/// `map` `[batch, channels, height, width]`; the result `[batch * height * width, channels]`.
fn rows(map: Tensor<4>) -> Tensor<2> {
    let [batch, channels, height, width] = map.dims();
    map.permute([0, 2, 3, 1]).reshape([batch * height * width, channels])
}

#[cfg(test)]
mod tests {
    use burn::module::{Module, ModuleMapper, Param};
    use burn::optim::{AdamConfig, GradientsParams};
    use burn::tensor::{Device, Distribution};

    use super::*;
    use crate::model::seed_alone;

    const DIMS: [usize; 4] = [2, 3, 4, 5];

    fn numbers<const D: usize>(tensor: Tensor<D>) -> Vec<f64> {
        tensor.try_to_vec_as::<f32>().unwrap().into_iter().map(f64::from).collect()
    }

    fn drawn(device: &Device) -> (RowPredictor, Tensor<4>) {
        let predictor = RowPredictor::new(DIMS[1], DIMS[2], device);
        (predictor, Tensor::random(DIMS, Distribution::Normal(0.0, 1.0), device))
    }

    /// Equations 3 and 4 written out for every place and step.
    #[test]
    fn the_loss_is_the_mean_surprise_at_each_cell() {
        let device = Device::flex();
        let _alone = seed_alone(&device, 0);
        let (predictor, map) = drawn(&device);
        let [batch, channels, height, width] = DIMS;
        let found = f64::from(predictive_coding(&predictor, map.clone()).into_scalar::<f32>());
        let contexts = numbers(predictor.contexts(map.clone()));
        let map = numbers(map);
        let cell = |of: &[f64], image: usize, y: usize, x: usize| -> Vec<f64> {
            (0..channels).map(|channel| of[((image * channels + channel) * height + y) * width + x]).collect()
        };
        let mut of_steps = Vec::new();
        for step in 1..height {
            let mut surprises = Vec::new();
            for (image, y, x) in (0..batch)
                .flat_map(|image| (0..height - step).flat_map(move |y| (0..width).map(move |x| (image, y, x))))
            {
                let context: Vec<f32> = cell(&contexts, image, y, x).iter().map(|x| *x as f32).collect();
                let context = Tensor::<2>::from_data(TensorData::new(context, [1, channels]), &device);
                let predicted = numbers(predictor.predict(context, step));
                let score = |cell: Vec<f64>| cell.iter().zip(&predicted).map(|(a, b)| a * b).sum::<f64>();
                let mut all = 0.0;
                for other in 0..batch {
                    for row in 0..height {
                        all += (0..width).map(|column| score(cell(&map, other, row, column)).exp()).sum::<f64>();
                    }
                }
                surprises.push(all.ln() - score(cell(&map, image, y + step, x)));
            }
            of_steps.push(surprises.iter().sum::<f64>() / surprises.len() as f64);
        }
        let expected = of_steps.iter().sum::<f64>() / of_steps.len() as f64;
        assert!((found - expected).abs() < 1e-5, "{found} {expected}");
    }

    struct Zeros;

    impl ModuleMapper for Zeros {
        fn map_float<const D: usize>(&mut self, parameter: Param<Tensor<D>>) -> Param<Tensor<D>> {
            parameter.map(|value| value * 0.0)
        }
    }

    #[test]
    fn a_predictor_that_knows_nothing_guesses_among_all_cells() {
        let device = Device::flex();
        let _alone = seed_alone(&device, 0);
        let (predictor, map) = drawn(&device);
        let loss = predictive_coding(&predictor.map(&mut Zeros), map).into_scalar::<f32>();
        assert!((loss - 40.0_f32.ln()).abs() < 1e-6, "{loss}");
    }

    #[test]
    fn the_gradient_equals_finite_differences() {
        let device = Device::flex().autodiff();
        let _alone = seed_alone(&device, 0);
        let (predictor, map) = drawn(&device);
        let map = map.require_grad();
        let gradients = predictive_coding(&predictor, map.clone()).backward();
        let gradient = numbers(map.grad(&gradients).unwrap());
        assert_eq!(GradientsParams::from_grads(gradients, &predictor).len(), 7);
        let values = numbers(map);
        for index in (0..gradient.len()).step_by(7) {
            let moved = |by: f64| {
                let mut values: Vec<f32> = values.iter().map(|x| *x as f32).collect();
                values[index] += by as f32;
                let map = Tensor::<4>::from_data(TensorData::new(values, DIMS), &device);
                f64::from(predictive_coding(&predictor, map).into_scalar::<f32>())
            };
            let slope = (moved(0.02) - moved(-0.02)) / 0.04;
            assert!((gradient[index] - slope).abs() < 1e-3, "{index}: {} {slope}", gradient[index]);
        }
    }

    /// Maps whose rows go on as they began are told from one another by their first row; of noise nothing is known.
    #[test]
    fn what_follows_from_the_rows_above_is_learned() {
        let device = Device::flex().autodiff();
        let _alone = seed_alone(&device, 0);
        let repeated = Tensor::<4>::random([8, 6, 1, 4], Distribution::Normal(0.0, 1.0), &device).repeat_dim(2, 4);
        let mut predictor = RowPredictor::new(6, 4, &device);
        let mut optimizer = AdamConfig::new().init();
        let mut losses = Vec::new();
        for _ in 0..60 {
            let loss = predictive_coding(&predictor, repeated.clone());
            losses.push(loss.clone().into_scalar::<f32>());
            let gradients = GradientsParams::from_grads(loss.backward(), &predictor);
            predictor = optimizer.step(0.02, predictor, gradients);
        }
        // Four rows are alike, so that ln 4 is the least there is, and ln 128 is to know nothing.
        let [first, last] = [losses[0], losses[59]];
        assert!(first > 4.0 && last > 4.0_f32.ln() - 1e-3 && last < 2.5, "{first} {last}");
        let noise = Tensor::<4>::random([8, 6, 4, 4], Distribution::Normal(0.0, 1.0), &device);
        let of_noise = predictive_coding(&predictor, noise).into_scalar::<f32>();
        assert!(of_noise > 128.0_f32.ln(), "{of_noise}");
    }
}
