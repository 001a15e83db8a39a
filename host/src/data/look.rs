//! What was read from a folder, in numbers.

use dim_model_format::Shape;
use serde::Serialize;

use super::dataset::Dataset;
use super::found::{Found, Passed};
use super::images::{Images, crop_fits};

/// Share of an image that may be cut away unmentioned: less than of a photograph made square.
const MUCH: f64 = 0.3;
/// Share of the images from which one class is too large.
const UNBALANCED: f64 = 0.8;
/// Classes that are named in one warning.
const NAMED: usize = 10;

/// What was read of a data set, and what was not. Keys and meanings are stable: scripts parse them.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Look {
    /// Name of the data set.
    pub name: String,
    /// What the files are.
    pub format: &'static str,
    /// Images to learn from that are not [`Look::unlabelled`].
    pub train: usize,
    /// Images to learn from that have no classes, beside others that have them.
    pub unlabelled: usize,
    /// Images held out.
    pub test: usize,
    /// What the held-out images are called there; none if there are none.
    pub held_out: Option<String>,
    /// With their images; none if no image has a class, or if there are more classes than labels can tell apart.
    pub classes: Vec<ClassCount>,
    /// Share of the images to learn from that are of the most frequent class, 0 to 1.
    pub largest_class: Option<f64>,
    /// `[height, width]` of the smallest and of the largest image in the files.
    pub sizes: [[usize; 2]; 2],
    /// `[height, width, channels]` of the images as they were read.
    pub shape: [u16; 3],
    /// What an encoder sees of them, if one was named.
    pub encoder: Option<ForEncoder>,
    /// Files that were passed over, grouped by reason.
    pub passed_over: Vec<Passed>,
    /// What was done to the images.
    pub notes: Vec<String>,
    /// What should be looked at before anything is learned.
    pub warnings: Vec<String>,
}

/// Images of one class.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ClassCount {
    /// Name of the class.
    pub name: String,
    /// To learn from.
    pub train: usize,
    /// Held out.
    pub test: usize,
}

/// What an encoder with one input size sees of the images.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct ForEncoder {
    /// `[height, width, channels]` of its input.
    pub shape: [u16; 3],
    /// Whether it can take them.
    pub fits: bool,
    /// Mean share of an image's area that is cut away, 0 to 1.
    pub cut_away: f64,
    /// Share of the image that loses most.
    pub cut_away_most: f64,
}

impl Look {
    /// At what was read for an encoder with the input `shape`, if there is one.
    pub(super) fn at(dataset: &Dataset, found: Found, shape: Option<Shape>) -> Self {
        let Found { format, held_out, pictures, passed_over, notes, warnings } = found;
        let read = dataset.train.shape;
        let whole = [read.height, read.width].map(usize::from);
        let mut classes = count(dataset);
        if pictures.is_none() {
            // Numbers that no label has are no classes.
            classes.retain(|class| class.train + class.test > 0);
        }
        let largest = classes.iter().map(|class| class.train).max().unwrap_or(0);
        let labelled = dataset.train.labels.as_ref().map_or(0, Vec::len);
        let mut look = Self {
            name: dataset.name.clone(),
            format,
            train: dataset.train.len(),
            unlabelled: dataset.unlabelled.len(),
            test: dataset.test.len(),
            held_out: held_out.filter(|_| !dataset.test.is_empty()),
            largest_class: (labelled > 0).then(|| largest as f64 / labelled as f64),
            sizes: pictures.map_or([whole; 2], |pictures| [pictures.smallest, pictures.largest]),
            shape: extents(read),
            encoder: shape.map(|shape| match pictures {
                Some(pictures) => ForEncoder {
                    shape: extents(shape),
                    fits: true,
                    cut_away: pictures.cut_mean,
                    cut_away_most: pictures.cut_most,
                },
                None => for_encoder(read, shape),
            }),
            classes,
            passed_over: passed_over.into_groups(),
            notes,
            warnings,
        };
        look.warn(dataset);
        look
    }

