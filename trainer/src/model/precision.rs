//! What the large products of a training step compute in.

use anyhow::ensure;
use burn::module::{Module, ModuleMapper, Param};
use burn::nn::Linear;
use burn::nn::conv::Conv2d;
use burn::tensor::{Device, FloatDType, Tensor};

use super::convolve::convolve;
use crate::fused;
use crate::settings::Precision;

impl Precision {
    /// Checks that devices compute in it.
    ///
    /// # Errors
    /// Naming the precision, where one of them does not.
    pub fn check(self, devices: &[Device]) -> anyhow::Result<()> {
        let computes = |device: &Device| self == Self::F32 || device.supports_dtype(FloatDType::BF16);
        ensure!(
            devices.iter().all(computes),
            "precision = {:?}: the device does not compute in it; set precision = \"f32\"",
            self.name()
        );
        Ok(())
    }

    /// # Shapes
    /// As [`Conv2d::forward`].
    pub(super) fn conv2d(self, layer: &Conv2d, input: Tensor<4>) -> Tensor<4> {
        match self {
            Self::F32 => convolve(layer, input),
            Self::Bf16 => wide(narrow_module(layer).forward(narrow(input))),
        }
    }

    /// # Shapes
    /// As [`Linear::forward`].
    pub(super) fn linear(self, layer: &Linear, input: Tensor<2>) -> Tensor<2> {
        match self {
            Self::F32 => fused::linear(layer, input),
            Self::Bf16 => wide(narrow_module(layer).forward(narrow(input))),
        }
    }
}

fn narrow<const D: usize>(tensor: Tensor<D>) -> Tensor<D> {
    tensor.cast(FloatDType::BF16)
}

fn wide<const D: usize>(tensor: Tensor<D>) -> Tensor<D> {
    tensor.cast(FloatDType::F32)
}

/// The module with rounded weights, through which gradients reach the module's own.
fn narrow_module<M: Module>(module: &M) -> M {
    struct Narrow;
    impl ModuleMapper for Narrow {
        fn map_float<const D: usize>(&mut self, parameter: Param<Tensor<D>>) -> Param<Tensor<D>> {
            parameter.map(narrow)
        }
    }
    module.clone().map(&mut Narrow)
}

#[cfg(test)]
mod tests {
    use burn::nn::LinearConfig;
    use burn::nn::conv::Conv2dConfig;
    use burn::optim::GradientsParams;
    use burn::tensor::{DType, Distribution};

    use super::*;
    use crate::model::seed_alone;

    #[test]
    fn gradients_reach_wide_weights_through_rounded_ones() {
        let device = Device::flex().autodiff();
        let _alone = seed_alone(&device, 2);
        let conv = Conv2dConfig::new([2, 3], [3, 3]).init(&device);
        let linear = LinearConfig::new(8, 5).init(&device);
        let images = Tensor::<4>::random([2, 2, 5, 5], Distribution::Uniform(-1.0, 1.0), &device);
        let rows = Tensor::<2>::random([4, 8], Distribution::Uniform(-1.0, 1.0), &device);
        let [wide, narrow] = [Precision::F32, Precision::Bf16].map(|precision| {
            let convolved = precision.conv2d(&conv, images.clone());
            let product = precision.linear(&linear, rows.clone());
            assert_eq!((convolved.dtype(), product.dtype()), (DType::F32, DType::F32));
            let mut gradients = (convolved.clone().square().sum() + product.clone().square().sum()).backward();
            let of_conv = GradientsParams::from_module(&mut gradients, &conv);
            let of_linear = GradientsParams::from_module(&mut gradients, &linear);
            assert_eq!((of_conv.len(), of_linear.len()), (2, 2));
            let kernel = of_conv.get::<4>(conv.weight.id).unwrap();
            let matrix = of_linear.get::<2>(linear.weight.id).unwrap();
            assert_eq!((kernel.dtype(), matrix.dtype()), (DType::F32, DType::F32));
            let numbers = |tensor: Tensor<1>| tensor.try_to_vec_as::<f32>().unwrap();
            [convolved.inner().flatten(0, 3), product.inner().flatten(0, 1), kernel.flatten(0, 3), matrix.flatten(0, 1)]
                .map(numbers)
        });
        for (wide, narrow) in wide.iter().zip(&narrow) {
            assert_ne!(wide, narrow, "nothing was rounded");
            let largest = wide.iter().fold(0.0_f32, |max, x| max.max(x.abs()));
            // A rounding is 2^-9 at most; a sum has some of them, and a gradient two layers of them.
            for (wide, narrow) in wide.iter().zip(narrow) {
                assert!((wide - narrow).abs() < 0.02 * largest, "{wide} {narrow}");
            }
        }
        assert_eq!(conv.weight.val().dtype(), DType::F32);
    }
}
