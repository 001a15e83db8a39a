//! What a file says of its own outputs, so that whoever runs it can tell whether it runs as it should.

use core::num::NonZeroU32;

use crate::layout::CRC;

/// Images that a proof is over.
pub const PROOF_IMAGES: u8 = 2;

/// Where the generator starts.
const SEED: u32 = 0x4449_4d31;

/// The images that a proof is over, one after the other: pixels of a generator, so that a file need not carry any.
///
/// The generator is xorshift with 13, 17 and 5 (Marsaglia 2003); a pixel is the top byte of its state. In the second
/// image each pixel is 0 or 255, by the top bit, so that sums are large.
#[derive(Debug, Clone)]
pub struct ProofPixels {
    state: u32,
    image: u8,
}

impl ProofPixels {
    /// Before the first image.
    pub const fn new() -> Self {
        Self { state: SEED, image: 0 }
    }

    /// Pixels of the next image; as many have to be taken as it has.
    pub fn next_image(&mut self) -> impl Iterator<Item = u8> + '_ {
        let contrast = self.image > 0;
        self.image += 1;
        core::iter::from_fn(move || {
            self.state ^= self.state << 13;
            self.state ^= self.state >> 17;
            self.state ^= self.state << 5;
            let [.., pixel] = self.state.to_le_bytes();
            Some(if contrast { 0_u8.wrapping_sub(pixel >> 7) } else { pixel })
        })
    }
}

impl Default for ProofPixels {
    fn default() -> Self {
        Self::new()
    }
}

/// Digest of what an encoder makes of the [`ProofPixels`]: the CRC-32 of all tapped tensors, in the order of the taps,
/// image after image. Two encoders with the same one agree in every bit of every tap, but for one chance in 2^32.
#[derive(Clone)]
pub struct ProofDigest(crc::Digest<'static, u32>);

impl ProofDigest {
    /// Of nothing yet.
    pub fn new() -> Self {
        Self(CRC.digest())
    }

    /// Appends a tapped tensor: its int8 values in two's complement, `[height, width, channels]`.
    pub fn update(&mut self, values: &[u8]) {
        self.0.update(values);
    }

    /// As it stands in a file, where 0 means that there is none: it is never 0.
    pub fn finish(self) -> NonZeroU32 {
        NonZeroU32::new(self.0.finalize()).unwrap_or(NonZeroU32::MAX)
    }
}

impl Default for ProofDigest {
    fn default() -> Self {
        Self::new()
    }
}

impl core::fmt::Debug for ProofDigest {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_struct("ProofDigest").finish_non_exhaustive()
    }
}
