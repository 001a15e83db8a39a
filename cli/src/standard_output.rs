//! What is printed, in a program whose reader may leave: `dim … | head` is no failure, and a full disk is one line.

use std::fmt::Arguments;
use std::io::{self, ErrorKind, Write};
use std::process;

/// As the standard library's, which panics where nothing can be written.
macro_rules! println {
    () => { $crate::standard_output::write(format_args!("\n")) };
    ($($argument:tt)*) => { $crate::standard_output::write(format_args!("{}\n", format_args!($($argument)*))) };
}

/// As the standard library's, which panics where nothing can be written.
macro_rules! print {
    ($($argument:tt)*) => { $crate::standard_output::write(format_args!($($argument)*)) };
}

/// Writes to standard output, or ends the program.
pub(crate) fn write(text: Arguments<'_>) {
    match io::stdout().write_fmt(text) {
        Ok(()) => {}
        // Whoever read has read enough.
        Err(error) if error.kind() == ErrorKind::BrokenPipe => process::exit(0),
        Err(error) => {
            eprintln!("error: writing to standard output: {error}");
            process::exit(1);
        }
    }
}
