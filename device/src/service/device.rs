//! What is behind the frames: an encoder with an image, and what was learned.

use dim_link::{Failure, Hello, MINOR_VERSION, Reply, Request, VERSION};
use dim_runtime::{Encoder, Model, Output, Quantized, TapKind};

use crate::classes::{Head, SavedClasses};
use crate::flash::MappedFlash;
use crate::novelty::{Arriving, Moments, NormalImages, SavedNormal};
use crate::store::Store;
use crate::update::{Boot, Limits, Receiving, Source, Started};

/// What a board says of itself, and its clock.
pub trait Board {
    /// Its name.
    fn name(&self) -> &str;

    /// Ticks since some time; only differences count.
    fn ticks(&mut self) -> u64;

    /// Ticks in a second.
    fn ticks_per_second(&self) -> u32;
}

pub(super) struct Device<'m, 'a, F: MappedFlash, H, B, const UNITS: usize, const VALUES: usize, const RECORD: usize> {
    pub(super) board: B,
    pub(super) store: Store<F, RECORD>,
    pub(super) source: Source<'a>,
    pub(super) limits: Limits,
    pub(super) started: Started,
    pub(super) model: Model<'m>,
    pub(super) encoder: Encoder<'m, 'a>,
    pub(super) image: &'a mut [u8],
    /// Bytes of the image that arrived.
    pub(super) received: usize,
    /// The last one that was asked for.
    pub(super) embedding: heapless::Vec<i8, UNITS>,
    pub(super) classes: SavedClasses<H>,
    pub(super) normal: NormalImages<[Moments; VALUES]>,
    /// What the store keeps of them.
    pub(super) saved_normal: SavedNormal,
    /// Normal images that were learned elsewhere.
    pub(super) arriving: Option<Arriving>,
    pub(super) receiving: Option<Receiving>,
    pub(super) chunk: usize,
    pub(super) is_restarting: bool,
}

impl<F, H, B, const UNITS: usize, const VALUES: usize, const RECORD: usize>
    Device<'_, '_, F, H, B, UNITS, VALUES, RECORD>
