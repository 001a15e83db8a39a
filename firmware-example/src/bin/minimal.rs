//! The least firmware that computes an embedding: no logger, no formatting, and no panic.
//!
//! `image.rs` and `panics.rs` of `tests/tests/firmware/` build and read its image: what can go wrong at run time is an [`Exit`] or an error, so nothing in it panics.
#![no_std]
#![no_main]

use core::hint::{black_box, spin_loop};
use core::panic::PanicInfo;

use dim_runtime::{Arena, Encoder, Error, Model, arena_bytes};
// What makes its critical sections.
#[cfg(target_arch = "arm")]
use cortex_m as _;
use static_cell::ConstStaticCell;

dim_runtime::include_model!(ENCODER = concat!(env!("OUT_DIR"), "/encoder.dim"), section = ".external");
static ARENA: ConstStaticCell<Arena<{ arena_bytes(ENCODER) }>> = ConstStaticCell::new(Arena::new());
/// Stands for a camera.
static PIXELS: ConstStaticCell<[u8; 4096]> = ConstStaticCell::new([0; 4096]);

#[cfg_attr(target_arch = "arm", cortex_m_rt::entry)]
#[cfg_attr(target_arch = "riscv32", riscv_rt::entry)]
fn main() -> ! {
    // So that a test can see the linker refuse it.
    if option_env!("DIM_CAN_PANIC").is_some() {
        _ = black_box([0, 1][black_box(2)]);
    }
    // What the compiler cannot see, it cannot compute ahead.
    if let (Ok(model), Some(arena), Some(pixels)) =
        (Model::parse(black_box(ENCODER)), ARENA.try_take(), PIXELS.try_take())
        && let Ok(mut encoder) = Encoder::new(&model, arena.as_mut_slice())
    {
        loop {
            _ = black_box(embed(&mut encoder, black_box(pixels)));
        }
    }
    loop {
        spin_loop();
    }
}

fn embed(encoder: &mut Encoder<'_, '_>, pixels: &[u8]) -> Result<u32, Error> {
    let embedding = encoder.encode(pixels)?.embedding();
    Ok(embedding.values.iter().map(|value| u32::from(value.unsigned_abs())).sum())
}

/// Calls what does not exist, so that an image in which anything can panic is not linked.
#[cfg(target_arch = "arm")]
#[panic_handler]
fn panic(_: &PanicInfo<'_>) -> ! {
    unsafe extern "C" {
        fn something_can_panic() -> !;
    }
    // SAFETY: never called, else there would be no image.
    unsafe { something_can_panic() }
}

/// Is kept in an image whether it is called or not.
#[cfg(target_arch = "riscv32")]
#[panic_handler]
fn panic(_: &PanicInfo<'_>) -> ! {
    loop {
        spin_loop();
    }
}
