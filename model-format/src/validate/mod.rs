//! Everything that [`crate::Model::parse`] checks after the checksum, in the order in which it is checked.

mod node;
mod plan;

use crate::features::CRITIC;
use crate::layout::ALIGNMENT;
use crate::version::MINOR_OF_INPUT_TABLES;
use crate::{Error, Model, NodeError, Preprocessing, Quantization, Shape, Tap, TapKind, Tensor, TensorError, TensorId};

/// More tensors than this do not fit the one-byte tensor numbers.
const MAX_TENSORS: usize = 255;

pub(crate) fn validate(model: &Model<'_>) -> Result<(), Error> {
    let tensors =
        model.tensors().check().map_err(|tensor| Error::Tensor { tensor, error: TensorError::Undecodable })?;
    let nodes = model.nodes().check().map_err(|node| Error::Node { node, error: NodeError::Undecodable })?;
    model.taps().check().map_err(|tap| Error::Tap { tap })?;
    if tensors != nodes + 1 || tensors > MAX_TENSORS {
        return Err(Error::TensorCount { tensors, nodes });
    }
    for (tensor, record) in model.tensors().enumerate() {
        check_tensor(model, &record).map_err(|error| Error::Tensor { tensor, error })?;
    }
    check_input(model)?;
    let needed_scratch = node::check_nodes(model)?;
    plan::check_scratch(model, needed_scratch)?;
    check_taps(model, tensors)?;
    plan::check_plan(model)
}

fn check_tensor(model: &Model<'_>, tensor: &Tensor) -> Result<(), TensorError> {
    if tensor.shape.elements() == 0 {
        return Err(TensorError::Empty(tensor.shape));
    }
    // Positive and finite, told from the bits: a processor without floating-point unit needs a library to compare.
    if !(1..f32::INFINITY.to_bits()).contains(&tensor.quantization.scale.to_bits()) {
        return Err(TensorError::Scale);
    }
    plan::check_bounds(model, tensor)
}

fn check_input(model: &Model<'_>) -> Result<(), Error> {
    let input = &model.graph().input;
    let tensor = model.tensor(TensorId(0));
    if let Some(tables) = input.preprocessing.tables() {
        if model.format_version()[1] < MINOR_OF_INPUT_TABLES {
            return Err(Error::Header);
        }
        if !tables.is_multiple_of(ALIGNMENT) || model.input_tables().is_none() {
            return Err(Error::InputTables(tables));
        }
    }
    let means_what_it_should = match input.preprocessing {
        Preprocessing::CenteredU8 => tensor.quantization.is(&Quantization::CENTERED_U8),
        Preprocessing::QuantizedU8 | Preprocessing::LookupU8 { .. } => true,
    };
    if tensor.shape == input.shape && means_what_it_should { Ok(()) } else { Err(Error::Input) }
}

fn check_taps(model: &Model<'_>, tensors: usize) -> Result<(), Error> {
    let mut kinds = 0;
    for (index, Tap { kind, tensor }) in model.taps().enumerate() {
        let kind = bit(kind);
        if kinds & kind != 0 || usize::from(tensor.0) >= tensors {
            return Err(Error::Tap { tap: index });
        }
        kinds |= kind;
    }
    if kinds & bit(TapKind::Embedding) == 0 {
        return Err(Error::NoEmbedding);
    }
    if CRITIC && check_critic(model).is_none() { Err(Error::Critic) } else { Ok(()) }
}

/// `None` unless the taps of a critic go together, or there is neither.
fn check_critic(model: &Model<'_>) -> Option<()> {
    let [map, embedding] = [TapKind::CriticMap, TapKind::CriticEmbedding].map(|kind| model.tap(kind));
    if map.is_none() && embedding.is_none() {
        return Some(());
    }
    let [cells, map, embedding] = [model.tap(TapKind::FeatureMap)?, map?, embedding?].map(|id| model.tensor(id));
    let has_them = model.format_version()[1] >= TapKind::CriticMap.minor();
    let are_centered = map.quantization.zero_point == 0 && embedding.quantization.zero_point == 0;
    let are_of_one = [map.shape.height, map.shape.width] == [cells.shape.height, cells.shape.width]
        && embedding.shape == Shape::vector(map.shape.channels);
    (has_them && are_centered && are_of_one).then_some(())
}

/// One for each kind.
const fn bit(kind: TapKind) -> u32 {
    1 << kind as u32
}
