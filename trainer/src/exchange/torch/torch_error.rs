//! Why a file cannot be read.

use dim_host::pickle::PickleError;

/// A file that cannot be read as one of PyTorch's.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum TorchError {
    /// Neither of the two containers of `torch.save`, nor one of safetensors.
    #[error(
        "not a file of torch.save or safetensors: it begins neither as a zip archive nor as a pickle nor with a header"
    )]
    Unknown,
    /// The archive is cut short, or its directory is wrong.
    #[error("damaged: {0}; get the file again")]
    Damaged(String),
    /// Made where the most significant byte comes first.
    #[error("big-endian numbers; save the file again on a little-endian machine")]
    BigEndian,
    /// The pickle ends, asks for what it has not made, or has an instruction that `torch.save` does not write.
    #[error("damaged: {0}; get the file again, or save it with torch.save")]
    Pickle(#[from] PickleError),
    /// A tensor asks for more than its storage holds, or has no storage.
    #[error("damaged: tensor {0} is not inside of its storage; get the file again")]
    Tensor(String),
    /// Numbers that are not read.
    #[error(
        "{name}: holds {element}, read are float16, bfloat16, float32 and float64; save the model's .float() in PyTorch"
    )]
    Element {
        /// The tensor.
        name: String,
        /// PyTorch's name of its storage, or safetensors' of the type.
        element: String,
    },
    /// There are no tensors at all.
    #[error("no tensors in the file; save the state_dict() of the encoder")]
    Empty,
}
