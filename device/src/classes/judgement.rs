//! What a head says of an embedding, by the place of the class.

/// The class that an embedding is of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Judgement {
    /// Place of the nearest class.
    pub class: usize,
    /// Squared distance to it, in codes.
    pub distance: u32,
    /// Squared distance to the second nearest class, if there is one.
    pub second: Option<u32>,
    /// Whether it is near enough, by the radius that the examples of the class give; else it is unknown.
    pub is_known: bool,
}
