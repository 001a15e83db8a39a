//! The C interface of dim: what a program of C or C++ calls, declared by `include/dim.h`, which is generated from this crate.
//!
//! The comments here are those of the header, in Doxygen's words. `docs/C.md` tells how to build and use the library.
//!
//! Nothing allocates, nothing panics, and there is no state outside of what the caller lends. A pointer is refused where it can be
//! seen to be wrong: null, misaligned, too short, or of memory that overlaps other memory of the call; whether it is valid, only
//! the caller knows. `border` is where pointers become slices.
#![cfg_attr(not(test), no_std)]
#![expect(unsafe_code, reason = "a border to C")]
#![warn(clippy::cast_possible_truncation, clippy::cast_possible_wrap, clippy::cast_sign_loss)]
#![cfg_attr(not(test), warn(clippy::indexing_slicing))]
#![allow(
    clippy::missing_safety_doc,
    reason = "the contract is the same for all functions, and stands at the head of the header"
)]

mod abi;
mod border;
mod classes;
mod encode;
mod model;
mod name;
mod novelty;
mod opaque;
#[cfg(feature = "archive")]
mod panic;
mod prototypes;
mod sizes;
mod status;
mod tensor;
mod version;

pub use border::{DIM_ALIGNMENT, Memory};
pub use classes::{
    Class, DIM_MOST_NEIGHBOURS, Verdict, dim_classes_begin_means, dim_classes_begin_neighbours, dim_classes_class,
    dim_classes_classify, dim_classes_forget, dim_classes_learn, dim_classes_open,
};
pub use encode::{dim_encode, dim_prove, dim_tap};
pub use model::{Model, dim_parse_abi};
pub use name::DIM_NAME_BYTES;
pub use novelty::{
    Score, dim_novelty_begin, dim_novelty_cells, dim_novelty_judge, dim_novelty_learn, dim_novelty_open,
    dim_novelty_set_threshold,
};
pub use prototypes::{Nearest, Prototypes, dim_prototypes_nearest, dim_prototypes_parse};
pub use sizes::{Sizes, dim_model_sizes};
pub use status::{Status, dim_status_name};
pub use tensor::{Shape, TapKind, Tensor};
pub use version::{DIM_ABI, DIM_NONE, dim_abi, dim_version};
