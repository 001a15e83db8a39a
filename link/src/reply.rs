//! What a device answers.

use dim_model_format::Identity;
use serde::{Deserialize, Serialize};

/// A reply.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub enum Reply<'a> {
    /// Who the device is.
    #[serde(borrow)]
    Hello(Hello<'a>),
    /// There is nothing to say but that it is done.
    Done,
    /// So many bytes, of an image or of an encoder, have arrived.
    Received {
        /// From the start.
        bytes: u32,
    },
    /// It has been computed.
    Computed {
        /// Of the device's clock.
        ticks: u64,
    },
    /// Part of an embedding or a feature map: int8 codes, in two's complement.
    Values {
        /// Unit or element that it starts with.
        offset: u32,
        /// As many as fit.
        values: &'a [u8],
    },
    /// An example was learned or taken back, which is safe from loss of power.
    Learned {
        /// Examples that the class has now; a class without any is gone.
        examples: u32,
    },
    /// The class of an image.
    Classified(#[serde(borrow)] Verdict<'a>),
    /// A class; `None` where a place is empty.
    Class(#[serde(borrow)] Option<Class<'a>>),
    /// The normal images, and how far the last one is from them.
    Novelty(Novelty),
    /// It was not done.
    Failed(Failure),
    /// The device's [`MINOR_VERSION`](crate::MINOR_VERSION).
    Minor {
        /// As it was built.
        version: u16,
    },
    /// What the store keeps of normal images.
    KeptNormal(KeptNormal),
}

/// Who a device is, and what it can hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Hello<'a> {
    /// [`VERSION`](crate::VERSION) of the device.
    pub version: u16,
    /// Name of the board.
    pub board: &'a str,
    /// Name of the encoder.
    pub encoder: &'a str,
    /// Identity of the encoder.
    #[serde(with = "crate::identity")]
    pub identity: Identity,
    /// Where the encoder lies.
    pub place: Place,
    /// `[height, width, channels]` of an image.
    pub image: [u16; 3],
    /// Units of an embedding.
    pub units: u16,
    /// Classes that are there.
    pub classes: u16,
    /// Classes that there can be.
    pub most_classes: u16,
    /// Ticks of the clock in a second.
    pub ticks_per_second: u32,
    /// Longest part of an image or an encoder that fits into a frame, in bytes.
    pub chunk: u32,
    /// Longest encoder that fits, in bytes, signature included.
    pub slot: u32,
    /// Whether an encoder waits for the next start.
    pub pending: bool,
    /// Why the encoder that was sent last does not run, if so.
    pub refusal: Option<Refusal>,
    /// Encoder of the classes in the store, if it is not the one that runs: they are kept, and not mixed with others.
    pub kept: Option<[u8; 16]>,
}

/// Where an encoder lies.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Place {
    /// In the firmware.
    BuiltIn,
    /// In the first slot.
    SlotA,
    /// In the second slot.
    SlotB,
}

/// Why an encoder that was received does not run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub enum Refusal {
    /// Its bytes are not those that were announced.
    Checksum,
    /// It cannot be read, or is not the encoder that was announced.
    Unreadable,
    /// The firmware's trusted key did not sign it.
    Untrusted,
    /// Its activations take more memory than the device has set aside.
    Arena {
        /// Bytes that it needs.
        needed: u32,
        /// Bytes that there are.
        available: u32,
    },
    /// Its image is larger than the device has set aside.
    Image {
        /// Bytes that it needs.
        needed: u32,
        /// Bytes that there are.
        available: u32,
    },
    /// Its embedding has more units than the device has set aside.
    Units {
        /// Units that it has.
        needed: u32,
        /// Units that there can be.
        available: u32,
    },
    /// It states no proof.
    NoProof,
    /// It did not compute what its proof states, or has an operator that the firmware lacks.
    Disproved,
    /// The device started with it several times, and never finished its proof.
    Crashed,
}

/// The class that an image is of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Verdict<'a> {
    /// The nearest class.
    pub class: &'a str,
    /// Squared distance to it, in codes.
    pub distance: u32,
    /// Squared distance to the second nearest class, if there is one.
    pub second: Option<u32>,
    /// Whether it is near enough, by the radius that the examples of the class give; else it is unknown.
    pub is_known: bool,
}

/// A class that was learned.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Class<'a> {
    /// Its name.
    pub name: &'a str,
    /// How many images it was learned from.
    pub examples: u32,
}

/// What is known of normal images.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Novelty {
    /// Images that were counted.
    pub images: u32,
    /// Largest difference of a cell of the last image from the normal ones; 0 after one that was counted.
    pub score: u32,
    /// Row and column of that cell.
    pub cell: [u16; 2],
    /// Scores above it are of no normal image; `None` until it is set.
    pub threshold: Option<u32>,
}

/// What the store keeps of normal images, and has room for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct KeptNormal {
    /// Encoder of the statistics in the store, if there are any.
    pub kept: Option<[u8; 16]>,
    /// Bytes that a store needs for those of the encoder that runs, beside everything else.
    pub needed: u32,
    /// Bytes of the store.
    pub available: u32,
}

/// Why something was not done.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub enum Failure {
    /// The frame was damaged or is of no request that the device knows.
    Frame,
    /// A part does not start where the one before ended.
    Offset {
        /// Where it should start.
        expected: u32,
    },
    /// No whole image has been received.
    Image {
        /// Bytes that it should have.
        expected: u32,
        /// Bytes that arrived.
        got: u32,
    },
    /// The memory of the device has changed under the encoder, or it does not compute what it did.
    Encoder,
    /// The flash did not do what it was told; nothing was learned or forgotten.
    Flash,
    /// There is no room for another class or example.
    Full,
    /// The name is empty or too long.
    Name,
    /// There is no class of this name, or none at all.
    NoClass,
    /// Classes of another encoder are in the store, and are never mixed with this one's; forget them first.
    OtherEncoder {
        /// Identity of that encoder.
        #[serde(with = "crate::identity")]
        stored: Identity,
    },
    /// The encoder has no local feature map of a size that the firmware has set aside.
    NoFeatureMap,
    /// No or too few normal images have been counted.
    NothingNormal,
    /// No update has begun, or it is longer than a slot.
    Update,
    /// It is the encoder that runs.
    SameEncoder,
    /// The encoder was refused.
    Refused(Refusal),
    /// Statistics of normal images are of another encoder, are not whole, or no images have them; nothing is normal.
    Normal,
    /// The class has no such example, as far as the device can tell.
    NoExample,
    /// Statistics of normal images of another encoder are in the store, and are not replaced by this one's; forget them first.
    OtherNormal {
        /// Identity of that encoder.
        #[serde(with = "crate::identity")]
        stored: Identity,
    },
    /// The store is too small for statistics of normal images beside all classes; nothing was written.
    NoRoom {
        /// Bytes that it would need.
        needed: u32,
        /// Bytes that it has.
        available: u32,
    },
}
