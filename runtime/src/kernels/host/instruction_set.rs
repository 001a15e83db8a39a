//! Which instructions there are, and which of them this processor has.

#[cfg(target_arch = "x86_64")]
use super::{avx2::Avx2, avx512vnni::Avx512Vnni};
#[cfg(target_arch = "aarch64")]
use super::{dotprod::DotProduct, neon::Neon};

/// Instructions that this processor was found to have: a value exists only where it has them.
///
/// The outputs are the same with every one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct InstructionSet(pub(super) Kind);

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Portable,
    #[cfg(target_arch = "x86_64")]
    Avx2(Avx2),
    #[cfg(target_arch = "x86_64")]
    Avx512Vnni(Avx512Vnni),
    #[cfg(target_arch = "aarch64")]
    Neon(Neon),
    #[cfg(target_arch = "aarch64")]
    DotProduct(DotProduct),
}

impl InstructionSet {
    /// All that this processor has kernels for, the fastest last. The first one is that of every processor.
    pub fn available() -> impl Iterator<Item = Self> {
        #[cfg(target_arch = "x86_64")]
        let found = [Avx2::detect().map(Kind::Avx2), Avx512Vnni::detect().map(Kind::Avx512Vnni)];
        #[cfg(target_arch = "aarch64")]
        let found = [Neon::detect().map(Kind::Neon), DotProduct::detect().map(Kind::DotProduct)];
        #[cfg(not(any(target_arch = "x86_64", target_arch = "aarch64")))]
        let found: [Option<Kind>; 0] = [];
        core::iter::once(Kind::Portable).chain(found.into_iter().flatten()).map(Self)
    }

    /// The fastest one.
    pub fn best() -> Self {
        Self::available().last().unwrap_or(Self(Kind::Portable))
    }

    /// Such as `avx2`.
    pub const fn name(self) -> &'static str {
        match self.0 {
            Kind::Portable => "portable",
            #[cfg(target_arch = "x86_64")]
            Kind::Avx2(_) => "avx2",
            #[cfg(target_arch = "x86_64")]
            Kind::Avx512Vnni(_) => "avx512vnni",
            #[cfg(target_arch = "aarch64")]
            Kind::Neon(_) => "neon",
            #[cfg(target_arch = "aarch64")]
            Kind::DotProduct(_) => "dotprod",
        }
    }
}
