//! What a reader notices beside the images.

use std::collections::BTreeMap;

use serde::Serialize;

/// Files that are named for each reason; more are only counted.
const NAMED: usize = 10;

/// What a reader notices beside the images.
#[derive(Debug, Default)]
pub(super) struct Found {
    /// What the files are.
    pub(super) format: &'static str,
    /// What the held-out images are called there; none if there are none.
    pub(super) held_out: Option<String>,
    /// Of pictures in files of their own.
    pub(super) pictures: Option<Pictures>,
    pub(super) passed_over: PassedOver,
    /// What was done to the images, each in a few words.
    pub(super) notes: Vec<String>,
    /// What the user should look at, each in a few words.
    pub(super) warnings: Vec<String>,
}

impl Found {
    /// Of a format in which every file has its place.
    pub(super) fn of(format: &'static str, held_out: &str) -> Self {
        Self { format, held_out: Some(held_out.to_owned()), ..Self::default() }
    }
}

/// Sizes of pictures, and what is cut away of them.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Pictures {
    /// `[height, width]` of the one with the fewest pixels.
    pub(super) smallest: [usize; 2],
    /// `[height, width]` of the one with the most pixels.
    pub(super) largest: [usize; 2],
    /// Mean share of a picture's area that is cut away, 0 to 1.
    pub(super) cut_mean: f64,
    /// Largest such share.
    pub(super) cut_most: f64,
}

/// Files and folders that were passed over, by reason.
#[derive(Debug, Default)]
pub(super) struct PassedOver(BTreeMap<&'static str, (usize, Vec<String>)>);

impl PassedOver {
    /// One more.
    pub(super) fn add(&mut self, why: &'static str, name: String) {
        self.add_many(why, name, 1);
    }

    /// So many, which are in a folder of this name.
    pub(super) fn add_many(&mut self, why: &'static str, name: String, count: usize) {
        let (counted, names) = self.0.entry(why).or_default();
        *counted += count;
        if names.len() < NAMED {
            names.push(name);
        }
    }

    /// Grouped by reason.
    pub(super) fn into_groups(self) -> Vec<Passed> {
        self.0.into_iter().map(|(why, (count, names))| Passed { why, count, names }).collect()
    }
}

/// Files that were passed over for one reason.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Passed {
    /// The reason, in a few words.
    pub why: &'static str,
    /// How many.
    pub count: usize,
    /// The first ten of them, inside the data set's folder.
    pub names: Vec<String>,
}
