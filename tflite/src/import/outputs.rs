//! Which tensors of a model are the outputs of the encoder, and what they are called.

use dim_model_format::TapKind;

use super::error::ImportError;
use super::file::{File, count};
use crate::export::OUTPUTS;

/// Names that an error lists.
const MOST_NAMES: usize = 8;
/// Letters of a name that are shown.
const MOST_OF_A_NAME: usize = 60;

/// What each output is tapped as: the one that is asked for as the embedding; or else all by the names in the signature,
/// or by their own names, or the only one as the embedding.
pub(super) fn outputs(file: &File<'_>, asked: Option<&str>) -> Result<Vec<(TapKind, usize)>, ImportError> {
    if let Some(name) = asked {
        let tensor = named(file, name);
        let missing = || ImportError::NoOutput { name: shown(name.as_bytes()), names: names(file) };
        return Ok(vec![(TapKind::Embedding, tensor.ok_or_else(missing)?)]);
    }
    let kind = |name: &[u8]| OUTPUTS.into_iter().find(|kind| kind.name().as_bytes() == name);
    let by_signature = file.signature.iter().filter_map(|(name, tensor)| Some((kind(name)?, *tensor)));
    let own_name = |tensor: &usize| Some((kind(file.tensors.get(*tensor)?.name)?, *tensor));
    let by_own_name = file.outputs.iter().filter_map(own_name);
    for named in [by_signature.collect::<Vec<_>>(), by_own_name.collect()] {
        if named.iter().any(|(kind, _)| *kind == TapKind::Embedding) {
            let needed =
                "each of `embedding`, `feature_map`, `conv`, `fc`, `critic_map` and `critic_embedding` can be one";
            return if named.len() > OUTPUTS.len() {
                Err(count("named outputs", named.len(), needed))
            } else {
                Ok(named)
            };
        }
    }
    match file.outputs[..] {
        [only] => Ok(vec![(TapKind::Embedding, only)]),
        [] => Err(count("outputs", 0, "an encoder has at least one; convert the model again")),
        _ => Err(ImportError::Outputs { found: file.outputs.len(), names: names(file) }),
    }
}

/// The output of this name in the signature, or of its own, or of this number where it has no name.
fn named(file: &File<'_>, asked: &str) -> Option<usize> {
    let by_signature = file.signature.iter().find(|(name, _)| *name == asked.as_bytes()).map(|(_, tensor)| *tensor);
    let is_called = |tensor: &&usize| match name(file, **tensor) {
        b"" => **tensor < file.tensors.len() && tensor.to_string() == asked,
        name => name == asked.as_bytes(),
    };
    by_signature.or_else(|| file.outputs.iter().find(is_called).copied())
}

fn name<'a>(file: &File<'a>, tensor: usize) -> &'a [u8] {
    file.tensors.get(tensor).map_or(b"", |tensor| tensor.name)
}

/// The names by which outputs can be asked for; of many, the first.
fn names(file: &File<'_>) -> String {
    let of = |tensor: &usize| {
        let in_signature = file.signature.iter().find(|(_, named)| named == tensor).map(|(name, _)| *name);
        match in_signature.unwrap_or_else(|| name(file, *tensor)) {
            b"" => format!("`{tensor}`"),
            name => format!("`{}`", shown(name)),
        }
    };
    let mut names = file.outputs.iter().take(MOST_NAMES).map(of).collect::<Vec<_>>().join(", ");
    if let more @ 1.. = file.outputs.len().saturating_sub(MOST_NAMES) {
        names += &format!(" and {more} more");
    }
    names
}

/// A name on one line of a screen.
fn shown(name: &[u8]) -> String {
    let text = String::from_utf8_lossy(&name[..name.len().min(4 * MOST_OF_A_NAME)]).into_owned();
    let mut printable: String = text.chars().take(MOST_OF_A_NAME).flat_map(visible).collect();
    if text.chars().count() > MOST_OF_A_NAME {
        printable.push('…');
    }
    printable
}

fn visible(letter: char) -> Vec<char> {
    if letter.is_control() { letter.escape_default().collect() } else { vec![letter] }
}
