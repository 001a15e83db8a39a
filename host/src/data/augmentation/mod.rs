//! Random views of an image: what a representation should not depend on.

mod augmentations;
mod blur;
mod color;
mod crop;
mod geometry;
mod kind;
mod moved;
mod planes;
mod signal;
mod strength;
#[cfg(test)]
mod tests;
mod window;

pub use augmentations::Augmentations;
pub use crop::Crop;
pub use kind::Augmentation;
pub use moved::moved;
pub use strength::Strength;
pub use window::Window;
