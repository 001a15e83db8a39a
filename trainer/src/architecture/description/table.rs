//! TOML tables whose keys are all known, and values with their places.

use std::ops::RangeInclusive;

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::error::{Fault, Problem};
use crate::spelling::nearest;

/// A table without unknown keys.
#[derive(Debug)]
pub(super) struct Table<'i> {
    /// Byte of the text at which it begins.
    pub(super) at: usize,
    entries: DeTable<'i>,
}

/// A value with its key and place.
#[derive(Debug)]
pub(super) struct Value<'i> {
    pub(super) key: &'static str,
    pub(super) at: usize,
    value: DeValue<'i>,
}

impl<'i> Table<'i> {
    /// Refuses the first key, as they stand in the text, that is not `known`.
    pub(super) fn new(at: usize, entries: DeTable<'i>, known: &[&'static str]) -> Result<Self, Fault> {
        let unknown = entries.keys().filter(|key| !known.contains(&key.get_ref().as_ref()));
        let Some(key) = unknown.min_by_key(|key| key.span().start) else { return Ok(Self { at, entries }) };
        let nearest = nearest(key.get_ref(), known.iter().copied()).unwrap_or_default();
        Err(Fault::new(key.span().start, Problem::Unknown { key: key.get_ref().to_string(), nearest }))
    }

    pub(super) fn take(&mut self, key: &'static str) -> Option<Value<'i>> {
        let value = self.entries.remove(key)?;
        Some(Value::new(key, value))
    }

    /// A key that must be there; `example` is how it could read.
    pub(super) fn need(&mut self, key: &'static str, example: &'static str) -> Result<Value<'i>, Fault> {
        let at = self.at;
        self.take(key).ok_or_else(|| Fault::new(at, Problem::Missing { key, example }))
    }

    /// A flag, or what it is where it is left out.
    pub(super) fn flag(&mut self, key: &'static str, usual: bool) -> Result<bool, Fault> {
        self.take(key).map_or(Ok(usual), |value| value.flag())
    }
}

impl<'i> Value<'i> {
    fn new(key: &'static str, value: Spanned<DeValue<'i>>) -> Self {
        Self { key, at: value.span().start, value: value.into_inner() }
    }

    /// What it is not.
    pub(super) fn refused(&self, expected: &'static str) -> Fault {
        Fault::new(self.at, Problem::Value { key: self.key, found: written(&self.value), expected })
    }

    pub(super) fn table(self, known: &[&'static str]) -> Result<Table<'i>, Fault> {
        match self.value {
            DeValue::Table(entries) => Table::new(self.at, entries, known),
            _ => Err(self.refused("a table in braces, { … }")),
        }
    }

    /// The values of a list.
    pub(super) fn list(self) -> Result<Vec<Self>, Fault> {
        match self.value {
            DeValue::Array(values) => Ok(values.into_iter().map(|value| Value::new(self.key, value)).collect()),
            _ => Err(self.refused("a list of tables, [{ … }, { … }]")),
        }
    }

    pub(super) fn flag(&self) -> Result<bool, Fault> {
        self.value.as_bool().ok_or_else(|| self.refused("true or false"))
    }

    pub(super) fn text(&self) -> Option<&str> {
        self.value.as_str()
    }

    /// Where this is a table, the name in it.
    pub(super) fn name_inside(&self) -> Option<&str> {
        self.value.as_table()?.get("name")?.get_ref().as_str()
    }

    /// What something is called by: in `.dim` files, on the screen, and by other layers.
    pub(super) fn name(&self) -> Result<&str, Fault> {
        let is_name = |text: &&str| {
            (1..=64).contains(&text.len())
                && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte))
        };
        self.text()
            .filter(is_name)
            .ok_or_else(|| self.refused("a text of 1 to 64 letters, digits, '-', '_' and '.', in quotes"))
    }

    /// A number in its range.
    pub(super) fn number<T: TryFrom<i64>>(
        &self,
        range: RangeInclusive<i64>,
        expected: &'static str,
    ) -> Result<T, Fault> {
        let number = integer(&self.value).filter(|number| range.contains(number));
        number.and_then(|number| T::try_from(number).ok()).ok_or_else(|| self.refused(expected))
    }

    /// One number or a list of them, each in its range.
    pub(super) fn numbers<T: TryFrom<i64>>(&self, range: &RangeInclusive<i64>) -> Option<Vec<T>> {
        let in_range = |value: &DeValue<'_>| {
            let number = integer(value).filter(|number| range.contains(number))?;
            T::try_from(number).ok()
        };
        match &self.value {
            DeValue::Array(values) => values.iter().map(|value| in_range(value.get_ref())).collect(),
            value => Some(vec![in_range(value)?]),
        }
    }
}

fn integer(value: &DeValue<'_>) -> Option<i64> {
    let integer = value.as_integer()?;
    i64::from_str_radix(&integer.as_str().replace('_', ""), integer.radix()).ok()
}

/// As a person wrote it, shortly.
fn written(value: &DeValue<'_>) -> String {
    match value {
        DeValue::String(text) => format!("{text:?}"),
        DeValue::Integer(number) => number.as_str().to_owned(),
        DeValue::Float(number) => number.as_str().to_owned(),
        DeValue::Boolean(flag) => flag.to_string(),
        DeValue::Datetime(date) => date.to_string(),
        DeValue::Array(values) => {
            format!("[{}]", values.iter().map(|value| written(value.get_ref())).collect::<Vec<_>>().join(", "))
        }
        DeValue::Table(_) => "{ … }".to_owned(),
    }
}
