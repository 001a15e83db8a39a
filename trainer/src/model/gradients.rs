//! Gradients of a whole module, as numbers.

use burn::module::{Module, ModuleVisitor, Param};
use burn::optim::GradientsParams;
use burn::tensor::Tensor;

/// Of each parameter that has one, in the order of the module.
pub(crate) fn all_gradients<M: Module>(module: &M, gradients: &GradientsParams) -> Vec<Vec<f32>> {
    let mut all = All(gradients, Vec::new());
    module.visit(&mut all);
    all.1
}

struct All<'a>(&'a GradientsParams, Vec<Vec<f32>>);

impl ModuleVisitor for All<'_> {
    fn visit_float<const D: usize>(&mut self, parameter: &Param<Tensor<D>>) {
        let gradient = self.0.get::<D>(parameter.id);
        self.1.extend(gradient.map(|gradient| gradient.try_to_vec_as::<f32>().unwrap()));
    }
}
