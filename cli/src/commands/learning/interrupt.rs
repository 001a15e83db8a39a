//! Ctrl-C while an encoder learns.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use anyhow::Context;

/// A flag that the first Ctrl-C sets; the second one ends the program at once.
pub(super) fn stop_on_ctrl_c() -> anyhow::Result<Arc<AtomicBool>> {
    let stop = Arc::new(AtomicBool::new(false));
    let flag = Arc::clone(&stop);
    ctrlc::set_handler(move || {
        if flag.swap(true, Ordering::Relaxed) {
            std::process::exit(1);
        }
        eprintln!(
            "\nstopping after this step; press Ctrl-C again to stop at once and lose what is not in the checkpoint"
        );
    })
    .context("listening for Ctrl-C")?;
    Ok(stop)
}
