//! Whether an encoder fits on a board.

use dim_model_format::{Model, SIGNATURE_BYTES, TapKind};

use super::map::Map;

/// Why an encoder does not fit.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Misfit {
    /// The file, with a signature, is longer than a slot, so that it could not be sent back after another one.
    #[error("the encoder has {needed} bytes with a signature, a slot of {board} {available}; train a smaller one")]
    Slot {
        /// The board.
        board: String,
        /// Bytes that it needs.
        needed: usize,
        /// Bytes that there are.
        available: usize,
    },
    /// Its activations are larger than the board's arena.
    #[error("the encoder needs {needed} bytes of memory for activations, {board} has {available}; train a smaller one")]
    Arena {
        /// The board.
        board: String,
        /// Bytes that it needs.
        needed: usize,
        /// Bytes that there are.
        available: usize,
    },
    /// Its image is larger than what is set aside for one.
    #[error("an image of the encoder has {needed} bytes, {board} has room for {available}; train with smaller images")]
    Image {
        /// The board.
        board: String,
        /// Bytes that it needs.
        needed: usize,
        /// Bytes that there are.
        available: usize,
    },
    /// Its embedding has more units than the firmware keeps of classes.
    #[error("the embedding has {needed} units, {board} is for {available}; train with fewer")]
    Units {
        /// The board.
        board: String,
        /// Units that it has.
        needed: usize,
        /// Units that there are.
        available: usize,
    },
    /// It states no proof, without which nothing is known of a board.
    #[error("the encoder states no proof; write it again with `dim quantize`")]
    NoProof,
}

/// Whether an encoder fits beside all else that a board does with it. Whether the firmware's own code leaves room for it, the
/// linker says.
///
/// # Errors
/// [`Misfit`].
pub fn fits(model: &Model<'_>, map: &Map) -> Result<(), Misfit> {
    let board = || map.name.clone();
    // A board without slots runs what is in its firmware, and one without a store learns nothing.
    let needed = model.file_bytes() + SIGNATURE_BYTES;
    if map.slot > 0 && needed > map.slot {
        return Err(Misfit::Slot { board: board(), needed, available: map.slot });
    }
    let needed = model.arena_bytes();
    if needed > map.arena {
        return Err(Misfit::Arena { board: board(), needed, available: map.arena });
    }
    let needed = elements(model.input_shape().elements());
    if needed > map.image {
        return Err(Misfit::Image { board: board(), needed, available: map.image });
    }
    let units = model.tap(TapKind::Embedding).map_or(0, |tensor| elements(model.tensor(tensor).shape.elements()));
    if map.store > 0 && units > map.units {
        return Err(Misfit::Units { board: board(), needed: units, available: map.units });
    }
    model.proof().map(|_| ()).ok_or(Misfit::NoProof)
}

fn elements(count: impl TryInto<usize>) -> usize {
    count.try_into().unwrap_or(usize::MAX)
}

#[cfg(all(test, feature = "firmware"))]
mod tests {
    use super::*;

    const ENCODER: &[u8] = include_bytes!("../../../encoders/edge28-s.dim");

    #[test]
    fn each_limit_is_one_that_refuses() {
        let model = Model::parse(ENCODER).unwrap();
        let bytes = model.file_bytes() + SIGNATURE_BYTES;
        let line =
            format!("b p t c C 0x0 9 {} 9 {} 1 64 1 1", bytes.div_ceil(1024), model.arena_bytes().div_ceil(1024));
        let map = Map::read(&line).unwrap().remove(0);
        assert_eq!(fits(&model, &map), Ok(()));
        let board = || "b".to_owned();
        let small = Map { slot: bytes - 1, ..map.clone() };
        assert_eq!(fits(&model, &small), Err(Misfit::Slot { board: board(), needed: bytes, available: bytes - 1 }));
        let (needed, available) = (model.arena_bytes(), model.arena_bytes() - 1);
        let small = Map { arena: available, ..map.clone() };
        assert_eq!(fits(&model, &small), Err(Misfit::Arena { board: board(), needed, available }));
        let small = Map { image: 783, ..map.clone() };
        assert_eq!(fits(&model, &small), Err(Misfit::Image { board: board(), needed: 784, available: 783 }));
        let small = Map { units: 63, ..map.clone() };
        assert_eq!(fits(&model, &small), Err(Misfit::Units { board: board(), needed: 64, available: 63 }));
        // Neither is asked for where there is none.
        assert_eq!(fits(&model, &Map { slot: 0, store: 0, units: 0, ..map }), Ok(()));
    }
}
