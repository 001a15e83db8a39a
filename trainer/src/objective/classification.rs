//! Learning classes: the supervised baseline.

use burn::tensor::activation::log_softmax;
use burn::tensor::{Int, Tensor};

/// Cross-entropy `-ln softmax(logits)[class]`, the mean over images; `ln classes` for a classifier that knows nothing.
///
/// # Shapes
/// `logits` `[batch, classes]`, `classes` `[batch]`; the result `[1]`.
pub fn cross_entropy(logits: Tensor<2>, classes: Tensor<1, Int>) -> Tensor<1> {
    -log_softmax(logits, 1).gather(1, classes.unsqueeze_dim(1)).mean()
}

/// Share of the images, 0 to 1, whose largest logit is that of their class.
///
/// # Shapes
/// As for [`cross_entropy`].
pub fn accuracy(logits: Tensor<2>, classes: Tensor<1, Int>) -> Tensor<1> {
    let [batch, _] = logits.dims();
    logits.argmax(1).reshape([batch]).equal(classes).float().mean()
}

#[cfg(test)]
mod tests {
    use burn::tensor::Device;

    use super::*;

    #[test]
    fn the_closed_forms_of_both() {
        let device = Device::flex();
        let of = |logits: [[f32; 3]; 2], classes: [i64; 2]| {
            let logits = Tensor::<2>::from_floats(logits, &device);
            let classes = Tensor::<1, Int>::from_ints(classes, &device);
            let values = [cross_entropy(logits.clone(), classes.clone()), accuracy(logits, classes)];
            values.map(Tensor::into_scalar::<f32>)
        };
        let [loss, _] = of([[7.0; 3], [-2.0; 3]], [0, 2]);
        assert!((loss - 3.0_f32.ln()).abs() < 1e-6, "a classifier that knows nothing: {loss}");

        // ln(1 + 2 e^-2) and ln(e^3 + 2) - 0.
        let [loss, hits] = of([[2.0, 0.0, 0.0], [3.0, 0.0, 0.0]], [0, 1]);
        let expected = ((1.0 + 2.0 * (-2.0_f32).exp()).ln() + (3.0_f32.exp() + 2.0).ln()) / 2.0;
        assert!((loss - expected).abs() < 1e-6, "{loss} {expected}");
        assert_eq!(hits, 0.5);

        let [loss, hits] = of([[300.0, 0.0, 0.0], [0.0, 0.0, -300.0]], [0, 2]);
        assert!((loss - (300.0 + 2.0_f32.ln()) / 2.0).abs() < 1e-4, "large logits stay numbers: {loss}");
        assert_eq!(hits, 0.5);
    }
}
