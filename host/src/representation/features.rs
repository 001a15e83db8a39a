//! Representations of a set of images, as rows of a matrix.

/// One row of numbers for each image, `[count, width]`.
#[derive(Debug, Clone, PartialEq)]
pub struct Features {
    /// Numbers of one image.
    pub width: usize,
    /// Row after row.
    pub values: Vec<f32>,
}

impl Features {
    /// No rows yet.
    pub const fn new(width: usize) -> Self {
        Self { width, values: Vec::new() }
    }

    /// Adds whole rows of `width` numbers. The first ones take memory for `count` rows, or a vector that doubles when it is
    /// full would hold up to twice as many numbers.
    pub fn extend(&mut self, width: usize, numbers: impl IntoIterator<Item = f32>, count: usize) {
        if self.values.is_empty() {
            self.width = width;
            self.values.reserve_exact(width * count);
        }
        self.values.extend(numbers);
    }

    /// Number of images.
    pub fn count(&self) -> usize {
        self.values.len() / self.width
    }

    /// The numbers of image `index`.
    pub fn row(&self, index: usize) -> &[f32] {
        &self.values[index * self.width..(index + 1) * self.width]
    }

    /// All rows.
    pub fn rows(&self) -> std::slice::ChunksExact<'_, f32> {
        self.values.chunks_exact(self.width)
    }
}

/// Features with the class of each row.
#[derive(Debug, Clone, Copy)]
pub struct Labelled<'a> {
    /// `[count, width]`.
    pub features: &'a Features,
    /// `[count]`.
    pub labels: &'a [u8],
}

/// Mean and deviation of each column, to bring features to a common scale before a linear classifier.
#[derive(Debug, Clone)]
pub struct Standardization {
    mean: Vec<f64>,
    deviation: Vec<f64>,
}

impl Standardization {
    /// Of the training set; a constant column is left as it is.
    pub fn of(features: &Features) -> Self {
        let count = features.count() as f64;
        let mut mean = vec![0.0; features.width];
        for row in features.rows() {
            mean.iter_mut().zip(row).for_each(|(mean, x)| *mean += f64::from(*x) / count);
        }
        let mut deviation = vec![0.0; features.width];
        for row in features.rows() {
            for ((deviation, mean), x) in deviation.iter_mut().zip(&mean).zip(row) {
                *deviation += (f64::from(*x) - mean).powi(2) / count;
            }
        }
        for deviation in &mut deviation {
            *deviation = if *deviation > 1e-12 { deviation.sqrt() } else { 1.0 };
        }
        Self { mean, deviation }
    }

    /// Features of as many columns, each less its mean and divided by its deviation.
    pub fn apply(&self, features: &Features) -> Features {
        let mut values = features.values.clone();
        for row in values.chunks_exact_mut(features.width) {
            for ((x, mean), deviation) in row.iter_mut().zip(&self.mean).zip(&self.deviation) {
                *x = ((f64::from(*x) - mean) / deviation) as f32;
            }
        }
        Features { width: features.width, values }
    }
}
