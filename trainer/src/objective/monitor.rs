//! Whether embeddings still differ from image to image.

use burn::tensor::Tensor;

use super::normalized;

/// What embeddings of a batch look like, each `[1]`.
#[derive(Debug, Clone)]
pub struct Monitor {
    /// `sqrt(units) * mean_j std(z_j)` of the normalized embeddings z: 1 where they point everywhere alike, 0 where all are
    /// one (Chen and He 2021, figure 2).
    pub spread: Tensor<1>,
    /// `(tr C)^2 / tr C^2` of the covariance C of the embeddings: the number of units where all are alike and independent,
    /// 1 where all follow one line.
    pub effective_rank: Tensor<1>,
    /// `ln mean e^(-2 |z_i - z_k|^2)` over pairs of images: 0 where all are one, the lower the more they fill the sphere (Wang
    /// and Isola 2020).
    pub uniformity: Tensor<1>,
}

impl Monitor {
    /// # Shapes
    /// `embeddings` `[batch, units]`, of at least 2 images; not differentiated.
    pub fn of(embeddings: &Tensor<2>) -> Self {
        let [batch, units] = embeddings.dims();
        let directions = normalized(embeddings.clone());
        let deviations: Tensor<2> = (directions.clone() - directions.clone().mean_dim(0)).square().mean_dim(0).sqrt();
        let centred = embeddings.clone() - embeddings.clone().mean_dim(0);
        let trace = centred.clone().square().sum();
        let covariance = centred.clone().transpose().matmul(centred);
        let rank = trace.square() / (covariance.square().sum() + 1e-30);
        // |z_i - z_k|^2 = 2 - 2 z_i.z_k; those of an image with itself add e^0 each.
        let pairs = ((directions.clone().matmul(directions.transpose()) - 1.0) * 4.0).exp().sum();
        let others = (pairs - batch as f64).clamp_min(1e-30) / (batch * (batch - 1)) as f64;
        Self { spread: deviations.mean() * (units as f64).sqrt(), effective_rank: rank, uniformity: others.log() }
    }
}

/// `mean |z - z'|^2` of the normalized embeddings of two views of an image, `[1]`: 0 where they agree, 2 where they know
/// nothing of one another (Wang and Isola 2020).
///
/// # Shapes
/// Both `[batch, units]`; not differentiated.
pub fn alignment([first, second]: [Tensor<2>; 2]) -> Tensor<1> {
    let difference: Tensor<2> = (normalized(first) - normalized(second)).square().sum_dim(1);
    difference.mean()
}

#[cfg(test)]
mod tests {
    use burn::tensor::{Device, Distribution};

    use super::*;
    use crate::model::seed_alone;

    fn values(embeddings: &Tensor<2>) -> [f32; 3] {
        let Monitor { spread, effective_rank, uniformity } = Monitor::of(embeddings);
        [spread, effective_rank, uniformity].map(|value| value.try_to_vec_as::<f32>().unwrap()[0])
    }

    #[test]
    fn what_points_everywhere_and_what_is_one() {
        let device = Device::flex();
        let _alone = seed_alone(&device, 0);
        let everywhere = Tensor::<2>::random([4000, 8], Distribution::Normal(0.0, 1.0), &device);
        let [spread, rank, _] = values(&everywhere);
        assert!((spread - 1.0).abs() < 0.02 && (rank - 8.0).abs() < 0.1, "{spread} {rank}");
        let one = everywhere.clone().narrow(0, 0, 1).repeat_dim(0, 50);
        let [spread, _, uniformity] = values(&one);
        assert!(spread < 1e-3 && uniformity.abs() < 1e-3, "{spread} {uniformity}");
        // All on one line through the origin, to both sides: each is near half of the others and opposite to the rest.
        let line = Tensor::<2>::from_data([[1.0, 2.0], [-1.0, -2.0], [2.0, 4.0], [-2.0, -4.0]], &device);
        let [_, rank, uniformity] = values(&line);
        assert!((rank - 1.0).abs() < 1e-4, "{rank}");
        assert!((uniformity - ((1.0 + 2.0 * (-8.0_f32).exp()) / 3.0).ln()).abs() < 1e-4, "{uniformity}");
    }

    #[test]
    fn views_that_agree_and_views_that_are_opposite() {
        let device = Device::flex();
        let rows = Tensor::<2>::from_data([[3.0, 0.0], [0.0, -2.0]], &device);
        let of = |second: Tensor<2>| alignment([rows.clone(), second]).try_to_vec_as::<f32>().unwrap()[0];
        assert!(of(rows.clone() * 5.0).abs() < 1e-5);
        assert!((of(-rows.clone()) - 4.0).abs() < 1e-4);
        assert!((of(rows.clone().flip([1])) - 2.0).abs() < 1e-4);
    }
}
