//! What a workstation asks of a device.

use dim_model_format::Identity;
use serde::{Deserialize, Serialize};

/// A request. The reply in brackets answers it, or [`Reply::Failed`](crate::Reply::Failed).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub enum Request<'a> {
    /// Who are you? [`Hello`](crate::Reply::Hello)
    Hello,
    /// Compute what the encoder's proof is over, and compare. [`Computed`](crate::Reply::Computed)
    Prove,
    /// A part of an image, `[height, width, channels]`, raw u8; offset 0 begins another image, and each part starts where the
    /// one before ended. [`Received`](crate::Reply::Received)
    Image {
        /// Where in the image the part starts, in bytes.
        offset: u32,
        /// Its pixels.
        pixels: &'a [u8],
    },
    /// Compute the embedding of the image. [`Computed`](crate::Reply::Computed)
    Embed,
    /// A part of the embedding that was computed last. [`Values`](crate::Reply::Values)
    Read {
        /// Unit that the part starts with.
        offset: u32,
    },
    /// Learn the image as an example of a class, which is new if there is none of this name. [`Learned`](crate::Reply::Learned)
    Learn {
        /// At most [`NAME_BYTES`](crate::NAME_BYTES) bytes, at least one.
        class: &'a str,
    },
    /// Which class is the image of? [`Classified`](crate::Reply::Classified)
    Classify,
    /// Forget a class, or all. [`Done`](crate::Reply::Done)
    Forget {
        /// Its name.
        class: Option<&'a str>,
    },
    /// The class in this place; places of classes that were forgotten are empty. [`Class`](crate::Reply::Class)
    Class {
        /// From 0.
        index: u16,
    },
    /// Count the image among the normal ones. [`Novelty`](crate::Reply::Novelty)
    LearnNormal,
    /// Set the threshold so that the image, a normal one that was not counted, lies below it; with several, by mean and
    /// standard deviation of their scores. [`Novelty`](crate::Reply::Novelty)
    SetThreshold,
    /// How much does the image differ from the normal ones? [`Novelty`](crate::Reply::Novelty)
    Judge,
    /// Forget what is normal, in memory and in the store, there of another encoder too. [`Done`](crate::Reply::Done)
    ForgetNormal,
    /// An encoder of these properties will be sent. Answered by the offset to send from, which is not 0 if a part of the same
    /// encoder has arrived before. [`Received`](crate::Reply::Received)
    BeginUpdate {
        /// Bytes of the file, signature included.
        length: u32,
        /// CRC-32C (CRC-32/ISCSI) of all of them; by the polynomial of the file's own checksum, all whole files would have one.
        crc: u32,
        /// Of the encoder.
        #[serde(with = "crate::identity")]
        identity: Identity,
    },
    /// A part of the encoder, which starts where the one before ended. [`Received`](crate::Reply::Received)
    Update {
        /// In bytes.
        offset: u32,
        /// The part.
        bytes: &'a [u8],
    },
    /// Check the encoder, and start with it next time. [`Done`](crate::Reply::Done)
    EndUpdate,
    /// Start again, after the reply. [`Done`](crate::Reply::Done)
    Restart,
    /// Compute the embedding of the image some times. [`Computed`](crate::Reply::Computed) states the least.
    Bench {
        /// How often, at least 1.
        runs: u16,
    },
    /// Statistics of normal images that were learned elsewhere will be sent; those that the device has in memory are forgotten.
    /// [`Received`](crate::Reply::Received)
    BeginNormal(Normal),
    /// A part of the moments: of each value of the map, in order, the sum, i32, and the sum of squares, u32, little-endian; of an
    /// encoder with a critic, 64 embeddings as the critic sees them, i8. It starts where the one before ended. [`Received`](crate::Reply::Received)
    Normal {
        /// In bytes.
        offset: u32,
        /// Of whole values.
        bytes: &'a [u8],
    },
    /// Judge by them from now on. [`Novelty`](crate::Reply::Novelty)
    EndNormal,
    /// Compute the local feature map of the image, `[height, width, channels]`, and give a part of it; every part is computed
    /// anew, since a device keeps no copy. [`Values`](crate::Reply::Values)
    FeatureMap {
        /// Element that the part starts with.
        offset: u32,
    },
    /// Take the image back from the examples of a class, as if it had never been learned. [`Learned`](crate::Reply::Learned)
    Unlearn {
        /// Its name.
        class: &'a str,
    },
    /// Which [`MINOR_VERSION`](crate::MINOR_VERSION) do you speak? [`Minor`](crate::Reply::Minor)
    Minor,
    /// Which statistics of normal images are in your store, and is there room for some of the encoder that runs?
    /// [`KeptNormal`](crate::Reply::KeptNormal)
    KeptNormal,
    /// Keep what is normal in the store, in place of what was kept there of the same encoder; until then it is in memory, and
    /// the next start forgets it. [`Done`](crate::Reply::Done)
    KeepNormal,
}

/// What was learned of normal images elsewhere, beside the moments.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Normal {
    /// The encoder of the maps.
    #[serde(with = "crate::identity")]
    pub identity: Identity,
    /// Images that were counted.
    pub images: u32,
    /// int8 codes of a map; of an encoder with a critic, 8 for each number that it compares.
    pub values: u32,
    /// Channels of a cell, or numbers that a critic compares.
    pub channels: u16,
    /// Normal images that were not counted, for the threshold.
    pub threshold_images: u32,
    /// Sum of their scores.
    pub threshold_sum: u64,
    /// Sum of the squares of their scores.
    pub threshold_squares: u128,
}
