//! Sizes of what C sees, which the header states too: `tests/header/bottom.h`.

use crate::border::Memory;
use crate::classes::{Class, Verdict};
use crate::model::Model;
use crate::novelty::Score;
use crate::prototypes::{Nearest, Prototypes};
use crate::sizes::Sizes;
use crate::status::Status;
use crate::tensor::{Shape, Tensor};

const POINTER: usize = size_of::<*const u8>();

const _: () = assert!(size_of::<Status>() == 4);
const _: () = assert!(size_of::<Memory>() == 2 * POINTER);
const _: () = assert!(size_of::<Shape>() == 6);
const _: () = assert!(size_of::<Tensor>() == if POINTER == 8 { 32 } else { 20 });
const _: () = assert!(size_of::<Model>() == 192);
const _: () = assert!(size_of::<Sizes>() == if POINTER == 8 { 72 } else { 52 });
const _: () = assert!(size_of::<Prototypes>() == 64);
const _: () = assert!(size_of::<Nearest>() == 2 * POINTER + 8);
const _: () = assert!(size_of::<Verdict>() == 36);
const _: () = assert!(size_of::<Class>() == 32);
const _: () = assert!(size_of::<Score>() == 16);
