//! Tensors, shapes and operators, in the order in which they are added. They refer to each other by name.

use dim_flatbuffer::write;

use crate::schema::{self, DataType, IDENTIFIER, Lists, Operator};

/// What a graph consists of.
#[derive(Debug, Default)]
pub(crate) struct Block(Lists);

/// The numbers of a constant, little-endian in the file.
#[derive(Debug)]
pub(crate) enum Constant {
    Int8(Vec<u8>),
    Int32(Vec<i32>),
}

impl Block {
    /// Adds a tensor that is given or computed.
    pub(crate) fn tensor(&mut self, name: &str, shape: [i32; 4], element: DataType) {
        self.0.tensors.push(schema::tensor(name.to_owned(), shape.to_vec(), element, None));
    }

    /// Adds a constant, and the operator that TOSA asks for in front of it.
    pub(crate) fn constant(&mut self, name: String, shape: Vec<i32>, constant: Constant) -> String {
        let (element, data) = match constant {
            Constant::Int8(bytes) => (DataType::Int8, bytes),
            Constant::Int32(ints) => (DataType::Int32, ints.into_iter().flat_map(i32::to_le_bytes).collect()),
        };
        self.0.tensors.push(schema::tensor(name.clone(), shape, element, Some(data)));
        self.operator(Operator::Const, Vec::new(), &name);
        name
    }

    /// Adds a vector with one int8 number.
    pub(crate) fn scalar(&mut self, name: String, number: i8) -> String {
        self.constant(name, vec![1], Constant::Int8(vec![number.cast_unsigned()]))
    }

    /// Adds extents, and the operator in front of them.
    pub(crate) fn shape(&mut self, name: String, extents: &[i32]) -> String {
        self.0.shapes.push(schema::shape(name.clone(), extents));
        self.operator(Operator::ConstShape, Vec::new(), &name);
        name
    }

    /// Adds an operator.
    pub(crate) fn operator(&mut self, operator: Operator, inputs: Vec<String>, output: &str) {
        self.0.operators.push(schema::operator(operator, inputs, output.to_owned()));
    }

    /// The bytes of a file with this as its only block.
    pub(crate) fn finish(self, name: String, input: String, outputs: Vec<String>) -> Vec<u8> {
        write(&schema::graph(name, self.0, input, outputs), IDENTIFIER)
    }
}
