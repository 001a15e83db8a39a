//! The Donsker-Varadhan bound: how many nats a critic's scores prove two distributions to differ by.

/// Scores of a critic on samples of a joint distribution and of the product of its marginals.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct Scores {
    /// Of samples that belong together.
    pub(super) joint: Vec<f32>,
    /// Of samples put together at random.
    pub(super) product: Vec<f32>,
}

impl Scores {
    /// `E_joint[T] - ln E_product[e^T]` in nats, a lower bound of the mutual information (Belghazi et al. 2018,
    /// equation 10); the logarithm is of one mean over all scores of the product, with their largest taken out.
    pub(super) fn nats(&self) -> f64 {
        let joint = self.joint.iter().map(|score| f64::from(*score)).sum::<f64>() / self.joint.len() as f64;
        joint - log_mean_exp(&self.product)
    }
}

/// `ln` of the mean of `e^x`.
pub(super) fn log_mean_exp(scores: &[f32]) -> f64 {
    let largest = scores.iter().copied().fold(f32::NEG_INFINITY, f32::max);
    let sum: f64 = scores.iter().map(|score| f64::from(score - largest).exp()).sum();
    f64::from(largest) + (sum / scores.len() as f64).ln()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equal_scores_prove_nothing_and_an_added_constant_changes_nothing() {
        let scores = |by: f32| Scores { joint: vec![by; 3], product: vec![by; 5] };
        for by in [0.0, 5.0, -3.0, 300.0] {
            assert!(scores(by).nats().abs() < 1e-9);
        }
    }

    #[test]
    fn golden_batch_of_two_images_with_two_cells() {
        let scores = Scores { joint: vec![1.0, 0.5, 2.0, 1.5], product: vec![-0.5, -1.0, 0.2, -0.2] };
        assert!((scores.nats() - 1.532_846).abs() < 1e-6, "{}", scores.nats());
    }

    /// Both variables are the same fair coin: the best critic is `ln 2` for equal and minus infinity for unequal sides.
    #[test]
    fn a_coin_tells_itself_ln_2() {
        let scores = Scores { joint: vec![0.0; 4], product: vec![0.0, f32::NEG_INFINITY, f32::NEG_INFINITY, 0.0] };
        assert!((scores.nats() - std::f64::consts::LN_2).abs() < 1e-12);
    }
}
