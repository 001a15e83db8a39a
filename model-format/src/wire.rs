//! Reads the header: the encodings of postcard, of which the writer leaves the making to the crate itself.
//!
//! The derived reader of serde is four times as large on a microcontroller. `tests` reads random bytes with both.

use crate::features::INT4;
use crate::reader::{Reader, Record};
use crate::{
    About, Add, Clamp, Conv2d, FullyConnected, Graph, Input, Node, Padding, Pool2d, Preprocessing, Quantization,
    Rescale, Rounding, Shape, Tap, TapKind, Tensor, TensorId, Window,
};

impl<'a> Reader<'a> {
    pub(crate) fn about(&mut self) -> Option<About<'a>> {
        let mut texts = [""; 4];
        for text in &mut texts {
            *text = self.text()?;
        }
        let [name, producer, objective, dataset] = texts;
        Some(About { name, producer, objective, dataset, epochs: self.u32()?, seed: self.u64()? })
    }

    pub(crate) fn graph(&mut self) -> Option<Graph<'a>> {
        let rounding = match self.u32()? {
            0 => Rounding::Double,
            1 => Rounding::Single,
            _ => return None,
        };
        let shape = self.shape()?;
        let preprocessing = match self.u32()? {
            0 => Preprocessing::CenteredU8,
            1 => Preprocessing::QuantizedU8,
            #[cfg(feature = "lookup")]
            2 => Preprocessing::LookupU8 { tables: self.u32()? },
            _ => return None,
        };
        let input = Input { shape, preprocessing };
        Some(Graph { rounding, input, tensors: self.list()?, nodes: self.list()?, taps: self.list()? })
    }

    #[inline(never)]
    fn shape(&mut self) -> Option<Shape> {
        Some(Shape { height: self.u16()?, width: self.u16()?, channels: self.u16()? })
    }

    fn tensor_id(&mut self) -> Option<TensorId> {
        self.u8().map(TensorId)
    }

    #[inline(never)]
    fn window(&mut self) -> Option<Window> {
        let [height, width, stride_height, stride_width, top, left, bottom, right] = self.bytes()?;
        let padding = Padding { top, left, bottom, right };
        Some(Window { kernel: [height, width], stride: [stride_height, stride_width], padding })
    }

    fn clamp(&mut self) -> Option<Clamp> {
        let [min, max] = self.bytes()?;
        Some(Clamp { min: min.cast_signed(), max: max.cast_signed() })
    }

    #[inline(never)]
    fn rescale(&mut self) -> Option<Rescale> {
        Some(Rescale { multiplier: self.i32()?, shift: self.i8()? })
    }

    #[inline(never)]
    fn pool(&mut self) -> Option<Pool2d> {
        Some(Pool2d { input: self.tensor_id()?, window: self.window()?, clamp: self.clamp()? })
    }

    fn conv2d(&mut self) -> Option<Conv2d> {
        let Pool2d { input, window, clamp } = self.pool()?;
        Some(Conv2d { input, window, clamp, parameters: self.u32()? })
    }

    fn fully_connected(&mut self) -> Option<FullyConnected> {
        Some(FullyConnected { input: self.tensor_id()?, clamp: self.clamp()?, parameters: self.u32()? })
    }

    #[cfg(feature = "mean")]
    fn mean(&mut self) -> Option<crate::Mean> {
        Some(crate::Mean { input: self.tensor_id()?, clamp: self.clamp()?, rescale: self.rescale()? })
    }

    #[cfg(feature = "concatenation")]
    fn concatenation(&mut self) -> Option<crate::Concatenation> {
        let inputs = self.bytes()?.map(TensorId);
        let axis = match self.u32()? {
            0 => crate::Axis::Height,
            1 => crate::Axis::Width,
            2 => crate::Axis::Channels,
            3 => crate::Axis::Flat,
            _ => return None,
        };
        Some(crate::Concatenation { inputs, axis })
    }

    #[cfg(feature = "mul")]
    fn mul(&mut self) -> Option<crate::Mul> {
        Some(crate::Mul { inputs: self.bytes()?.map(TensorId), clamp: self.clamp()?, rescale: self.rescale()? })
    }

    fn add(&mut self) -> Option<Add> {
        Some(Add {
            inputs: self.bytes()?.map(TensorId),
            left_shift: self.u8()?,
            input_rescale: [self.rescale()?, self.rescale()?],
            output_rescale: self.rescale()?,
            clamp: self.clamp()?,
        })
    }
}

impl Record for Tensor {
    fn read(reader: &mut Reader<'_>) -> Option<Self> {
        let shape = reader.shape()?;
        let scale = f32::from_le_bytes(reader.bytes()?);
        let quantization = Quantization { scale, zero_point: reader.i8()? };
        Some(Self { shape, quantization, arena_offset: reader.u32()? })
    }
}

