//! Operators without a window and without weights.

use dim_model_format::{Add, Axis, Lookup, Mean, Mul, Node, Tensor, TensorId};

use super::{Export, extents, zero_point};
use crate::block::Constant;
use crate::error::Inexpressible;
use crate::scale::{LARGEST_DIFFERENCE, Scales};
use crate::schema::{DataType, Operator};

impl Export<'_, '_> {
    pub(super) fn add(&mut self, node: &Node, op: &Add, output: &Tensor) -> Result<(), Inexpressible> {
        let shape = extents(output.shape);
        let largest = LARGEST_DIFFERENCE << op.left_shift;
        let mut terms = Vec::new();
        for (side, (id, rescale)) in ["left", "right"].into_iter().zip(op.inputs.into_iter().zip(op.input_rescale)) {
            let wide = self.widened(&format!("{side}_shifted"), id, op.left_shift)?;
            let scales = Scales::of([(rescale, largest)].into_iter())?;
            let name = format!("{side}_term");
            let (operator, inputs) = self.rescale(&name, wide, int32_zero(), scales, int32_zero());
            terms.push(self.computed(&name, shape, DataType::Int32, operator, inputs));
        }
        let sums = self.computed("sums", shape, DataType::Int32, Operator::Add, terms);
        let scales = Scales::of([(op.output_rescale, 2 * largest)].into_iter())?;
        self.rescaled(node, output, sums, scales);
        Ok(())
    }

    pub(super) fn mul(&mut self, node: &Node, op: &Mul, output: &Tensor) -> Result<(), Inexpressible> {
        let scales = Scales::of([(op.rescale, LARGEST_DIFFERENCE * LARGEST_DIFFERENCE)].into_iter())?;
        let [left, right] = op.inputs;
        let inputs = vec![
            self.widened("left", left, 0)?,
            self.widened("right", right, 0)?,
            self.block.scalar(self.name("no_shift"), 0),
        ];
        let products = self.computed("products", extents(output.shape), DataType::Int32, Operator::Mul, inputs);
        self.rescaled(node, output, products, scales);
        Ok(())
    }

    pub(super) fn mean(&mut self, node: &Node, op: &Mean, output: &Tensor) -> Result<(), Inexpressible> {
        let [_, height, width, channels] = extents(self.model.tensor(op.input).shape);
        let largest = LARGEST_DIFFERENCE * i64::from(height) * i64::from(width);
        let scales = Scales::of([(op.rescale, largest)].into_iter())?;
        let wide = self.widened("differences", op.input, 0)?;
        let rows = Operator::ReduceSum { axis: 1 };
        let columns = self.computed("columns", [1, 1, width, channels], DataType::Int32, rows, vec![wide]);
        let columns_added = Operator::ReduceSum { axis: 2 };
        let sums = self.computed("sums", [1, 1, 1, channels], DataType::Int32, columns_added, vec![columns]);
        self.rescaled(node, output, sums, scales);
        Ok(())
    }

    pub(super) fn lookup(&mut self, node: &Node, op: &Lookup, output: &Tensor) -> Result<(), Inexpressible> {
        let table = self.model.table(op).ok_or(Inexpressible::Operator)?.to_vec();
        let table = self.block.constant(self.name("table"), vec![256], Constant::Int8(table));
        self.bounded(node, output, Operator::Table, vec![self.tensor(op.input), table]);
        Ok(())
    }

    pub(super) fn concatenation(&mut self, node: &Node, axis: Axis, output: &Tensor) {
        let axis_number = match axis {
            Axis::Height => 1,
            Axis::Width => 2,
            _ => 3,
        };
        let mut inputs = Vec::new();
        for (number, id) in node.inputs().enumerate() {
            let mut shape = extents(self.model.tensor(id).shape);
            if let Axis::Flat = axis {
                shape = [1, 1, 1, shape.iter().product()];
            }
            inputs.push(self.reshaped(id, &format!("flat_{number}"), shape));
        }
        self.bounded(node, output, Operator::Concat { axis: axis_number }, inputs);
    }

    /// A tensor without its zero point, in 32 bits and shifted to the left.
    fn widened(&mut self, what: &str, id: TensorId, left_shift: u8) -> Result<String, Inexpressible> {
        let tensor = self.model.tensor(id);
        let scales = Scales::power_of_two(left_shift)?;
        let (operator, inputs) = self.rescale(what, self.tensor(id), zero_point(&tensor), scales, int32_zero());
        Ok(self.computed(what, extents(tensor.shape), DataType::Int32, operator, inputs))
    }
}

fn int32_zero() -> Constant {
    Constant::Int32(vec![0])
}
