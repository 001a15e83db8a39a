//! The tensors of a saved object, in the order in which the model registered them.

use dim_host::pickle::{Id, Object, Pickle, Value};

use super::TorchError;
use super::archive::{self, Archive};
use super::safetensors;
use super::tensor::Tensor;

/// Items and bytes of names that are looked at, beyond which values are tangled on purpose.
const MOST_WORK: usize = 1 << 24;
/// Values inside one another, likewise; a module in a module makes three.
const MOST_DEPTH: usize = 256;

/// Reads the tensors of a file of safetensors, or of `torch.save`: a `state_dict`, a dictionary around one, or a whole module, whose
/// parameters and buffers are then named as in its `state_dict()`.
///
/// # Errors
/// [`TorchError`].
pub fn read(file: &[u8]) -> Result<Vec<Tensor<'_>>, TorchError> {
    if safetensors::is_one(file) {
        return safetensors::read(file);
    }
    let archive = Archive::read(file)?;
    let mut found = Found { archive: &archive, tensors: Vec::new(), work: 0, depth: 0 };
    found.visit(archive.pickle.root, &mut Vec::new())?;
    if found.tensors.is_empty() { Err(TorchError::Empty) } else { Ok(found.tensors) }
}

/// What was found so far.
struct Found<'p, 'a> {
    archive: &'p Archive<'a>,
    tensors: Vec<Tensor<'a>>,
    work: usize,
    depth: usize,
}

impl<'a> Found<'_, 'a> {
    /// Adds the tensors at and under `id`, which has `path`.
    fn visit(&mut self, id: Id, path: &mut Vec<String>) -> Result<(), TorchError> {
        self.depth += 1;
        let pickle = &self.archive.pickle;
        let value = &pickle.values[id];
        let items =
            if let Value::Object(Object { state: Some(state), .. }) = value { pickle.items(*state) } else { &[] };
        self.work += 1 + items.len() + path.iter().map(String::len).sum::<usize>();
        if self.depth > MOST_DEPTH || self.work > MOST_WORK {
            return Err(TorchError::Damaged("values contain one another without end".to_owned()));
        }
        let visited = match value {
            Value::Dictionary(items) => self.visit_items(items, path),
            Value::Object(object) => match kind(pickle, object) {
                Kind::Tensor(arguments) => {
                    let name = path.join(".");
                    let tensor = tensor(self.archive, arguments, &name).ok_or(TorchError::Tensor(name))?;
                    self.tensors.push(tensor);
                    Ok(())
                }
                Kind::Parameter(tensor) => self.visit(tensor, path),
                Kind::Module(parts) => parts.into_iter().try_for_each(|part| self.visit(part, path)),
                Kind::Other => self.visit_items(&object.items, path),
            },
            _ => Ok(()),
        };
        self.depth -= 1;
        visited
    }

    fn visit_items(&mut self, items: &[(Id, Id)], path: &mut Vec<String>) -> Result<(), TorchError> {
        let pickle = &self.archive.pickle;
        self.work += items.len();
        for (key, value) in items {
            let number = || pickle.integer(*key).map(|number| number.to_string());
            let Some(name) = pickle.text(*key).map(str::to_owned).or_else(number) else { continue };
            path.push(name);
            self.visit(*value, path)?;
            path.pop();
        }
        Ok(())
    }
}

/// What an object is to the reader of weights.
enum Kind<'p> {
    /// With the arguments that make it.
    Tensor(&'p [Id]),
    /// Around a tensor.
    Parameter(Id),
    /// Its parameters, buffers and modules, in this order as in `state_dict()`.
    Module(Vec<Id>),
    Other,
}

fn kind<'p>(pickle: &'p Pickle<'_>, object: &Object) -> Kind<'p> {
    let arguments = pickle.sequence(object.arguments).unwrap_or_default();
    match (pickle.global(object.of), arguments) {
        (Some("torch._utils._rebuild_tensor" | "torch._utils._rebuild_tensor_v2"), arguments) => {
            Kind::Tensor(arguments)
        }
        (Some("torch._utils._rebuild_parameter" | "torch._utils._rebuild_parameter_with_state"), [tensor, ..]) => {
            Kind::Parameter(*tensor)
        }
        _ => {
            let parts = ["_parameters", "_buffers", "_modules"];
            let part = |state: Id| parts.into_iter().filter_map(move |part| pickle.item(state, part)).collect();
            let parts: Vec<Id> = object.state.map(part).unwrap_or_default();
            if parts.is_empty() { Kind::Other } else { Kind::Module(parts) }
        }
    }
}

/// `(storage, offset, shape, strides, …)` as a tensor that lies inside of its storage.
fn tensor<'a>(archive: &Archive<'a>, arguments: &[Id], name: &str) -> Option<Tensor<'a>> {
    let pickle = &archive.pickle;
    let [storage, offset, shape, strides, ..] = *arguments else { return None };
    let extent = |id: &Id| pickle.integer(*id).and_then(|extent| usize::try_from(extent).ok());
    let extents = |id: Id| pickle.sequence(id)?.iter().map(extent).collect::<Option<Vec<usize>>>();
    let (shape, strides, offset) = (extents(shape)?, extents(strides)?, extent(&offset)?);
    let storage = archive::storage(pickle, storage)?;
    let size = storage.bytes()?;
    let bytes = archive.storage(storage.key)?.get(offset.checked_mul(size)?..)?;
    let behind = |place: usize, (extent, stride): (&usize, &usize)| {
        place.checked_add(extent.saturating_sub(1).checked_mul(*stride)?)
    };
    let elements = shape.iter().try_fold(1_usize, |elements, extent| elements.checked_mul(*extent))?;
    let last = shape.iter().zip(&strides).try_fold(0, behind)?;
    let stored = bytes.len() / size;
    let fits = elements == 0 || last < stored && elements <= stored;
    let (name, element) = (name.to_owned(), storage.element.to_owned());
    (fits && shape.len() == strides.len()).then_some(Tensor { name, shape, strides, element, bytes })
}
