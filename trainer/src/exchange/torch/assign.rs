//! Which tensor is which number of an encoder.

use super::listing::Listing;
use super::modules::{Module, modules};
use super::{AssignError, Rename, Tensor};
use crate::architecture::{Architecture, Layer, Operator};
use crate::model::{Behind, LayerNumbers};

/// The numbers of an encoder, and where they are from.
#[derive(Debug, Clone, PartialEq)]
pub struct Assignment {
    /// One for each layer of the architecture, none where it has no weights.
    pub numbers: Vec<Option<LayerNumbers>>,
    /// One for each weighted layer, in order.
    pub origins: Vec<Origin>,
}

/// The modules that a layer is from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Origin {
    /// Number of the layer.
    pub layer: usize,
    /// Name in the file.
    pub weights: String,
    /// Name in the file of its batch normalization.
    pub norm: Option<String>,
}

/// Fills an architecture with the tensors of a file.
///
/// With `renames`, tensors that none of them matches are left out. The modules that are left, weighted ones and batch
/// normalizations apart, belong to the layers in their order; or to the layers that their names say, `@3` and `@3.norm`.
///
/// The bias of a layer with batch normalization becomes a part of the mean that is taken off behind it.
///
/// # Errors
/// [`AssignError`].
pub fn assign(
    architecture: &Architecture,
    tensors: &[Tensor<'_>],
    renames: &[Rename],
) -> Result<Assignment, AssignError> {
    let modules = modules(tensors, renames)?;
    let file = File { architecture, modules: &modules, has: Listing::of(tensors) };
    let is_named = modules.iter().any(|module| module.name.starts_with('@'));
    let places = if is_named { file.by_name()? } else { file.by_order()? };
    let mut numbers = vec![None; architecture.layers.len()];
    for place in &places {
        numbers[place.layer] = Some(file.numbers(place)?);
    }
    let origins = places.into_iter().map(|Place { layer, weights, norm }| Origin {
        layer,
        weights: weights.origin.clone(),
        norm: norm.map(|norm| norm.origin.clone()),
    });
    Ok(Assignment { numbers, origins: origins.collect() })
}

/// What is to be put where.
struct File<'a> {
    architecture: &'a Architecture,
    modules: &'a [Module<'a>],
    has: Listing,
}

/// A weighted layer with the modules that hold its numbers.
struct Place<'a> {
    layer: usize,
    weights: &'a Module<'a>,
    norm: Option<&'a Module<'a>>,
}

impl<'a> File<'a> {
    /// The layers that have weights, with their numbers.
    fn layers(&self) -> impl Iterator<Item = (usize, &'a Layer)> {
        (0..).zip(&self.architecture.layers).filter(|(_, layer)| layer.operator.is_weighted())
    }

