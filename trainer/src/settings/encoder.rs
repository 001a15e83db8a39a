//! Which encoder a file of settings asks for: `preset = "NAME"`, `encoder = "FILE"`, or a description of its own.

use std::path::Path;

use anyhow::{Context, bail};
use dim_host::choice::Choice;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

use crate::architecture::{Architecture, Preset};
use crate::line::line;
use crate::spelling::nearest;

/// The keys that say it.
pub(super) const KEYS: [&str; 2] = ["preset", "encoder"];

/// Takes the encoder out of the settings that stand in `text`; `None` where they leave it open. Files are sought from
/// `folder`.
pub(super) fn take(settings: &mut DeTable<'_>, text: &str, folder: &Path) -> anyhow::Result<Option<Architecture>> {
    let [preset, encoder] = KEYS.map(|key| settings.remove(key));
    match (preset, encoder) {
        (None, None) => Ok(None),
        (Some(preset), None) => of_preset(&preset, text).map(Some),
        (None, Some(encoder)) => described(encoder, text, folder).map(Some),
        (Some(preset), Some(encoder)) => {
            let line = line(text, preset.span().start.max(encoder.span().start));
            bail!("line {line}: both preset and encoder say which encoder it is; leave one out")
        }
    }
}

fn of_preset(value: &Spanned<DeValue<'_>>, text: &str) -> anyhow::Result<Architecture> {
    let line = line(text, value.span().start);
    let Some(name) = value.get_ref().as_str() else {
        bail!("line {line}: preset: must be the name of a preset in quotes; `dim encoders list` lists them")
    };
    let preset = Preset::named(name).with_context(|| {
        let nearest = nearest(name, Preset::OFFERED.iter().map(|preset| preset.name())).unwrap_or_default();
        format!("line {line}: preset = {name:?}: there is none of this name; did you mean {nearest:?}?")
    })?;
    Ok(preset.architecture())
}

fn described(value: Spanned<DeValue<'_>>, text: &str, folder: &Path) -> anyhow::Result<Architecture> {
    let span = value.span();
    let line = line(text, span.start);
    match value.into_inner() {
        DeValue::String(file) => {
            Architecture::from_file(&folder.join(file.as_ref())).with_context(|| format!("line {line}: encoder"))
        }
        DeValue::Table(table) => Ok(Architecture::from_table(Spanned::new(span, table), text)?),
        _ => bail!("line {line}: encoder: must be the name of a file in quotes, or a table that describes an encoder"),
    }
}
