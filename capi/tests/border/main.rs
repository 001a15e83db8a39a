//! The functions of C, called as C calls them: the same bytes as of the crates behind them, and every wrong argument refused.
#![expect(unsafe_code, reason = "C is called")]
#![expect(clippy::unwrap_used, reason = "a test that cannot go on must panic")]

mod classes;
mod exact;
mod hostile;
mod novelty;

use std::ffi::{CString, c_char, c_void};
use std::mem::MaybeUninit;

use dim_capi::{Memory, Model, Status, Tensor, dim_encode, dim_parse_abi};

/// Bytes that are aligned to 16.
#[derive(Clone)]
struct Aligned(Vec<u128>, usize);

impl Aligned {
    fn zeroed(bytes: usize) -> Self {
        Self(vec![0; bytes.div_ceil(16)], bytes)
    }

    fn of(bytes: &[u8]) -> Self {
        let mut aligned = Self::zeroed(bytes.len());
        bytemuck::cast_slice_mut(&mut aligned.0)[..bytes.len()].copy_from_slice(bytes);
        aligned
    }

    fn bytes(&self) -> &[u8] {
        &bytemuck::cast_slice(&self.0)[..self.1]
    }

    fn memory(&mut self) -> Memory {
        Memory { data: self.0.as_mut_ptr().cast(), bytes: self.1 }
    }
}

/// What a call writes if it succeeds.
fn written<T>(call: impl FnOnce(*mut T) -> Status) -> Result<T, Status> {
    let mut result = MaybeUninit::<T>::uninit();
    match call(result.as_mut_ptr()) {
        // SAFETY: a call that succeeds has written.
        Status::Ok => Ok(unsafe { result.assume_init() }),
        status => Err(status),
    }
}

fn done(status: Status) -> Result<(), Status> {
    if status == Status::Ok { Ok(()) } else { Err(status) }
}

fn parse(file: &Aligned) -> Result<Model, Status> {
    let data: *const c_void = file.0.as_ptr().cast();
    // SAFETY: the file is as long as it says, and outlives the model in every test.
    written(|model| unsafe { dim_parse_abi(dim_capi::DIM_ABI, model, data, file.1) })
}

fn encode(model: &Model, arena: Memory, pixels: &[u8]) -> Result<Tensor, Status> {
    // SAFETY: the slices are as long as they say.
    written(|to| unsafe { dim_encode(model, arena, pixels.as_ptr(), pixels.len(), to) })
}

/// The codes of a tensor.
fn codes(tensor: &Tensor) -> Vec<i8> {
    // SAFETY: the arena is there still.
    unsafe { std::slice::from_raw_parts(tensor.codes, tensor.count) }.to_vec()
}

fn c(name: &str) -> CString {
    CString::new(name).unwrap()
}

/// A name as C reads it.
fn name(bytes: &[c_char]) -> String {
    let bytes: Vec<u8> = bytes.iter().map(|byte| byte.cast_unsigned()).take_while(|byte| *byte != 0).collect();
    String::from_utf8(bytes).unwrap()
}
