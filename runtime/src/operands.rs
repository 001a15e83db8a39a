//! What an operator reads and writes: tensors of one arena, which may overlap as the plan allows.

use core::cell::Cell;
use core::ops::Range;

use dim_model_format::{Rounding, Shape, Tensor};

/// An int8 tensor to read, `[height, width, channels]`.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Map<'a> {
    /// From element [`Map::gone`] on.
    pub(crate) values: &'a [i8],
    /// Elements that the output lies over.
    gone: usize,
    pub(crate) shape: Shape,
    pub(crate) zero_point: i8,
}

/// An int8 tensor to write, `[height, width, channels]`.
#[derive(Debug)]
pub(crate) struct MapMut<'a> {
    pub(crate) values: &'a mut [i8],
    pub(crate) zero_point: i8,
    /// How its numbers are brought to its scale.
    pub(crate) rounding: Rounding,
}

impl<'a> Map<'a> {
    /// The elements from one on.
    #[inline]
    pub(crate) fn from(&self, element: usize) -> Option<&'a [i8]> {
        self.values.get(element.checked_sub(self.gone)?..)
    }

    /// The pixels of row `y` in `columns`, all channels: contiguous, since channels are innermost.
    #[inline]
    pub(crate) fn row(&self, y: usize, columns: &Range<usize>) -> Option<&'a [i8]> {
        let [width, channels] = [usize::from(self.shape.width), usize::from(self.shape.channels)];
        let start = ((y * width + columns.start) * channels).checked_sub(self.gone)?;
        self.values.get(start..start + columns.len() * channels)
    }
}

/// Input and output of an operator.
///
/// Where they overlap, each output row ends before the input rows that it or a later row needs. So a kernel may read
/// whatever an output row needs until it writes that row, and up to four pixels may be written after all four have been
/// read. An addition or a product reads an element before it writes it.
#[derive(Debug)]
pub(crate) struct Operands<'a> {
    arena: &'a mut [i8],
    /// The input, of an addition or a product the first one.
    pub(crate) input: Tensor,
    pub(crate) output: Tensor,
    /// Where they lie.
    input_range: Range<usize>,
    output_range: Range<usize>,
    pub(crate) rounding: Rounding,
}

impl<'a> Operands<'a> {
    pub(crate) fn new(arena: &'a mut [i8], input: Tensor, output: Tensor, rounding: Rounding) -> Self {
        let [input_range, output_range] = [input.arena_range(), output.arena_range()];
        Self { arena, input, output, input_range, output_range, rounding }
    }

