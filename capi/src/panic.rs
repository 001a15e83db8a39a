//! Rust asks for what is called when something panics. Here nothing does, and the linker of whoever uses the library says so:
//! what this calls is nowhere.

use core::panic::PanicInfo;

#[cfg(not(target_arch = "riscv32"))]
#[panic_handler]
fn panic(_: &PanicInfo<'_>) -> ! {
    unsafe extern "C" {
        fn dim_something_can_panic() -> !;
    }
    // SAFETY: never called, else there would be no program.
    unsafe { dim_something_can_panic() }
}

/// Is kept in an archive whether it is called or not.
#[cfg(target_arch = "riscv32")]
#[panic_handler]
fn panic(_: &PanicInfo<'_>) -> ! {
    loop {
        core::hint::spin_loop();
    }
}
