//! Golden values, closed forms and slopes, all against plain f64 arithmetic.

use burn::tensor::{Device, TensorData};

use super::*;

/// Two images with two cells: `u[0][0], u[0][1], u[1][0], u[1][1]`.
const BATCH: [f32; 8] = [1.0, 0.5, -0.5, -1.0, 0.2, -0.2, 2.0, 1.5];

fn tensor(scores: &[f32], batch: usize, device: &Device) -> Tensor<2> {
    Tensor::from_data(TensorData::new(scores.to_vec(), [batch, scores.len() / batch]), device)
}

fn loss(estimator: Estimator, batch: usize, scores: &[f32]) -> f64 {
    let values = tensor(scores, batch, &Device::flex());
    let cells = scores.len() / batch / batch;
    f64::from(estimator.loss(&Scores::split(values, 0, cells)).into_scalar::<f32>())
}

/// The definition, pair by pair: every positive of infoNCE has its own softmax over a list of its own.
fn reference(estimator: Estimator, batch: usize, scores: &[f64]) -> f64 {
    let cells = scores.len() / batch / batch;
    let score = |i: usize, j: usize, l: usize| scores[(i * batch + j) * cells + l];
    let pairs = |own: bool| {
        let images =
            (0..batch * batch).map(move |pair| (pair / batch, pair % batch)).filter(move |(i, j)| (i == j) == own);
        images.flat_map(move |(i, j)| (0..cells).map(move |l| score(i, j, l)))
    };
    let mean = |own: bool, of: fn(f64) -> f64| pairs(own).map(of).sum::<f64>() / pairs(own).count() as f64;
    let softplus = |x: f64| x.exp().ln_1p();
    match estimator {
        Estimator::Jsd => mean(false, |q| q.exp().ln_1p() - LN_2) - mean(true, |p| LN_2 - (-p).exp().ln_1p()),
        Estimator::Gan => mean(false, |q| q.exp().ln_1p()) - mean(true, |p| -(-p).exp().ln_1p()),
        Estimator::Dv => mean(false, f64::exp).ln() - mean(true, |p| p),
        Estimator::Kl => mean(false, |q| (q - 1.0).exp()) - mean(true, |p| p),
        Estimator::Rkl => mean(false, |q| q - 1.0) - mean(true, |p| -(-p).exp()),
        Estimator::H2 => mean(false, |q| q.exp() - 1.0) - mean(true, |p| 1.0 - (-p).exp()),
        Estimator::X2 => mean(false, |q| q * q / 4.0 + q) - mean(true, |p| p),
        Estimator::W1 => mean(false, |q| q) - mean(true, |p| p),
        Estimator::InfoNce => {
            let of = |i: usize, l: usize| {
                let positive = score(i, i, l);
                let others = (0..batch).filter(|j| *j != i).flat_map(|j| (0..cells).map(move |l| (j, l)));
                softplus(others.map(|(j, l)| score(i, j, l).exp()).sum::<f64>().ln() - positive)
            };
            (0..batch * cells).map(|pair| of(pair / cells, pair % cells)).sum::<f64>() / (batch * cells) as f64
        }
    }
}

#[test]
fn golden_values_of_single_scores() {
    for (estimator, positive, negative) in [
        (Estimator::Gan, -0.474_077, 0.554_355),
        (Estimator::Jsd, 0.219_070, -0.138_792),
        (Estimator::Kl, 0.5, 0.272_532),
        (Estimator::Rkl, -0.606_531, -1.3),
        (Estimator::H2, 0.393_469, -0.259_182),
        (Estimator::X2, 0.5, -0.277_5),
        (Estimator::W1, 0.5, -0.3),
    ] {
        let value = |score: Tensor<2>| score.into_scalar::<f32>();
        let device = Device::flex();
        let found = value(estimator.of_positive(tensor(&[0.5], 1, &device)));
        assert!((found - positive).abs() < 1e-6, "{estimator:?}: {found}");
        let found = value(estimator.of_negative(tensor(&[-0.3], 1, &device)));
        assert!((found - negative).abs() < 1e-6, "{estimator:?}: {found}");
    }
}

#[test]
fn golden_batch_of_two_images_with_two_cells() {
    for (estimator, golden) in
        [(Estimator::Jsd, -0.561_470), (Estimator::InfoNce, 0.347_422), (Estimator::Dv, -1.532_846)]
    {
        let found = loss(estimator, 2, &BATCH);
        assert!((found - golden).abs() < 1e-6, "{estimator:?}: {found}");
    }
}

#[test]
fn every_estimator_equals_its_definition() {
    let scores: Vec<f32> = (0..48).map(|index| ((index * 37 % 23) as f32 - 11.0) / 7.0).collect();
    let exact: Vec<f64> = scores.iter().map(|score| f64::from(*score)).collect();
    for estimator in Estimator::ALL {
        let (found, expected) = (loss(estimator, 4, &scores), reference(estimator, 4, &exact));
        assert!((found - expected).abs() < 1e-5, "{estimator:?}: {found} {expected}");
    }
}

#[test]
fn a_constant_critic_estimates_nothing() {
    for (batch, cells, score) in [(2, 1, 0.0), (3, 4, 0.0), (4, 9, 1.7)] {
        let scores = vec![score; batch * batch * cells];
        for estimator in [Estimator::Jsd, Estimator::Dv, Estimator::InfoNce, Estimator::H2, Estimator::W1] {
            if score != 0.0 && matches!(estimator, Estimator::Jsd | Estimator::H2) {
                continue;
            }
            let estimate = estimator.offset(batch, cells) - loss(estimator, batch, &scores);
            assert!(estimate.abs() < 1e-5, "{estimator:?} {batch} {cells}: {estimate}");
        }
        let infonce = loss(Estimator::InfoNce, batch, &scores);
        assert!((infonce - (1.0 + ((batch - 1) * cells) as f64).ln()).abs() < 1e-5, "{infonce}");
    }
    // The constants that make these two tight: T = 1 + ln(p/q) and T = -ln(p/q)'s reverse at p = q.
    assert!(loss(Estimator::Kl, 3, &[1.0; 9]).abs() < 1e-6);
    assert!(loss(Estimator::Rkl, 3, &[0.0; 9]).abs() < 1e-6);
    assert!(loss(Estimator::X2, 3, &[0.0; 9]).abs() < 1e-6);
    assert!((loss(Estimator::Gan, 3, &[0.0; 9]) - 2.0 * LN_2).abs() < 1e-6);
}