    /// Says what is odd about the classes, and about the size.
    fn warn(&mut self, dataset: &Dataset) {
        if let Some(ForEncoder { shape, fits: false, .. }) = self.encoder {
            let [found, wanted] = [self.shape, shape].map(text);
            let remedy = "bring them to its size, or choose another preset";
            self.warnings.push(format!("images of {found} do not fit an encoder that takes {wanted}; {remedy}"));
        }
        if let Some(ForEncoder { shape, fits: true, cut_away_most: most @ MUCH.., .. }) = self.encoder {
            let (percent, wanted) = (most * 100.0, text(shape));
            let of = if self.sizes[0] == self.sizes[1] { "of every image" } else { "of one of the images" };
            self.warnings.push(format!("{wanted} shows only the middle: {percent:.0} % {of} is cut away"));
        }
        if dataset.classes.len() > 256 {
            let classes = dataset.classes.len();
            self.warnings.push(format!("{classes} classes: at most 256 can be told apart, so the images have none"));
        }
        let names = |is_odd: fn(&ClassCount) -> bool| {
            let names: Vec<&str> =
                self.classes.iter().filter(|class| is_odd(class)).map(|class| &*class.name).collect();
            let more = names.len().saturating_sub(NAMED);
            let named = names[..names.len() - more].join(", ");
            (!names.is_empty()).then(|| if more > 0 { format!("{named} and {more} more") } else { named })
        };
        let [has_train, has_test] = [&dataset.train, &dataset.test]
            .map(|images| images.labels.as_ref().is_some_and(|labels| !labels.is_empty()));
        let mut found = Vec::new();
        if has_train {
            let only_test = names(|class| class.train == 0 && class.test > 0);
            found.extend(only_test.map(|names| format!("held out, but none to learn from, of class {names}")));
            let empty = names(|class| class.train == 0 && class.test == 0);
            found.extend(empty.map(|names| format!("no images of class {names}")));
        }
        if has_train && has_test {
            let only_train = names(|class| class.train > 0 && class.test == 0);
            found.extend(only_train.map(|names| format!("none held out of class {names}")));
        }
        let largest = self.classes.iter().max_by_key(|class| class.train);
        if let (Some(share @ UNBALANCED..), Some(class)) =
            (self.largest_class, largest.filter(|_| self.classes.len() > 1))
        {
            let percent = share * 100.0;
            found.push(format!("{percent:.0} % are of class {}: whoever always says so is right as often", class.name));
        }
        self.warnings.extend(found);
    }
}

fn count(dataset: &Dataset) -> Vec<ClassCount> {
    if dataset.train.labels.is_none() && dataset.test.labels.is_none() {
        return Vec::new();
    }
    let of = |images: &Images| {
        let mut counts = vec![0; dataset.classes.len()];
        for label in images.labels.iter().flatten() {
            if let Some(count) = counts.get_mut(usize::from(*label)) {
                *count += 1;
            }
        }
        counts
    };
    let counts = of(&dataset.train).into_iter().zip(of(&dataset.test));
    dataset
        .classes
        .iter()
        .zip(counts)
        .map(|(name, (train, test))| ClassCount { name: name.clone(), train, test })
        .collect()
}

/// Of images that are not brought to an encoder's size: their middle.
fn for_encoder(from: Shape, to: Shape) -> ForEncoder {
    let area = |shape: Shape| f64::from(shape.height) * f64::from(shape.width);
    let fits = crop_fits(from, to);
    let cut = if fits { 1.0 - area(to) / area(from) } else { 0.0 };
    ForEncoder { shape: extents(to), fits, cut_away: cut, cut_away_most: cut }
}

const fn extents(shape: Shape) -> [u16; 3] {
    [shape.height, shape.width, shape.channels]
}

/// `28x28x1`.
pub(super) fn text(shape: [u16; 3]) -> String {
    shape.map(|extent| extent.to_string()).join("x")
}
