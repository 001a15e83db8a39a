//! What lies where in a board's flash, and the memory that is set aside.

use core::ops::Range;

use dim_runtime::Arena;

/// A line of the table `boards/maps`, in bytes, with `STORE` of them for what is learned; ranges are offsets in the flash.
#[derive(Debug)]
pub struct Map<const STORE: usize> {
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

/// Memory for activations and an image.
#[derive(Debug)]
pub struct Memory<const ARENA: usize, const IMAGE: usize> {
    pub(crate) arena: Arena<ARENA>,
    pub(crate) image: [u8; IMAGE],
}

impl<const ARENA: usize, const IMAGE: usize> Memory<ARENA, IMAGE> {
    /// All zeros.
    pub const fn new() -> Self {
        Self { arena: Arena::new(), image: [0; IMAGE] }
    }
}

impl<const ARENA: usize, const IMAGE: usize> Default for Memory<ARENA, IMAGE> {
    fn default() -> Self {
        Self::new()
    }
}

/// Defines `MAP`, `ENCODER` and `MEMORY` of the board whose build script ran `dim_board_setup::run`.
#[macro_export]
macro_rules! map {
    () => {
        include!(concat!(env!("OUT_DIR"), "/map.rs"));
        $crate::dim_runtime::include_model!(ENCODER = concat!(env!("OUT_DIR"), "/encoder.dim"));
        const _: () = assert!(
            $crate::dim_runtime::arena_bytes(ENCODER) <= MAP.arena,
            "the encoder needs a larger arena than the board has"
        );
        static MEMORY: $crate::static_cell::ConstStaticCell<$crate::Memory<{ MAP.arena }, { MAP.image }>> =
            $crate::static_cell::ConstStaticCell::new($crate::Memory::new());
    };
}
