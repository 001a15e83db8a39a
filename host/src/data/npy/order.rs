//! From the order of an array's elements to that of images: `[count, height, width, channels]`, channels innermost.

/// How the elements of a file lie.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Order {
    /// `[count, height, width, channels]`
    pub(super) extents: [usize; 4],
    /// Elements from one to the next along each of them.
    strides: [usize; 4],
}

impl Order {
    /// Of an array of four extents in the order of its file, in which `channels_first` are the second.
    pub(super) fn new(shape: [usize; 4], is_fortran_order: bool, channels_first: bool) -> Self {
        let mut strides = [1_usize; 4];
        for axis in 1..4 {
            let before: fn(usize) -> usize = if is_fortran_order { |axis| axis } else { |axis| 3 - axis };
            strides[before(axis)] = strides[before(axis - 1)].saturating_mul(shape[before(axis - 1)]);
        }
        let axes = if channels_first { [0, 2, 3, 1] } else { [0, 1, 2, 3] };
        Self { extents: axes.map(|axis| shape[axis]), strides: axes.map(|axis| strides[axis]) }
    }

    /// The elements in the order of images.
    pub(super) fn arrange(self, values: Vec<u8>) -> Vec<u8> {
        if self == Self::new(self.extents, false, false) {
            return values;
        }
        let ([count, height, width, channels], [images, rows, columns, planes]) = (self.extents, self.strides);
        let mut arranged = Vec::with_capacity(values.len());
        for image in 0..count {
            for row in 0..height {
                for column in 0..width {
                    let start = image * images + row * rows + column * columns;
                    arranged.extend((0..channels).map(|channel| values[start + channel * planes]));
                }
            }
        }
        arranged
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Two images of 1x3 pixels with two channels, as NumPy lays them out.
    #[test]
    fn every_order_becomes_the_same() {
        let wanted: Vec<u8> = (0..12).collect();
        let plain = Order::new([2, 1, 3, 2], false, false);
        assert_eq!(plain.arrange(wanted.clone()), wanted);
        // numpy.arange(12).reshape(2, 1, 3, 2).transpose(0, 3, 1, 2).ravel()
        let planes = vec![0, 2, 4, 1, 3, 5, 6, 8, 10, 7, 9, 11];
        let order = Order::new([2, 2, 1, 3], false, true);
        assert_eq!((order.extents, order.arrange(planes)), ([2, 1, 3, 2], wanted.clone()));
        // … .ravel(order="F"), and of the transposed one.
        let fortran = vec![0, 6, 2, 8, 4, 10, 1, 7, 3, 9, 5, 11];
        assert_eq!(Order::new([2, 1, 3, 2], true, false).arrange(fortran), wanted);
        let both = vec![0, 6, 1, 7, 2, 8, 3, 9, 4, 10, 5, 11];
        assert_eq!(Order::new([2, 2, 1, 3], true, true).arrange(both), wanted);
    }
}
