//! Why there is no score.

/// Why there is no score.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum NoveltyError {
    /// The map is empty or larger than the memory for it, or is not of the size of those before.
    Size,
    /// Fewer than two normal images were counted.
    TooFew,
    /// As many images as can be were counted.
    Full,
    /// No images have these sums and squares.
    Impossible,
}