#[test]
fn two_images_with_one_cell() {
    let [a, b, c, d] = [0.7_f64, -0.4, 0.1, 1.3];
    let scores = [a, b, c, d].map(|score| score as f32);
    let softplus = |x: f64| x.exp().ln_1p();
    let infonce = (softplus(b - a) + softplus(c - d)) / 2.0;
    assert!((loss(Estimator::InfoNce, 2, &scores) - infonce).abs() < 1e-6);
    let dv = ((b.exp() + c.exp()) / 2.0).ln() - (a + d) / 2.0;
    assert!((loss(Estimator::Dv, 2, &scores) - dv).abs() < 1e-6);
}

#[test]
fn a_perfect_critic_reaches_the_ceiling() {
    let scores = [40.0, -40.0, -40.0, 40.0];
    for estimator in [Estimator::Jsd, Estimator::Gan, Estimator::InfoNce] {
        let estimate = estimator.offset(2, 1) - loss(estimator, 2, &scores);
        let ceiling = estimator.ceiling(2, 1).unwrap();
        assert!((estimate - ceiling).abs() < 1e-6, "{estimator:?}: {estimate} of {ceiling}");
    }
    let paper = Estimator::InfoNce.ceiling(64, 64).unwrap();
    assert!((paper - 4033_f64.ln()).abs() < 1e-12);
}

#[test]
fn scores_of_any_size_stay_numbers() {
    let scores = [2000.0, -2000.0, 2000.0, -2000.0];
    for estimator in [Estimator::Jsd, Estimator::Gan, Estimator::InfoNce, Estimator::Dv] {
        let found = loss(estimator, 2, &scores);
        let exact = match estimator {
            Estimator::Jsd => 2000.0 - 2.0 * LN_2,
            Estimator::Gan | Estimator::InfoNce => 2000.0,
            _ => 2000.0 - LN_2,
        };
        assert!((found - exact).abs() < 1e-3, "{estimator:?}: {found} {exact}");
    }
}

#[test]
fn a_huge_positive_leaves_the_negatives_alone() {
    let found = loss(Estimator::Kl, 2, &[80.0, 0.0, 0.0, 80.0]);
    assert!((found - ((-1.0_f64).exp() - 80.0)).abs() < 1e-5, "{found}");
}

#[test]
fn gradients_equal_finite_differences_of_the_definition() {
    let scores: Vec<f32> = (0..18).map(|index| ((index * 13 % 17) as f32 - 8.0) / 6.0).collect();
    let device = Device::flex().autodiff();
    for estimator in Estimator::ALL {
        let values = tensor(&scores, 3, &device).require_grad();
        let gradients = estimator.loss(&Scores::split(values.clone(), 0, 2)).backward();
        let gradient = values.grad(&gradients).unwrap().try_to_vec_as::<f32>().unwrap();
        for (index, gradient) in gradient.iter().enumerate() {
            let moved = |by: f64| {
                let mut exact: Vec<f64> = scores.iter().map(|score| f64::from(*score)).collect();
                exact[index] += by;
                reference(estimator, 3, &exact)
            };
            let slope = (moved(1e-5) - moved(-1e-5)) / 2e-5;
            assert!((f64::from(*gradient) - slope).abs() < 1e-5, "{estimator:?} {index}: {gradient} {slope}");
        }
    }
}

#[test]
fn softplus_with_its_slope_in_closed_form() {
    let device = Device::flex().autodiff();
    let numbers = [-200.0, -20.0, -1.0, -1e-3, 0.0, 0.5, 3.0, 40.0, 300.0];
    let of = |softplus: fn(Tensor<2>) -> Tensor<2>| {
        let x = tensor(&numbers, 1, &device).require_grad();
        let y = softplus(x.clone());
        let mut gradients = (y.clone() * 2.0).sum().backward();
        [y.inner(), x.grad_remove(&mut gradients).unwrap()].map(|tensor| tensor.try_to_vec_as::<f32>().unwrap())
    };
    let [mean, slopes_of_mean] = of(|x| mean_softplus_with_slope(x).unsqueeze());
    let [values, slopes] = of(softplus_with_slope);
    let sum: f64 = values.iter().copied().map(f64::from).sum();
    assert!((f64::from(mean[0]) * numbers.len() as f64 / sum - 1.0).abs() < 1e-6, "{mean:?} {sum}");
    for (of_mean, slope) in slopes_of_mean.iter().zip(&slopes) {
        assert!((of_mean * numbers.len() as f32 - slope).abs() < 1e-6, "{of_mean} {slope}");
    }
    for ((x, value), slope) in numbers.iter().zip(values).zip(slopes) {
        let x = f64::from(*x);
        let expected = x.max(0.0) + (-x.abs()).exp().ln_1p();
        assert!((f64::from(value) - expected).abs() <= 1e-6 * expected.max(1.0), "{x}: {value} {expected}");
        let expected = 2.0 / (1.0 + (-x).exp());
        assert!((f64::from(slope) - expected).abs() < 1e-6, "{x}: {slope} {expected}");
    }
}
