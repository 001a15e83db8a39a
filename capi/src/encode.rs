//! Images are encoded in an arena.

use dim_model_format::{Model as Parsed, TapKind as Kind};
use dim_runtime::{Encoder, Quantized};

use crate::border::{Memory, read, result};
use crate::model::Model;
use crate::status::Status;
use crate::tensor::{TapKind, Tensor};

impl From<Quantized<'_>> for Tensor {
    fn from(quantized: Quantized<'_>) -> Self {
        let Quantized { values, shape, quantization } = quantized;
        Self {
            codes: values.as_ptr(),
            count: values.len(),
            shape: shape.into(),
            zero_point: quantization.zero_point,
            scale: quantization.scale,
        }
    }
}

/// Computes embedding and taps of an image.
///
/// @param model      Parsed.
/// @param arena      #dim_sizes.arena_bytes or more, aligned to #DIM_ALIGNMENT; what it holds does not matter. It holds the
///                   taps afterwards. After a status other than #DIM_OK it may hold anything.
/// @param pixels     `[height, width, channels]`, raw, 0 to 255, channels innermost; of any alignment, outside of the arena.
/// @param count      Bytes of `pixels`, #dim_sizes.image_bytes.
/// @param embedding  The embedding, in the arena. May be null: dim_tap() gives it too.
/// @return #DIM_OK, #DIM_NULL_POINTER, #DIM_MISALIGNED, #DIM_OVERLAP, #DIM_NOT_BEGUN, #DIM_MEMORY_TOO_SMALL, #DIM_LEFT_OUT,
///         #DIM_IMAGE_LENGTH, #DIM_CHANGED
/// @par Context Any, with about a kilobyte of stack; from several threads at once with an arena each.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn dim_encode(
    model: *const Model,
    arena: Memory,
    pixels: *const u8,
    count: usize,
    embedding: *mut Tensor,
) -> Status {
    let encode = || {
        // SAFETY: by the contract of the header.
        let (model, pixels) = unsafe { (Model::load(model)?, read(pixels, count)?) };
        arena.is_apart_from(pixels)?;
        let to = match embedding.is_null() {
            true => None,
            // SAFETY: by the contract of the header.
            false => Some(unsafe { result(embedding) }?),
        };
        // SAFETY: by the contract of the header.
        let arena = unsafe { arena.arena() }?;
        let mut encoder = Encoder::new(&model, arena)?;
        let output = encoder.encode(pixels)?;
        if let Some(to) = to {
            to.write(output.embedding().into());
        }
        Ok(())
    };
    Status::of(encode())
}

/// A tensor of the image that was encoded last.
///
/// @param model   Parsed.
/// @param arena   As it was given to dim_encode().
/// @param tap     One of the values of #dim_tap_kind.
/// @param tensor  The tensor, in the arena; written if all is well.
/// @return #DIM_OK, #DIM_NULL_POINTER, #DIM_MISALIGNED, #DIM_NOT_BEGUN, #DIM_MEMORY_TOO_SMALL, #DIM_NO_TAP
/// @par Context Any, interrupts too.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn dim_tap(model: *const Model, arena: Memory, tap: i32, tensor: *mut Tensor) -> Status {
    let look = || {
        // SAFETY: by the contract of the header.
        let (model, to, arena) = unsafe { (Model::load(model)?, result(tensor)?, arena.arena()?) };
        if arena.len() < model.arena_bytes() {
            return Err(Status::MemoryTooSmall);
        }
        let kind = TapKind::of(tap).ok_or(Status::NoTap)?;
        to.write(tapped(&model, arena, kind).ok_or(Status::NoTap)?.into());
        Ok(())
    };
    Status::of(look())
}

fn tapped<'a>(model: &Parsed<'_>, arena: &'a [i8], kind: Kind) -> Option<Quantized<'a>> {
    let tensor = model.tensor(model.tap(kind)?);
    let values = arena.get(tensor.arena_range())?;
    Some(Quantized { values, shape: tensor.shape, quantization: tensor.quantization })
}

/// Computes generated images and compares the outputs with the proof in the file: whether this processor, compiler, memory and file
/// make the bits that were measured on the workstation. To be called once at the start.
///
/// @param model  Parsed.
/// @param arena  As for dim_encode(); afterwards it holds nothing of use.
/// @return #DIM_OK, #DIM_NULL_POINTER, #DIM_MISALIGNED, #DIM_NOT_BEGUN, #DIM_MEMORY_TOO_SMALL, #DIM_LEFT_OUT, #DIM_NO_PROOF,
///         #DIM_DISPROVED, #DIM_CHANGED
/// @par Context As of dim_encode(); it takes as long as two images.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn dim_prove(model: *const Model, arena: Memory) -> Status {
    let prove = || {
        // SAFETY: by the contract of the header.
        let (model, arena) = unsafe { (Model::load(model)?, arena.arena()?) };
        Ok(Encoder::new(&model, arena)?.prove()?)
    };
    Status::of(prove())
}
