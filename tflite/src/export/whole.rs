//! Operators without a window and without sums of weights.

use dim_model_format::{Clamp, Mean, Node, Tensor};

use super::{Export, Form};
use crate::error::Inexpressible;
use crate::factors::mean_factor;
use crate::schema::{Operator, Options};

impl Export<'_, '_> {
    pub(super) fn mean(&mut self, node: &Node, op: &Mean, output: &Tensor) -> Result<(), Inexpressible> {
        not_bounded(op.clamp)?;
        let Tensor { shape, quantization, .. } = self.model.tensor(op.input);
        let elements = u32::from(shape.height) * u32::from(shape.width);
        if mean_factor(quantization, output.quantization, elements) != Some(op.rescale) {
            return Err(Inexpressible::MeanFactor);
        }
        let axes = self.subgraph.extents(format!("{}/axes", self.prefix()), vec![2], vec![1, 2]);
        let inputs = vec![self.read(op.input, Form::Map), axes];
        let vector = self.push(node, output, Form::Vector);
        self.subgraph.operator(Operator::Mean, inputs, vector, Options::Reducer { keep_dims: false });
        Ok(())
    }
}

/// That an operator without a fused activation needs none.
fn not_bounded(clamp: Clamp) -> Result<(), Inexpressible> {
    if clamp == Clamp::NONE { Ok(()) } else { Err(Inexpressible::Bounded(clamp)) }
}
