//! The encoder that a command was given.

use dim_trainer::architecture::Architecture;

use crate::arguments::EncoderArgs;

/// The one that was named; `None` where the settings decide.
pub(super) fn encoder_of(args: &EncoderArgs) -> anyhow::Result<Option<Architecture>> {
    match (&args.preset, &args.encoder) {
        (Some(preset), _) => Ok(Some(preset.architecture())),
        (None, Some(file)) => Architecture::from_file(file).map(Some),
        (None, None) => Ok(None),
    }
}
