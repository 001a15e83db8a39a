//! Any bytes are a file of PyTorch, with as many numbers in a tensor as its shape says, or an error; what its pickle asks for is
//! not run.
#![no_main]

use dim_fuzz::torch::read;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let Ok(tensors) = read(bytes) else { return };
    for tensor in tensors {
        if let Ok(values) = tensor.values() {
            assert_eq!(values.len(), tensor.shape.iter().product::<usize>());
        }
    }
});
