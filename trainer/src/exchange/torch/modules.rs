//! The modules of a file: tensors whose names differ only in what is behind the last dot.

use super::listing::Listing;
use super::{AssignError, Rename, Tensor};

/// A layer of the model that was saved.
#[derive(Debug)]
pub(super) struct Module<'f> {
    /// Its name, as `--map` gives it.
    pub(super) name: String,
    /// Its name in the file.
    pub(super) origin: String,
    /// By the last part of their names.
    tensors: Vec<(String, &'f Tensor<'f>)>,
}

impl<'f> Module<'f> {
    pub(super) fn get(&self, name: &str) -> Option<&'f Tensor<'f>> {
        self.tensors.iter().find(|(own, _)| own == name).map(|(_, tensor)| *tensor)
    }

    pub(super) fn is_norm(&self) -> bool {
        self.get("running_mean").is_some()
    }

    /// Whether it is a convolution or fully connected.
    pub(super) fn is_weighted(&self) -> bool {
        self.get("weight").is_some_and(|weight| [2, 4].contains(&weight.shape.len()))
    }
}

/// The modules of a file in the order of their first tensors; of those that `renames` match, if there are any.
pub(super) fn modules<'f>(tensors: &'f [Tensor<'f>], renames: &[Rename]) -> Result<Vec<Module<'f>>, AssignError> {
    for rename in renames {
        if !tensors.iter().any(|tensor| rename.apply(&tensor.name).is_some()) {
            return Err(AssignError::Unmatched { pattern: rename.pattern(), has: Listing::of(tensors) });
        }
    }
    let mut modules: Vec<Module<'f>> = Vec::new();
    for tensor in tensors {
        let renamed = match renames {
            [] => Some(tensor.name.clone()),
            renames => renames.iter().find_map(|rename| rename.apply(&tensor.name)),
        };
        let Some(renamed) = renamed else { continue };
        let (name, last) = split(&renamed);
        let known = modules.iter().position(|known| known.name == name);
        let at = known.unwrap_or(modules.len());
        if known.is_none() {
            let (origin, _) = split(&tensor.name);
            modules.push(Module { name: name.to_owned(), origin: origin.to_owned(), tensors: Vec::new() });
        }
        if modules[at].get(last).is_some() {
            return Err(AssignError::Twice(renamed));
        }
        modules[at].tensors.push((last.to_owned(), tensor));
    }
    Ok(modules)
}

/// What is before the last dot, and what is behind it.
fn split(name: &str) -> (&str, &str) {
    name.rsplit_once('.').unwrap_or(("", name))
}
