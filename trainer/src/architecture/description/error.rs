//! Why a text describes no encoder: where, what, and what to do about it, in one line.

use dim_model_format::Shape;

use crate::line::line;

/// A problem with the place that it is at.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("line {line}{place}: {problem}", place = place(layer.as_deref()))]
pub struct DescriptionError {
    /// Line of the text, from 1.
    pub line: usize,
    /// Number of the layer, from 0, with its name where it has one.
    pub layer: Option<String>,
    /// What is wrong.
    pub problem: Problem,
}

fn place(layer: Option<&str>) -> String {
    layer.map_or(String::new(), |layer| format!(", layer {layer}"))
}

/// What is wrong with a description.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Problem {
    /// Not TOML.
    #[error("{0}")]
    Syntax(String),
    /// A key that means nothing.
    #[error("unknown key `{key}`; did you mean `{nearest}`?")]
    Unknown {
        /// As it is written.
        key: String,
        /// The likeliest that means something.
        nearest: &'static str,
    },
    /// A key that must be there.
    #[error("`{key}` is missing; add for example `{example}`")]
    Missing {
        /// Its name.
        key: &'static str,
        /// How it could read.
        example: &'static str,
    },
    /// A value of the wrong type, or out of its range.
    #[error("`{key} = {found}`: must be {expected}")]
    Value {
        /// Its key.
        key: &'static str,
        /// As it is written.
        found: String,
        /// What can stand there.
        expected: &'static str,
    },
    /// A layer that computes nothing.
    #[error("it has no operator; add one of {0}")]
    NoOperator(String),
    /// A layer that computes two things.
    #[error("it has both `{0}` and `{1}`; make two layers of it")]
    Operators(&'static str, &'static str),
    /// Two layers of one name.
    #[error("the name {0:?} is taken by an earlier layer, or means the input; choose another")]
    NameTaken(String),
    /// The name of no layer, or of a later one.
    #[error("`{key} = {name:?}`: no earlier layer has this name; {remedy}")]
    NoSuchLayer {
        /// What names it.
        key: &'static str,
        /// The name.
        name: String,
        /// What to write instead.
        remedy: String,
    },
    /// Padding that windows could lie in as a whole.
    #[error(
        "padding of {padding:?} with a kernel of {0}x{1}: must be less than the kernel on each side; pad less",
        kernel[0],
        kernel[1]
    )]
    Padding {
        /// Rows and columns.
        kernel: [u8; 2],
        /// Top, left, bottom, right.
        padding: [u8; 4],
    },
    /// A window larger than what it slides over.
    #[error(
        "a kernel of {0}x{1} is larger than its input of {input} with its padding; use a smaller one, pad more, or \
         stride less before it",
        kernel[0],
        kernel[1]
    )]
    Window {
        /// Rows and columns.
        kernel: [u8; 2],
        /// What it slides over.
        input: Shape,
    },
    /// A sum that a 32-bit accumulator might not hold.
    #[error(
        "each output sums {products} products, and 32 bits hold {most} at least; pool or stride before it, or use fewer \
         channels"
    )]
    Products {
        /// Products in a sum.
        products: u64,
        /// That many are allowed.
        most: u64,
    },
    /// A sum of tensors that differ.
    #[error(
        "it adds {0} to {1}; bring one to the shape of the other, for example by a `conv` with a kernel of 1 and the same \
         stride",
        with_crops(inputs[1]),
        with_crops(inputs[0])
    )]
    Sum {
        /// Shapes of its input and of what is added, with the number of crops.
        inputs: [(Shape, usize); 2],
    },
    /// A map that a window cannot cover.
    #[error("{rows} rows and {columns} columns are more than the 255 of a window; pool or stride before it")]
    GlobalAverage {
        /// Of its input.
        rows: u16,
        /// Of its input.
        columns: u16,
    },
    /// Crops of what is no image, or of an image that does not make several.
    #[error(
        "crops of {crop}x{crop}, {stride} apart, of {input}: must be of the image (`from = \"image\"`), which must be \
         square and have at least 2x2 of them"
    )]
    Unfold {
        /// Side of a crop.
        crop: u16,
        /// Distance of crops.
        stride: u16,
        /// What is cut.
        input: Shape,
    },
    /// Crops that are no cells, or no crops.
    #[error("{} cannot be folded: must be crops (`unfold`) of 1x1 cells; pool or stride before it", with_crops(*input))]
    Fold {
        /// Its input, with the number of crops.
        input: (Shape, usize),
    },
    /// A flag of weighted operators on another one.
    #[error("`{key} = true` with `{operator}`: only conv, depthwise and linear have it; set it on one of those")]
    Weightless {
        /// The flag.
        key: &'static str,
        /// The layer's operator.
        operator: &'static str,
    },
    /// `ReLU` where nothing is computed.
    #[error("`relu = true` with `{0}`: it only rearranges; set it on the layer before")]
    Rearranging(&'static str),
    /// A layer for nothing.
    #[error("nothing reads its output; remove it, or name it in `from`, `add` or `taps`")]
    Unused,
    /// An embedding of nothing.
    #[error("an encoder has two layers at least, the last of which gives the embedding; add one")]
    FewLayers,
    /// More tensors than a file can number.
    #[error("{layers} layers are more than a .dim file can number; use at most {most}")]
    ManyLayers {
        /// Of the description.
        layers: usize,
        /// That many are allowed.
        most: usize,
    },
    /// A tap that no device could read.
    #[error("`{0}` is the last layer, which is the embedding itself; name an earlier one")]
    LastTap(&'static str),
    /// A tap, or the embedding, in many parts.
    #[error("{0} is in crops; it must be of the whole image, behind `fold`")]
    OnCrops(&'static str),
    /// An encoder that no file holds.
    #[error("{found} {what} in all are more than {most}; use fewer channels or units, or stride more")]
    Size {
        /// What is counted.
        what: &'static str,
        /// How many there are.
        found: u64,
        /// That many are allowed.
        most: u64,
    },
}

fn with_crops((shape, crops): (Shape, usize)) -> String {
    if crops == 1 { shape.to_string() } else { format!("{crops} crops of {shape}") }
}

/// A problem with where it is in the text.
#[derive(Debug)]
pub(super) struct Fault {
    /// Byte of the text.
    pub(super) at: usize,
    layer: Option<String>,
    problem: Problem,
}

impl Fault {
    pub(super) const fn new(at: usize, problem: Problem) -> Self {
        Self { at, layer: None, problem }
    }

    /// The same, of a layer.
    pub(super) fn in_layer(self, layer: String) -> Self {
        Self { layer: Some(layer), ..self }
    }

    /// The same for a reader of `text`.
    pub(super) fn in_text(self, text: &str) -> DescriptionError {
        DescriptionError { line: line(text, self.at), layer: self.layer, problem: self.problem }
    }
}
