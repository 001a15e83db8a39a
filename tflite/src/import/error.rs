//! Why a `.tflite` file has no equal in the `.dim` format.

use dim_model_format::{Error, NodeError};

use dim_flatbuffer::Damaged;

/// A file that cannot be imported.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum ImportError {
    /// It has no identifier, nor is it a model without one.
    #[error("not a .tflite file: the letters TFL3 are missing at byte 4, and the rest is no model either")]
    NotTflite,
    /// An offset, a length or a number that cannot be.
    #[error("damaged: what stands at byte {0} refers to what is not in the file; get or convert it again")]
    Damaged(usize),
    /// Another schema.
    #[error("schema version {0}; version 3 is read")]
    Version(u32),
    /// More subgraphs, inputs, tensors or operators than an encoder can have, or none.
    #[error("it has {found} {what}; {needed}")]
    Count {
        /// What there is too much or too little of.
        what: &'static str,
        /// How many.
        found: usize,
        /// How many there may be, and the remedy.
        needed: &'static str,
    },
    /// The input is not a map of int8, and nothing makes one of it.
    #[error(transparent)]
    Input(#[from] InputError),
    /// Means and deviations that are not one number or one for each channel.
    #[error("means and deviations must be finite, deviations positive, and one or {channels}, one for each channel")]
    Standardization {
        /// Of the model's images.
        channels: u16,
    },
    /// An output is not made of an int8 tensor.
    #[error(
        "its output, tensor {tensor}, is made by {producer}, not of an int8 tensor; convert the model with int8 activations, and \
         without what comes behind its scores"
    )]
    Output {
        /// Its number.
        tensor: usize,
        /// The operator in front of which no int8 tensor was found.
        producer: String,
    },
    /// Several outputs, and no way to know which is which.
    #[error(
        "it has {found} outputs, none of which its signature calls `embedding`; choose one with --output, of {names}"
    )]
    Outputs {
        /// How many.
        found: usize,
        /// Their names, each in backquotes.
        names: String,
    },
    /// The output that was asked for is not there.
    #[error("none of its outputs is called `{name}`; choose one with --output, of {names}")]
    NoOutput {
        /// What was asked for.
        name: String,
        /// Their names, each in backquotes.
        names: String,
    },
    /// An operator that cannot be said to the bit.
    #[error("operator {operator}, {name}: {reason}")]
    Operator {
        /// Its number in the graph, from 0.
        operator: usize,
        /// Its name in `TFLite`.
        name: String,
        /// What is wrong.
        reason: Unsupported,
    },
    /// The result would not be a valid file.
    #[error("the .dim file would be invalid: {0}")]
    Format(#[from] Error),
}

impl From<Damaged> for ImportError {
    fn from(Damaged(place): Damaged) -> Self {
        Self::Damaged(place)
    }
}

/// Why a model's input cannot be an encoder's image.
#[derive(Debug, Clone, Copy, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum InputError {
    /// A model of floats, or one whose weights alone are quantized.
    #[error(
        "its input is float32, and no QUANTIZE makes int8 of it, so its activations are floats; convert it with a \
         representative data set and `supported_ops = [TFLITE_BUILTINS_INT8]`"
    )]
    Float,
    /// Activations of 16 bits.
    #[error(
        "its activations are int16, and only int8 activations are supported; convert it with \
         `supported_ops = [TFLITE_BUILTINS_INT8]`"
    )]
    Int16,
    /// What converters made before int8.
    #[error(
        "its activations are uint8, as TensorFlow 1 quantized them, which TensorFlow Lite Micro does not run either; \
         convert the model again, with TensorFlow 2 and int8"
    )]
    OldUint8,
    /// Several images at once.
    #[error("it takes {images} images at once (tensor {tensor}); give its input a batch of 1 before you convert it")]
    Batch {
        /// The tensor whose first extent they are.
        tensor: usize,
        /// How many.
        images: i32,
    },
    /// An extent below 1.
    #[error("its input has an extent that is not known; fix all extents, and a batch of 1, before you convert it")]
    Unknown,
    /// No map and more numbers than a vector can have.
    #[error("its input has more than 65535 numbers and is no map; reshape it to [1, height, width, channels]")]
    Large,
    /// Anything else.
    #[error(
        "its input is not int8 with one scale and zero point, nor quantized to that by the first operator; convert it \
         with int8 activations"
    )]
    Other,
}

