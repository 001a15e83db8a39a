//! Progress over stages that are not training.

use indicatif::{ProgressBar, ProgressStyle};

/// A bar over several stages, on standard error.
pub(super) fn stages(count: u64) -> ProgressBar {
    let bar = ProgressBar::new(count);
    if let Ok(style) = ProgressStyle::with_template("{prefix:<10} {bar:32.cyan/blue} {pos}/{len}  {wide_msg}") {
        bar.set_style(style);
    }
    bar
}