impl Record for Node {
    #[inline(never)]
    fn read(reader: &mut Reader<'_>) -> Option<Self> {
        Some(match reader.u32()? {
            0 => Self::Conv2d(reader.conv2d()?),
            1 => Self::DepthwiseConv2d(reader.conv2d()?),
            2 => Self::FullyConnected(reader.fully_connected()?),
            3 => Self::Add(reader.add()?),
            4 => Self::AveragePool2d(reader.pool()?),
            5 => Self::MaxPool2d(reader.pool()?),
            6 => Self::PairedConv2d(reader.conv2d()?),
            7 => Self::PairedFullyConnected(reader.fully_connected()?),
            8 if INT4 => Self::Int4Conv2d(reader.conv2d()?),
            9 if INT4 => Self::Int4FullyConnected(reader.fully_connected()?),
            #[cfg(feature = "mean")]
            10 => Self::Mean(reader.mean()?),
            #[cfg(feature = "lookup")]
            11 => Self::Lookup(crate::Lookup { input: reader.tensor_id()?, table: reader.u32()? }),
            #[cfg(feature = "concatenation")]
            12 => Self::Concatenation(reader.concatenation()?),
            #[cfg(feature = "mul")]
            13 => Self::Mul(reader.mul()?),
            _ => return None,
        })
    }
}

impl Record for Tap {
    fn read(reader: &mut Reader<'_>) -> Option<Self> {
        let kind = match reader.u32()? {
            0 => TapKind::FeatureMap,
            1 => TapKind::Conv,
            2 => TapKind::Fc,
            3 => TapKind::Embedding,
            4 => TapKind::CriticMap,
            5 => TapKind::CriticEmbedding,
            _ => return None,
        };
        Some(Self { kind, tensor: reader.tensor_id()? })
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde::Deserialize;

    use super::*;

    /// The value with what is left, by postcard.
    fn derived<'a, T: Deserialize<'a>>(bytes: &'a [u8]) -> Option<(T, &'a [u8])> {
        postcard::take_from_bytes(bytes).ok()
    }

    fn read<'a, T>(bytes: &'a [u8], read: impl FnOnce(&mut Reader<'a>) -> Option<T>) -> Option<(T, &'a [u8])> {
        let mut reader = Reader(bytes);
        let value = read(&mut reader)?;
        Some((value, reader.0))
    }

    /// Compared as text, since not every scale equals itself.
    fn same<'a, T: Deserialize<'a> + core::fmt::Debug>(
        bytes: &'a [u8],
        by_hand: impl FnOnce(&mut Reader<'a>) -> Option<T>,
    ) -> Result<bool, TestCaseError> {
        let [derived, by_hand] = [derived::<T>(bytes), read(bytes, by_hand)];
        prop_assert_eq!(std::format!("{:?}", &by_hand), std::format!("{:?}", derived), "{:?}", bytes);
        Ok(by_hand.is_some())
    }

    /// Bytes like those of a header: many small ones, and the largest of varints.
    fn bytes() -> impl Strategy<Value = std::vec::Vec<u8>> {
        let byte = prop_oneof![6 => 0..8_u8, 2 => any::<u8>(), 1 => Just(0xff), 1 => 0x80..0x84_u8];
        prop::collection::vec(byte, 0..64)
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 20_000, failure_persistence: None, ..Default::default() })]

        #[test]
        fn reads_what_serde_reads(bytes in bytes()) {
            same::<Node>(&bytes, Node::read)?;
            same::<Tensor>(&bytes, Tensor::read)?;
            same::<Tap>(&bytes, Tap::read)?;
            same::<About<'_>>(&bytes, Reader::about)?;
            same::<Graph<'_>>(&bytes, Reader::graph)?;
            same::<u16>(&bytes, Reader::u16)?;
            same::<u32>(&bytes, Reader::u32)?;
            same::<i32>(&bytes, Reader::i32)?;
            same::<u64>(&bytes, Reader::u64)?;
        }
    }

    /// Every operator with its fields at their bounds, so that what is compared above can also be read.
    #[test]
    fn reads_what_serde_writes() {
        let window =
            Window { kernel: [255, 1], stride: [2, 254], padding: Padding { top: 3, left: 4, bottom: 5, right: 6 } };
        let clamp = Clamp { min: i8::MIN, max: i8::MAX };
        let (input, parameters) = (TensorId(255), u32::MAX);
        let conv2d = Conv2d { input, window, clamp, parameters };
        let fully_connected = FullyConnected { input, clamp, parameters };
        let pool = Pool2d { input, window, clamp };
        let rescale = |multiplier, shift| Rescale { multiplier, shift };
        let add = Add {
            inputs: [TensorId(1), TensorId(2)],
            left_shift: 22,
            input_rescale: [rescale(i32::MAX, -31), rescale(i32::MIN, 30)],
            output_rescale: rescale(-1, 0),
            clamp,
        };
        let nodes = [
            Node::Conv2d(conv2d),
            Node::DepthwiseConv2d(conv2d),
            Node::FullyConnected(fully_connected),
            Node::Add(add),
            Node::AveragePool2d(pool),
            Node::MaxPool2d(pool),
            Node::PairedConv2d(conv2d),
            Node::PairedFullyConnected(fully_connected),
            Node::Int4Conv2d(conv2d),
            Node::Int4FullyConnected(fully_connected),
            Node::Mean(crate::Mean { input, clamp, rescale: rescale(i32::MAX, -31) }),
            Node::Lookup(crate::Lookup { input, table: parameters }),
            Node::Concatenation(crate::Concatenation { inputs: [input; 10], axis: crate::Axis::Flat }),
            Node::Mul(crate::Mul { inputs: [input; 2], clamp, rescale: rescale(i32::MAX, 30) }),
        ];
        for node in nodes {
            let bytes = postcard::to_allocvec(&node).unwrap();
            assert_eq!(read(&bytes, Node::read), Some((node, &[][..])));
        }
    }
}