where
    F: MappedFlash,
    H: Head,
    B: Board,
{
    pub(super) fn answer(&mut self, request: Request<'_>) -> Reply<'_> {
        let reply = match request {
            Request::Hello => self.hello(),
            Request::Prove => self.prove(),
            Request::Image { offset, pixels } => self.take_pixels(offset, pixels),
            Request::Embed => self.embed(1),
            Request::Bench { runs } => self.embed(runs),
            Request::Read { offset } => return self.read(offset),
            Request::FeatureMap { offset } => return self.feature_map(offset).unwrap_or_else(Reply::Failed),
            Request::Learn { class } => self.learn(class),
            Request::Unlearn { class } => self.unlearn(class),
            Request::Classify => return self.classify().unwrap_or_else(Reply::Failed),
            Request::Forget { class } => self.forget(class),
            Request::Class { index } => return Reply::Class(self.classes.head().class(index)),
            Request::LearnNormal => self.learn_normal(),
            Request::SetThreshold => self.set_threshold(),
            Request::Judge => self.judge(),
            Request::ForgetNormal => self.forget_normal(),
            Request::BeginNormal(normal) => self.begin_normal(normal),
            Request::Normal { offset, bytes } => self.take_moments(offset, bytes),
            Request::EndNormal => self.end_normal(),
            Request::KeptNormal => Ok(self.kept_normal()),
            Request::KeepNormal => self.keep_normal(),
            Request::Minor => Ok(Reply::Minor { version: MINOR_VERSION }),
            Request::BeginUpdate { length, crc, identity } => self.begin_update(length, crc, identity),
            Request::Update { offset, bytes } => self.update(offset, bytes),
            Request::EndUpdate => self.end_update(),
            Request::Restart => {
                self.is_restarting = true;
                Ok(Reply::Done)
            }
            _ => Err(Failure::Frame),
        };
        reply.unwrap_or_else(Reply::Failed)
    }

    fn hello(&mut self) -> Result<Reply<'_>, Failure> {
        let boot = Boot::read(&mut self.store).map_err(|_| Failure::Flash)?;
        let shape = self.model.input_shape();
        let slots = self.source.regions.slots.iter().map(core::ops::Range::len);
        let classes = (0..H::CLASSES).filter(|index| self.classes.head().class(*index).is_some()).count();
        Ok(Reply::Hello(Hello {
            version: VERSION,
            board: short(self.board.name()),
            encoder: short(self.model.about().name),
            identity: self.model.identity(),
            place: self.started.place,
            image: [shape.height, shape.width, shape.channels],
            units: u16::try_from(units(&self.model)).unwrap_or(u16::MAX),
            classes: u16::try_from(classes).unwrap_or(u16::MAX),
            most_classes: H::CLASSES,
            ticks_per_second: self.board.ticks_per_second(),
            chunk: u32::try_from(self.chunk).unwrap_or(u32::MAX),
            slot: u32::try_from(slots.min().unwrap_or(0)).unwrap_or(u32::MAX),
            pending: boot.pending.is_some(),
            refusal: boot.refusal,
            kept: self.classes.kept().map(|identity| identity.0),
        }))
    }

    fn prove(&mut self) -> Result<Reply<'static>, Failure> {
        let start = self.board.ticks();
        self.encoder.prove().map_err(|_| Failure::Encoder)?;
        Ok(Reply::Computed { ticks: self.board.ticks().wrapping_sub(start) })
    }

    fn take_pixels(&mut self, offset: u32, pixels: &[u8]) -> Result<Reply<'static>, Failure> {
        if offset == 0 {
            self.received = 0;
        }
        let expected = u32::try_from(self.received).unwrap_or(u32::MAX);
        if offset != expected {
            return Err(Failure::Offset { expected });
        }
        let end = self.received.saturating_add(pixels.len());
        let Some(to) = self.image.get_mut(self.received..end) else {
            let [expected, got] = [self.image.len(), end].map(|bytes| u32::try_from(bytes).unwrap_or(u32::MAX));
            return Err(Failure::Image { expected, got });
        };
        to.copy_from_slice(pixels);
        self.received = end;
        Ok(Reply::Received { bytes: u32::try_from(end).unwrap_or(u32::MAX) })
    }

    /// Computes it some times, and states the least ticks.
    fn embed(&mut self, runs: u16) -> Result<Reply<'static>, Failure> {
        let mut least = u64::MAX;
        for _ in 0..runs.max(1) {
            let start = self.board.ticks();
            encode(&mut self.encoder, self.image, self.received)?;
            least = least.min(self.board.ticks().wrapping_sub(start));
        }
        self.keep_embedding()?;
        Ok(Reply::Computed { ticks: least })
    }

    /// Computes the embedding of the image.
    pub(super) fn keep_embedding(&mut self) -> Result<(), Failure> {
        let output = encode(&mut self.encoder, self.image, self.received)?;
        self.embedding.clear();
        self.embedding.extend_from_slice(output.embedding().values).map_err(|_| Failure::Encoder)
    }

    fn read(&self, offset: u32) -> Reply<'_> {
        Reply::Values { offset, values: part(&self.embedding, offset, self.chunk) }
    }

    fn feature_map(&mut self, offset: u32) -> Result<Reply<'_>, Failure> {
        let map = encode_map(&mut self.encoder, self.image, self.received)?;
        Ok(Reply::Values { offset, values: part(map.values, offset, self.chunk) })
    }
}

/// As many codes from `offset` on as fit into a frame.
fn part(codes: &[i8], offset: u32, chunk: usize) -> &[u8] {
    let rest = codes.get(offset as usize..).unwrap_or_default();
    bytemuck::cast_slice(rest.get(..rest.len().min(chunk)).unwrap_or_default())
}

/// Computes the outputs of an image that is whole.
pub(super) fn encode<'e, 'm>(
    encoder: &'e mut Encoder<'m, '_>,
    image: &[u8],
    received: usize,
) -> Result<Output<'m, 'e>, Failure> {
    encoder.encode(image.get(..received).unwrap_or_default()).map_err(|error| match error {
        dim_runtime::Error::ImageLength { expected, got } => {
            let [expected, got] = [expected, got].map(|bytes| u32::try_from(bytes).unwrap_or(u32::MAX));
            Failure::Image { expected, got }
        }
        _ => Failure::Encoder,
    })
}

/// Computes the local feature map of an image that is whole.
fn encode_map<'e>(encoder: &'e mut Encoder<'_, '_>, image: &[u8], received: usize) -> Result<Quantized<'e>, Failure> {
    encode(encoder, image, received)?.feature_map().ok_or(Failure::NoFeatureMap)
}

/// Units of an encoder's embedding.
pub(super) fn units(model: &Model<'_>) -> usize {
    let embedding = model.tap(TapKind::Embedding).map(|id| model.tensor(id).shape.elements());
    embedding.and_then(|units| usize::try_from(units).ok()).unwrap_or(0)
}

/// As much of a name as fits into the shortest frame beside all else.
fn short(name: &str) -> &str {
    const BYTES: usize = 48;
    name.get(..name.floor_char_boundary(BYTES)).unwrap_or(name)
}
