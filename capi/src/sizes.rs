//! How much memory an encoder needs.

use dim_model_format::TapKind;

use crate::border::result;
use crate::model::{Model, units};
use crate::status::Status;
use crate::tensor::Shape;

/// What an encoder takes and gives. `dim export` writes the same as constants, for arrays.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(C)]
pub struct Sizes {
    /// Bytes of the file.
    pub file_bytes: usize,
    /// Bytes of the arena.
    pub arena_bytes: usize,
    /// Bytes of an image.
    pub image_bytes: usize,
    /// Codes of an embedding.
    pub units: usize,
    /// Codes of the local feature map; 0 if the encoder taps none.
    pub map_codes: usize,
    /// Extents of an image.
    pub image: Shape,
    /// Extents of the local feature map.
    pub map: Shape,
    /// Whether dim_prove() has something to compare with.
    pub has_proof: bool,
    /// What embeddings depend on: those of two encoders with the same identity can be compared.
    pub identity: [u8; 16],
}

/// Sizes of an encoder.
///
/// @param model  Parsed.
/// @param sizes  Written if all is well.
/// @return #DIM_OK, #DIM_NULL_POINTER, #DIM_MISALIGNED, #DIM_NOT_BEGUN
/// @par Context Any, interrupts too.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn dim_model_sizes(model: *const Model, sizes: *mut Sizes) -> Status {
    let measure = || {
        // SAFETY: by the contract of the header.
        let (model, sizes) = unsafe { (Model::load(model)?, result(sizes)?) };
        let map = model.tap(TapKind::FeatureMap).map(|id| model.tensor(id));
        sizes.write(Sizes {
            file_bytes: model.file_bytes(),
            arena_bytes: model.arena_bytes(),
            image_bytes: usize::try_from(model.input_shape().elements()).map_err(|_| Status::OutOfRange)?,
            units: units(&model),
            map_codes: map.map_or(0, |map| map.arena_range().len()),
            image: model.input_shape().into(),
            map: map.map(|map| map.shape.into()).unwrap_or_default(),
            has_proof: model.proof().is_some(),
            identity: model.identity().0,
        });
        Ok(())
    };
    Status::of(measure())
}
