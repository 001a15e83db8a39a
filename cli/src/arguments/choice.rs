//! Settings that are one of a few, as the command line reads them.

use clap::builder::{PossibleValue, PossibleValuesParser, TypedValueParser};
use dim_host::choice::Choice;

/// The names of all choices, each with its help.
pub(super) fn possible_values<T: Choice>() -> impl Iterator<Item = PossibleValue> {
    T::OFFERED.iter().map(|choice| PossibleValue::new(choice.name()).help(choice.about()))
}

/// Reads one of the names.
pub(super) fn choice<T: Choice + Send + Sync>() -> impl TypedValueParser<Value = T> {
    PossibleValuesParser::new(possible_values::<T>())
        .try_map(|name| T::named(&name).ok_or_else(|| format!("{name}: not offered")))
}
