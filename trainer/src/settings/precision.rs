//! What layers compute in while they learn.

use dim_host::choices;

choices! {
    /// Numbers that convolutions and fully connected layers of encoder and critics take and give.
    ///
    /// Weights, their gradients and Adam's state are 32 bits wide in either case, and so are normalization, activations,
    /// scores and losses: a layer rounds its input and its weights, and widens its output.
    #[derive(Default)]
    pub enum Precision {
        /// IEEE single precision
        #[default]
        F32 = "f32",
        /// bfloat16: half the bytes and 8 bits of mantissa, for tensor cores
        Bf16 = "bf16",
    }
}
