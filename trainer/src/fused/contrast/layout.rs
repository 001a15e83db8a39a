//! Which scores are positive.

/// What scores are of.
#[derive(Debug, Clone, Copy)]
pub(super) struct Layout {
    pub(super) embeddings: usize,
    /// Images.
    pub(super) batch: usize,
    /// Of an image.
    pub(super) cells: usize,
}

impl Layout {
    /// Pairs of an embedding and a cell of its own image, and of another.
    pub(super) fn pairs(self) -> [f64; 2] {
        [self.cells, (self.batch - 1) * self.cells].map(|cells| (self.embeddings * cells) as f64)
    }

    /// Numbers that belong to the cells of an image.
    pub(super) fn image(self) -> usize {
        self.cells * self.embeddings
    }

    /// Embeddings of this image, one in each set.
    pub(super) fn own(self, image: usize) -> impl Iterator<Item = usize> {
        (image..self.embeddings).step_by(self.batch)
    }
}
