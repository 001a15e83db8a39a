//! Trained encoders that come with the program, from the folder `encoders`.

use serde::{Deserialize, Serialize};

/// A signed `.dim` file and what is known of it.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Trained {
    /// Of the network too.
    pub(crate) name: &'static str,
    /// The `.dim` file with its signature.
    pub(crate) file: &'static [u8],
    card: &'static str,
}

macro_rules! trained {
    ($($name:literal),*) => {
        [$(Trained {
            name: $name,
            file: include_bytes!(concat!("../../encoders/", $name, ".dim")),
            card: include_str!(concat!("../../encoders/", $name, ".toml")),
        }),*]
    };
}

/// All of them, in the order in which they are listed.
pub(crate) const TRAINED: &[Trained] = &trained!["edge28-s", "edge32", "edge32-s", "imu128"];

impl Trained {
    /// The one of this name.
    pub(crate) fn named(name: &str) -> Option<&'static Self> {
        TRAINED.iter().find(|encoder| encoder.name == name)
    }

    /// What is known of it.
    ///
    /// # Panics
    /// Never: a test reads all of them.
    pub(crate) fn card(&self) -> Card {
        toml::from_str(self.card).expect("cards are valid, as a test shows")
    }

    /// The card as it stands in the folder.
    pub(crate) const fn card_text(&self) -> &'static str {
        self.card
    }
}

/// What is measured of a trained encoder, and how it was made.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Card {
    pub(crate) name: String,
    /// What it takes, and of what it was trained.
    pub(crate) about: String,
    pub(crate) data: Data,
    pub(crate) training: Training,
    pub(crate) accuracy: Accuracy,
    pub(crate) device: Device,
    /// Of an image, in QEMU, by processor.
    pub(crate) instructions: std::collections::BTreeMap<String, u64>,
}

/// What it learned from, without a label.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Data {
    pub(crate) name: String,
    pub(crate) images: u32,
    pub(crate) licence: String,
}

/// How it learned.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Training {
    pub(crate) recipe: String,
    pub(crate) epochs: u32,
    pub(crate) seed: u64,
    /// What makes it again.
    pub(crate) commands: Vec<String>,
}

/// Shares of held-out images whose class a judge finds, 0 to 1, who learned it from the labels of the training images.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Accuracy {
    /// Images that were held out.
    pub(crate) images: u32,
    /// Softmax on 64 numbers.
    pub(crate) linear: Judged,
    /// Ten nearest neighbours by cosine.
    pub(crate) knn: Judged,
}

/// One judge's shares.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Judged {
    /// Of the device's integers.
    pub(crate) int8: f64,
    pub(crate) float: f64,
    pub(crate) untrained: f64,
    pub(crate) raw_pixels: f64,
}

/// What the file says and takes.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Device {
    pub(crate) identity: String,
    /// With its signature.
    pub(crate) file_bytes: usize,
    pub(crate) arena_bytes: usize,
    pub(crate) macs: u64,
}