/// What of an operator the `.dim` format cannot express to the bit.
#[derive(Debug, Clone, Copy, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum Unsupported {
    /// Not an operator that is read.
    #[error("not supported; docs/EXCHANGE.md lists what is, and the other operators have to be left out of the model")]
    Operator,
    /// No attributes of its kind, or unknown ones.
    #[error("its attributes are missing, or of an unknown kind; convert the model with a current converter")]
    Options,
    /// Fewer inputs or outputs than it needs.
    #[error("it lacks an input or an output; convert the model again")]
    Operands,
    /// A constant, or something that a later or unsupported operator computes, in place of an activation.
    #[error(
        "it reads tensor {0}, which no operator before it computes from the model's input; fold constants into the weights"
    )]
    NotComputed(usize),
    /// Two operators write one tensor.
    #[error("it writes tensor {0}, which is written already; convert the model again")]
    Written(usize),
    /// Another type of numbers, or a variable.
    #[error("tensor {0} is not a plain int8 tensor; convert the model with int8 weights and activations")]
    NotInt8(usize),
    /// Not one scale and one zero point.
    #[error("tensor {0} needs one positive scale and one zero point of int8; convert the model with int8 activations")]
    Quantization(usize),
    /// Scales of weights that do not belong to the channels, or a zero point.
    #[error(
        "tensor {0} needs a weight scale, or one for each output channel, and zero points of 0; convert it with symmetric weights"
    )]
    WeightScales(usize),
    /// Weights or biases that are not constants of the right type, shape and length.
    #[error("tensor {0} is not a constant of the type and shape that the operator needs")]
    Constant(usize),
    /// The shape does not follow.
    #[error("tensor {0} has a shape that does not follow from the operator; convert the model again")]
    Shape(usize),
    /// Several images at once.
    #[error("tensor {tensor} is of {images} images; give the model's input a batch of 1 before you convert it")]
    Batch {
        /// The tensor.
        tensor: usize,
        /// Its first extent.
        images: i32,
    },
    /// An extent below 1.
    #[error("tensor {0} has an extent that is not known; fix all extents of the input before you convert the model")]
    Unknown(usize),
    /// A map of the same numbers but other extents than were computed.
    #[error(
        "it reads tensor {tensor} as {read:?}, which was computed as {computed:?}; behind the first layer a map keeps its \
         height, width and channels, so leave out the reshape, or make it the first operator"
    )]
    Reshaped {
        /// The tensor that is read.
        tensor: usize,
        /// Height, width and channels as the operator reads it.
        read: [u16; 3],
        /// The same, as they were computed.
        computed: [u16; 3],
    },
    /// Elements change their places, or some are left out.
    #[error("it moves elements, or takes a part of them, which a .dim file cannot; do that outside of the model")]
    Moves,
    /// Floats in the middle of a model.
    #[error(
        "the model computes in floats from here on; convert it with `supported_ops = [TFLITE_BUILTINS_INT8]`, which names \
         the operators that cannot be quantized"
    )]
    Floats,
    /// A kernel or a stride that a window cannot state.
    #[error("kernel, stride and padding must be at most 255, kernel and stride at least 1")]
    Window,
    /// Half of a dilated convolution, which moves the elements of a map to those of several images.
    #[error(
        "it is a part of a dilated convolution; convert the model with a converter that writes one CONV_2D with a dilation, or \
         train with `dilation_rate=1` and a larger kernel or a stride instead"
    )]
    Blocks,
    /// A dilation of more zeros than are worth it.
    #[error(
        "the dilated kernels up to this one have more than 16 times the bytes of the file with the zeros between their weights; \
         train with a smaller dilation"
    )]
    Zeros,
    /// A grouped convolution, or an inconsistent one.
    #[error(
        "its weights are for {weights} input channels, its input has {input}; grouped convolutions are not supported"
    )]
    Channels {
        /// Input channels of the weights.
        weights: i32,
        /// Channels of the input.
        input: u16,
    },
    /// An addition of tensors of different shapes.
    #[error("its inputs have different shapes; only additions without broadcasting are supported")]
    Broadcast,
    /// A product of tensors that do not go together.
    #[error(
        "one of its inputs must have all elements of the output, and the other one may be repeated along height, width or channels"
    )]
    Repeated,
    /// A product with a constant of other numbers.
    #[error("a constant must be one number, or one for each channel of the other input, which is not repeated")]
    RepeatedConstant,
    /// `TFLite` shifts products to the left, out of 32 bits.
    #[error("its products may leave 32 bits; its output has too small a scale")]
    ProductFactor,
    /// `TFLite` refuses the sum as well.
    #[error("the sum's scale is too small for its inputs'; TensorFlow Lite Micro refuses it too")]
    SumFactors,
    /// More inputs than a concatenation can have, fewer than two, or an activation.
    #[error("only concatenations of two to ten tensors without an activation are supported")]
    Concatenation,
    /// A mean over something else than all rows and columns.
    #[error("only means of each channel over all rows and columns are supported")]
    Axes,
    /// `TFLite` shifts sums to the left, out of 32 bits.
    #[error("its sums may leave 32 bits; its output has too small a scale")]
    MeanFactor,
    /// Scales or attributes with which `TFLite` does not compute, or not in a defined way.
    #[error("TensorFlow Lite Micro does not define it for these scales, zero points or attributes")]
    Curve,
    /// Input and output mean different numbers.
    #[error("its output has another scale or zero point than its input, which it may not change")]
    Requantizes,
    /// A padding that no later operator can take over.
    #[error(
        "it reads tensor {0}, which is padded; only zeros in front of a convolution and -128 in front of a maximum are supported"
    )]
    Padded(usize),
    /// A padding of batch or channels, or a negative one.
    #[error("only height and width can be padded, by constants from 0 to 255")]
    Padding,
    /// A left shift that overflows is defined in a `.dim` file, but not in C++.
    #[error(
        "channel {channel} may leave 32 bits when its accumulator is shifted left by {shift}; its weight scale is too large"
    )]
    LeftShift {
        /// Output channel.
        channel: usize,
        /// Bits.
        shift: i8,
    },
    /// The numbers of tensors are bytes.
    #[error("the model has more than 254 layers")]
    Layers,
    /// Operators that share weights, more of them than are worth a copy each.
    #[error("the operators up to this one read more than twice the bytes of the file as weights; give each its own")]
    SharedWeights,
    /// What the writer of `.dim` files refuses.
    #[error("{0}")]
    Node(NodeError),
}