    fn by_order(&self) -> Result<Vec<Place<'a>>, AssignError> {
        let (norms, others): (Vec<_>, Vec<_>) = self.modules.iter().partition(|module| module.is_norm());
        let weights: Vec<_> = others.into_iter().filter(|module| module.is_weighted()).collect();
        let normed = self.layers().filter(|(_, layer)| layer.norm).count();
        for (what, expected, found) in [
            ("convolutions and fully connected layers", self.layers().count(), weights.len()),
            ("batch normalizations", normed, norms.len()),
        ] {
            if expected != found {
                let (encoder, has) = (self.architecture.name.clone(), self.has.clone());
                return Err(AssignError::Count { encoder, what, expected, found, has });
            }
        }
        let mut norms = norms.into_iter();
        let places = self.layers().zip(weights);
        let place = |((layer, of), weights): ((usize, &Layer), _)| {
            let norm = if of.norm { norms.next() } else { None };
            Place { layer, weights, norm }
        };
        Ok(places.map(place).collect())
    }

    fn by_name(&self) -> Result<Vec<Place<'a>>, AssignError> {
        let is_target = |name: &str| {
            self.layers().any(|(layer, of)| name == format!("@{layer}") || of.norm && name == format!("@{layer}.norm"))
        };
        if let Some(stray) = self.modules.iter().find(|module| !is_target(&module.name)) {
            let (encoder, last) = (self.architecture.name.clone(), self.architecture.layers.len() - 1);
            return Err(AssignError::Target { target: stray.name.clone(), encoder, last });
        }
        let named = |layer: usize, name: String, tensor: &str| {
            let found = self.modules.iter().find(|module| module.name == name);
            found.ok_or_else(|| self.missing(layer, format!("{name}.{tensor}")))
        };
        let place = |(layer, of): (usize, &Layer)| {
            let weights = named(layer, format!("@{layer}"), "weight")?;
            let norm = of.norm.then(|| named(layer, format!("@{layer}.norm"), "weight")).transpose()?;
            Ok(Place { layer, weights, norm })
        };
        self.layers().map(place).collect()
    }

    fn numbers(&self, place: &Place<'a>) -> Result<LayerNumbers, AssignError> {
        let (layer, channels) = (place.layer, vec![self.architecture.shapes()[place.layer][0]]);
        let vector = |module: &Module<'a>, name: &str| self.take(layer, module, name, std::slice::from_ref(&channels));
        let weights = self.take(layer, place.weights, "weight", &self.weight_shapes(layer))?;
        let Some(norm) = place.norm else {
            return Ok(LayerNumbers { weights, behind: Behind::Bias(vector(place.weights, "bias")?) });
        };
        let mut mean = vector(norm, "running_mean")?;
        if place.weights.get("bias").is_some() {
            mean.iter_mut().zip(vector(place.weights, "bias")?).for_each(|(mean, bias)| *mean -= bias);
        }
        let [scale, shift, variance] = [vector(norm, "weight")?, vector(norm, "bias")?, vector(norm, "running_var")?];
        if variance.iter().any(|variance| *variance < 0.0) {
            return Err(AssignError::NoNumber(format!("{}.running_var", norm.origin)));
        }
        Ok(LayerNumbers { weights, behind: Behind::Norm { scale, shift, mean, variance } })
    }

    /// The numbers of a tensor that has one of `shapes`.
    fn take(
        &self,
        layer: usize,
        module: &Module<'a>,
        name: &str,
        shapes: &[Vec<usize>],
    ) -> Result<Vec<f32>, AssignError> {
        let Some(tensor) = module.get(name) else {
            return Err(self.missing(layer, format!("{}.{name}", module.name)));
        };
        if !shapes.contains(&tensor.shape) {
            return Err(AssignError::Shape {
                name: tensor.name.clone(),
                found: tensor.shape.clone(),
                layer,
                encoder: self.architecture.name.clone(),
                expected: shapes[0].clone(),
            });
        }
        let values = tensor.values()?;
        match values.iter().all(|value| value.is_finite()) {
            true => Ok(values),
            false => Err(AssignError::NoNumber(tensor.name.clone())),
        }
    }

    fn missing(&self, layer: usize, name: String) -> AssignError {
        AssignError::Missing { name, layer, encoder: self.architecture.name.clone(), has: self.has.clone() }
    }

    /// Shapes that the weights of a layer may have in PyTorch: a fully connected layer may be a convolution with a
    /// window of the whole map.
    fn weight_shapes(&self, layer: usize) -> Vec<Vec<usize>> {
        let input = self.architecture.input_extents()[layer].shape;
        let [height, width, channels] = [input.height, input.width, input.channels].map(usize::from);
        let units = self.architecture.shapes()[layer][0];
        let operator = self.architecture.layers[layer].operator;
        let [rows, columns] = operator.window().map_or([height, width], |window| window.kernel.map(usize::from));
        match operator {
            Operator::DepthwiseConv2d { .. } => vec![vec![units, 1, rows, columns]],
            Operator::Linear { .. } => {
                vec![vec![units, channels * height * width], vec![units, channels, height, width]]
            }
            _ => vec![vec![units, channels, rows, columns]],
        }
    }
}
