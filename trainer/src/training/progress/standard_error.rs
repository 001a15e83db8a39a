//! Who tells a person.

use std::io::IsTerminal;

use super::dashboard::Dashboard;
use super::lines::Lines;
use super::watcher::Progress;

/// A dashboard on a terminal, and a line now and then elsewhere; both on standard error and starting with `label`.
pub fn progress(label: &str) -> Box<dyn Progress> {
    if std::io::stderr().is_terminal() { Box::new(Dashboard::new(label)) } else { Box::new(Lines::new(label)) }
}
