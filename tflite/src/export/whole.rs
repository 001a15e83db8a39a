//! Operators without a window and without sums of weights.

use dim_model_format::{Axis, Clamp, Lookup, Mean, Mul, Node, Rounding, Tensor};

use super::{Export, Form};
use crate::error::Inexpressible;
use crate::factors::{mean_factor, product_factor};
use crate::schema::{Operator, Options};
use crate::tables::{Curve, Table};

/// Factors below zero that are tried: 0, 0.001, and so on up to 1.
const ALPHAS: u16 = 1000;

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

    pub(super) fn lookup(&mut self, node: &Node, op: &Lookup, output: &Tensor) -> Result<(), Inexpressible> {
        let table = self.model.table(op).ok_or(Inexpressible::Operator)?.map(u8::cast_signed);
        let curve = curve(&table, &self.model.tensor(op.input), output).ok_or(Inexpressible::Table)?;
        let (operator, options) = match curve {
            Curve::Quantize => (Operator::Quantize, Options::Quantize),
            Curve::LeakyRelu(alpha) => (Operator::LeakyRelu, Options::LeakyRelu { alpha }),
            Curve::Logistic => (Operator::Logistic, Options::None),
            Curve::Tanh => (Operator::Tanh, Options::None),
            Curve::HardSwish => (Operator::HardSwish, Options::HardSwish),
            Curve::Times { .. } => return Err(Inexpressible::Table),
        };
        let form = self.written[usize::from(op.input.0)].form;
        let input = self.read(op.input, form);
        let made = self.push(node, output, form);
        self.subgraph.operator(operator, vec![input], made, options);
        Ok(())
    }

    pub(super) fn mul(&mut self, node: &Node, op: &Mul, output: &Tensor) -> Result<(), Inexpressible> {
        let quantizations = op.inputs.map(|id| self.model.tensor(id).quantization);
        if product_factor(quantizations, output.quantization) != Some(op.rescale) {
            return Err(Inexpressible::ProductFactor);
        }
        let activation = self.activation(node, output)?;
        let are_vectors = op.inputs.iter().all(|id| self.written[usize::from(id.0)].form == Form::Vector);
        let form = if are_vectors { Form::Vector } else { Form::Map };
        let inputs = op.inputs.map(|id| self.read(id, form)).to_vec();
        let product = self.push(node, output, form);
        self.subgraph.operator(Operator::Mul, inputs, product, Options::Mul { activation });
        Ok(())
    }

    pub(super) fn concatenation(&mut self, node: &Node, axis: Axis, output: &Tensor) {
        let are_vectors = node.inputs().all(|id| self.written[usize::from(id.0)].form == Form::Vector);
        let (form, axis) = match axis {
            Axis::Height => (Form::Map, 1),
            Axis::Width => (Form::Map, 2),
            Axis::Channels if !are_vectors => (Form::Map, 3),
            _ => (Form::Vector, 1),
        };
        let inputs = node.inputs().map(|id| self.read(id, form)).collect();
        let all = self.push(node, output, form);
        self.subgraph.operator(Operator::Concatenation, inputs, all, Options::Concatenation { axis });
    }
}

/// The operator that has this table at these scales.
fn curve(table: &Table, input: &Tensor, output: &Tensor) -> Option<Curve> {
    let curves = [Curve::Quantize, Curve::HardSwish, Curve::Logistic, Curve::Tanh].into_iter();
    let leaky = (0..=ALPHAS).map(|thousandths| Curve::LeakyRelu(f32::from(thousandths) / 1000.0));
    let has_it =
        |curve: &Curve| curve.table(input.quantization, output.quantization, Rounding::Double).as_ref() == Some(table);
    curves.chain(leaky).find(has_it)
}

/// That an operator without a fused activation needs none.
fn not_bounded(clamp: Clamp) -> Result<(), Inexpressible> {
    if clamp == Clamp::NONE { Ok(()) } else { Err(Inexpressible::Bounded(clamp)) }
}
