//! What lies where in a board's flash, and the memory that is set aside.

use core::ops::Range;

use dim_device::classes::{NearestMean, SavedClasses};

/// A line of the table `boards/maps`, in bytes; ranges are offsets in the flash.
///
/// | constant | is |
/// |---|---|
/// | `STORE` | bytes for what is learned |
/// | `UNITS` | most units of an embedding |
/// | `CLASSES` | most classes |
/// | `VALUES` | most int8 codes of a local feature map whose novelty is judged; 8 bytes of memory each |
/// | `RECORD` | [`record`] of these |
#[derive(Debug)]
pub struct Map<const STORE: usize, const UNITS: usize, const CLASSES: usize, const VALUES: usize, const RECORD: usize> {
    /// Address at which the processor reads the flash.
    pub flash_start: usize,
    /// For an encoder each.
    pub slots: [Range<u32>; 2],
    /// For what is learned.
    pub store: Range<u32>,
    /// Activations of any encoder.
    pub arena: usize,
    /// An image of any encoder.
    pub image: usize,
}

/// Longest record of the store, in bytes, of so many units and classes.
pub const fn record<const UNITS: usize, const CLASSES: usize>() -> usize {
    SavedClasses::<NearestMean<UNITS, CLASSES>>::STORE_BYTES
}

/// Memory for activations and an image.
#[derive(Debug)]
pub struct Memory<'m> {
    /// Of [`Map::arena`] bytes.
    pub arena: &'m mut [i8],
    /// Of [`Map::image`] bytes.
    pub image: &'m mut [u8],
}

/// Defines `MAP` and `ENCODER` of the board whose build script ran `dim_board_setup::run`.
#[macro_export]
macro_rules! map {
    () => {
        include!(concat!(env!("OUT_DIR"), "/map.rs"));
        $crate::dim_runtime::include_model!(ENCODER = concat!(env!("OUT_DIR"), "/encoder.dim"));
        const _: () = assert!(
            $crate::dim_runtime::arena_bytes(ENCODER) <= MAP.arena,
            "the encoder needs a larger arena than the board has"
        );
    };
}

/// Static memory as `MAP` has it, to be taken once.
#[macro_export]
macro_rules! memory {
    () => {{
        use $crate::dim_runtime::Arena;
        use $crate::static_cell::ConstStaticCell;
        static ARENA: ConstStaticCell<Arena<{ MAP.arena }>> = ConstStaticCell::new(Arena::new());
        static IMAGE: ConstStaticCell<[u8; MAP.image]> = ConstStaticCell::new([0; MAP.image]);
        $crate::Memory { arena: ARENA.take().as_mut_slice(), image: IMAGE.take() }
    }};
}
