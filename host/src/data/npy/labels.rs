//! Arrays of labels.

use super::file::ArrayFile;
use crate::data::DataError;
use crate::data::exact::Source;
use crate::npy::{is_readable, number};

pub(super) const LABELS: &str = "whole numbers from 0 of [count] or [count, 1], or one 1 in each row of [count, classes] \
                                 (of names, numpy.unique(labels, return_inverse=True)[1])";

/// Reads the labels of a file.
pub(super) fn read(source: Source<'_>) -> Result<Vec<u64>, DataError> {
    let array = ArrayFile::open(source, LABELS)?;
    let (element, path, found) = (array.header.element, array.file.path, array.header.to_string());
    let is_fortran_order = array.header.is_fortran_order;
    let (count, columns) = match *array.header.shape {
        [count] | [count, 1] => (count, 1),
        [count, columns] if columns > 0 => (count, columns),
        _ => return Err(array.unfit()),
    };
    if !is_readable(element) {
        return Err(array.unfit());
    }
    let mut numbers = Vec::new();
    array.read(count, columns, |piece| {
        numbers.extend(piece.chunks_exact(element.bytes).map(|bytes| number(bytes, element)))
    })?;
    let refused = |found: String| DataError::Array { path: path.to_owned(), found, expected: LABELS };
    if columns == 1 {
        // Beyond 2^53 neighbouring numbers look the same.
        let is_label = |number: f64| number.fract() == 0.0 && (0.0..=9e15).contains(&number);
        let label = |(index, number): (usize, f64)| {
            if is_label(number) { Ok(number as u64) } else { Err(refused(format!("{number} at [{index}]"))) }
        };
        return numbers.into_iter().enumerate().map(label).collect();
    }
    // As many as there are numbers in memory.
    let columns = usize::try_from(columns).unwrap_or(usize::MAX);
    let rows = numbers.len() / columns;
    let [down, across] = if is_fortran_order { [1, rows] } else { [columns, 1] };
    let class = |row: usize| {
        let numbers = (0..columns).map(|column| numbers[row * down + column * across]);
        one_hot(numbers).ok_or_else(|| refused(format!("{found}, in whose row {row} there is not one 1 among zeros")))
    };
    (0..rows).map(class).collect()
}

/// Where the only 1 of a row is.
fn one_hot(row: impl Iterator<Item = f64>) -> Option<u64> {
    let mut class = None;
    for (at, number) in row.enumerate() {
        match (number == 1.0, number == 0.0, class) {
            (true, _, None) => class = Some(at as u64),
            (_, true, _) => {}
            _ => return None,
        }
    }
    class
}
