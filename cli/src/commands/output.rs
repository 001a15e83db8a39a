//! What a command prints.

use serde::Serialize;

/// Prints a result for a machine, as one JSON object on a line.
pub(super) fn print_json(result: &impl Serialize) -> anyhow::Result<()> {
    println!("{}", serde_json::to_string(result)?);
    Ok(())
}
