//! From pixels to what an encoder takes.

use burn::tensor::{DType, Device, Int, Tensor, TensorData};
use dim_model_format::Shape;

use crate::device::is_cpu;

/// A raw pixel as the encoder takes it, `(pixel - 128) / 128`: exactly what the device computes with.
pub fn real_pixel(pixel: u8) -> f32 {
    (f32::from(pixel) - 128.0) / 128.0
}

/// Raw pixels as the encoder takes them, each as [`real_pixel`] says. They go up to a GPU as bytes where it has them, in a
/// quarter of the time, and become numbers there: the same ones, since nothing is rounded.
///
/// # Shapes
/// `pixels` `[batch, height, width, channels]` of `[height, width, channels]` images; the result
/// `[batch, channels, height, width]`, in memory as the pixels lie.
pub fn images_to_tensor(pixels: &[u8], shape: Shape, device: &Device) -> Tensor<4> {
    let [height, width, channels] = [shape.height, shape.width, shape.channels].map(usize::from);
    let batch = pixels.len() / (height * width * channels);
    let shape = [batch, height, width, channels];
    let images = if is_cpu(device) || !device.supports_dtype(DType::U8) {
        let values: Vec<f32> = pixels.iter().map(|pixel| real_pixel(*pixel)).collect();
        Tensor::<4>::from_data(TensorData::new(values, shape), device)
    } else {
        on_device(pixels, shape, device)
    };
    images.permute([0, 3, 1, 2])
}

fn on_device(pixels: &[u8], shape: [usize; 4], device: &Device) -> Tensor<4> {
    let bytes = Tensor::<4, Int>::from_data(TensorData::new(pixels.to_vec(), shape), (device, DType::U8));
    (bytes.float() - 128.0) / 128.0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_pixel_is_the_same_number_wherever_it_becomes_one() {
        let device = Device::flex();
        let pixels: Vec<u8> = (0..=255).collect();
        let numbers = |tensor: Tensor<4>| tensor.permute([0, 2, 3, 1]).try_to_vec_as::<f32>().unwrap();
        let expected: Vec<f32> = (0..256).map(|pixel| pixel as f32 / 128.0 - 1.0).collect();
        assert_eq!(numbers(images_to_tensor(&pixels, Shape::new(8, 8, 2), &device)), expected);
        assert_eq!(on_device(&pixels, [2, 8, 8, 2], &device).try_to_vec_as::<f32>().unwrap(), expected);
    }
}
