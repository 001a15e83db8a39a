//! Random views of an image: what a representation should not depend on.

mod blur;
mod color;
mod crop;
mod geometry;
mod kind;
mod recipe;
mod signal;
mod strength;
#[cfg(test)]
mod tests;
mod window;

pub use crop::Crop;
pub use kind::Augmentation;
pub use recipe::Recipe;
pub use strength::Strength;
pub use window::Window;