    /// The input, with what has been written over it.
    #[inline]
    pub(crate) fn read(&self) -> Option<Map<'_>> {
        Some(map(self.arena.get(self.input_range.clone())?, 0, &self.input))
    }

    /// The second input of an addition.
    #[cfg(feature = "std")]
    pub(crate) fn read_second(&self, second: &Tensor) -> Option<Map<'_>> {
        Some(map(self.arena.get(second.arena_range())?, 0, second))
    }

    /// The output.
    #[inline]
    pub(crate) fn write(&mut self) -> Option<MapMut<'_>> {
        Some(MapMut {
            values: self.arena.get_mut(self.output_range.clone())?,
            zero_point: self.output.quantization.zero_point,
            rounding: self.rounding,
        })
    }

    /// Whether input and output have no element in common.
    #[inline]
    pub(crate) fn are_apart(&self) -> bool {
        let [input, output] = [&self.input_range, &self.output_range];
        input.end <= output.start || output.end <= input.start
    }

    /// Whether an output of a channel lies over inputs of that channel only, as where an output row lies over an input
    /// row: then channels may be computed one after the other. Of as many channels as the input has.
    pub(crate) fn channels_are_apart(&self) -> bool {
        let [input, output] = [&self.input_range, &self.output_range];
        let row = usize::from(self.input.shape.width) * usize::from(self.input.shape.channels);
        let rows_match = self.input.shape.width == self.output.shape.width
            && input.start.abs_diff(output.start).checked_rem(row) == Some(0);
        self.are_apart() || rows_match
    }

    /// Row `y` of the output, and of the input what it does not lie over.
    pub(crate) fn row(&mut self, y: usize) -> Option<(Map<'_>, &mut [i8])> {
        let length = usize::from(self.output.shape.width) * usize::from(self.output.shape.channels);
        let start = self.output_range.start + y * length;
        self.take(start..start + length)
    }

    /// The whole output, and of the input what it does not lie over.
    pub(crate) fn apart(&mut self) -> Option<(Map<'_>, &mut [i8])> {
        self.take(self.output_range.clone())
    }

    fn take(&mut self, output: Range<usize>) -> Option<(Map<'_>, &mut [i8])> {
        let (head, after) = self.arena.split_at_mut_checked(output.end)?;
        let (before, values) = head.split_at_mut_checked(output.start)?;
        let input = self.input_range.clone();
        let map = if input.end <= output.start {
            map(before.get(input)?, 0, &self.input)
        } else {
            let gone = output.end.saturating_sub(input.start);
            let rest = after.get((input.start + gone).checked_sub(output.end)?..input.end.checked_sub(output.end)?)?;
            map(rest, gone, &self.input)
        };
        Some((map, values))
    }

    /// Copies every `length` elements of `tensor` to `start` of every `pitch` elements of the output.
    pub(crate) fn copy(&mut self, tensor: &Tensor, length: usize, start: usize, pitch: usize) -> Option<()> {
        let arena = Cell::from_mut(&mut *self.arena).as_slice_of_cells();
        let from = arena.get(tensor.arena_range())?.chunks_exact(length.max(1));
        let to = arena.get(self.output_range.clone())?.chunks_exact(pitch.max(1));
        for (from, to) in from.zip(to) {
            to.get(start..start + length)?.iter().zip(from).for_each(|(to, from)| to.set(from.get()));
        }
        Some(())
    }

    /// Each element of the input and of `second`, with the place of the output's.
    #[inline]
    pub(crate) fn elements(&mut self, second: &Tensor) -> Option<impl Iterator<Item = (i8, i8, &Cell<i8>)>> {
        let arena = Cell::from_mut(&mut *self.arena).as_slice_of_cells();
        let [a, b] = [arena.get(self.input_range.clone())?, arena.get(second.arena_range())?];
        let out = arena.get(self.output_range.clone())?;
        Some(a.iter().zip(b).zip(out).map(|((a, b), out)| (a.get(), b.get(), out)))
    }

    /// What `product` makes of each element of the input and of `second`, which is repeated along its extents of 1.
    #[inline]
    pub(crate) fn repeat(&mut self, second: &Tensor, product: impl Fn(i8, i8) -> i8) -> Option<()> {
        let Shape { height, width, channels } = second.shape;
        let [width, channels] = [usize::from(width), usize::from(channels)];
        let [mut p, mut out, mut row] = [self.input_range.start, self.output_range.start, second.arena_offset as usize];
        for _ in 0..self.output.shape.height {
            let mut pixel = row;
            for _ in 0..self.output.shape.width {
                let mut q = pixel;
                for _ in 0..self.output.shape.channels {
                    let made = product(*self.arena.get(p)?, *self.arena.get(q)?);
                    *self.arena.get_mut(out)? = made;
                    (p, q, out) = (p + 1, q + usize::from(channels != 1), out + 1);
                }
                pixel += if width == 1 { 0 } else { channels };
            }
            row += if height == 1 { 0 } else { width * channels };
        }
        Some(())
    }
}

#[inline]
const fn map<'a>(values: &'a [i8], gone: usize, tensor: &Tensor) -> Map<'a> {
    Map { values, gone, shape: tensor.shape, zero_point: tensor.quantization.zero_point }
}
