//! Mean embeddings of views that a few pixels set apart: what they differ in, the picture does not say.

use dim_model_format::Model;

use super::encode::{encode_all, real};
use crate::choices;
use crate::data::{Images, moved};

/// Rows and columns that views are moved by.
const MOVES: [[isize; 2]; 5] = [[0, 0], [-2, -2], [-2, 2], [2, -2], [2, 2]];

choices! {
    /// The views of a picture that a mean embedding is of.
    pub enum Views {
        /// Five: the picture as it is, and moved by two pixels towards each corner, its border reflected
        Moved = "moved",
        /// Ten: these and their mirror images
        MovedMirrored = "moved-mirrored",
    }
}

impl Views {
    /// Each view's move, in rows and columns, and whether it is mirrored.
    fn all(self) -> impl Iterator<Item = ([isize; 2], bool)> {
        let mirrored: &[bool] = match self {
            Self::Moved => &[false],
            Self::MovedMirrored => &[false, true],
        };
        mirrored.iter().flat_map(|mirrored| MOVES.map(|by| (by, *mirrored)))
    }

    /// Their number.
    pub fn count(self) -> usize {
        self.all().count()
    }
}

/// The mean of the embeddings of each image's views, `[images, units]`, as real numbers.
///
/// # Errors
/// If the images do not have the model's shape.
pub fn mean_embeddings(model: &Model<'_>, images: &Images, views: Views) -> anyhow::Result<Vec<f32>> {
    let mut means: Vec<f32> = Vec::new();
    let share = (views.count() as f32).recip();
    for (by, mirrored) in views.all() {
        let embeddings = encode_all(model, &moved(images, by, mirrored), |output| real(output.embedding()))?.concat();
        means.resize(embeddings.len(), 0.0);
        means.iter_mut().zip(embeddings).for_each(|(mean, number)| *mean += number * share);
    }
    Ok(means)
}

#[cfg(test)]
mod tests {
    use dim_conformance::draw::{Draw, elements};
    use dim_conformance::graphs;
    use dim_model_format::FilterLayout;

    use super::*;

    /// Of the images seen from `[rows, columns]` beyond their corner, pixel by pixel.
    fn embeddings_by_hand(model: &Model<'_>, images: &Images, [rows, columns]: [isize; 2], mirrored: bool) -> Vec<f32> {
        let shape = images.shape;
        let [height, width, channels] = [shape.height, shape.width, shape.channels].map(usize::from);
        let reflected = |at: usize, by: isize, extent: usize| {
            let last = extent as isize - 1;
            (last - (last - (at as isize + by).abs()).abs()) as usize
        };
        let mut pixels = Vec::new();
        for index in 0..images.len() {
            for (y, x) in (0..height * width).map(|pixel| (pixel / width, pixel % width)) {
                let (y, x) = (reflected(y, rows, height), reflected(x, columns, width));
                let x = if mirrored { width - 1 - x } else { x };
                pixels.extend_from_slice(&images.image(index)[(y * width + x) * channels..][..channels]);
            }
        }
        let images = Images { pixels, ..Images::none(shape) };
        encode_all(model, &images, |output| real(output.embedding())).unwrap().concat()
    }

    #[test]
    fn a_mean_is_of_the_picture_and_of_what_is_moved_by_hand() {
        let mut files = (0..).map(|seed| graphs::network(seed, FilterLayout::Paired));
        // A border of two pixels is reflected in three.
        let is_large = |file: &Vec<u8>| {
            Model::parse(file).is_ok_and(|model| {
                let shape = model.input_shape();
                shape.height.min(shape.width) >= 3
            })
        };
        let file = files.find(is_large).unwrap();
        let model = Model::parse(&file).unwrap();
        let shape = model.input_shape();
        let images = Images { pixels: Draw(3).bytes(2 * elements(shape)), ..Images::none(shape) };
        for (views, count, ways) in [(Views::Moved, 5, &[false][..]), (Views::MovedMirrored, 10, &[false, true])] {
            assert_eq!(views.count(), count);
            let moves = [[0, 0], [-2, -2], [-2, 2], [2, -2], [2, 2]];
            let each: Vec<Vec<f32>> = ways
                .iter()
                .flat_map(|mirrored| moves.map(|by| embeddings_by_hand(&model, &images, by, *mirrored)))
                .collect();
            let means = mean_embeddings(&model, &images, views).unwrap();
            assert_eq!(means.len(), each[0].len());
            for (unit, mean) in means.iter().enumerate() {
                let sum: f64 = each.iter().map(|embeddings| f64::from(embeddings[unit])).sum();
                assert!((f64::from(*mean) - sum / count as f64).abs() < 1e-4, "{mean}, {sum} in {count} views");
            }
        }
    }
}
