//! Data sets by name.

use crate::choices;

choices! {
    /// A data set that can be fetched by name.
    pub enum FetchName {
        /// 60,000 colour photos of 32x32 pixels, 10 classes
        Cifar10 = "cifar10",
        /// 70,000 handwritten digits of 28x28 pixels
        Mnist = "mnist",
        /// 70,000 pieces of clothing of 28x28 pixels, 10 classes
        FashionMnist = "fashion-mnist",
        /// 3,605 windows of a watch's acceleration and rotation, 7 exercises of 10 subjects
        Watch = "watch",
        /// 2,624 pictures of solar cells of 300x300 pixels, some defective; not for commercial use
        Solar = "solar",
    }
}

impl std::fmt::Display for FetchName {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.name())
    }
}
