//! What normal images look like, and how far others are from them.

use bytemuck::{Pod, Zeroable};
use dim_device::novelty::{Judge, Moments, NormalImages, Seen, Threshold};
use dim_model_format::TapKind;

use crate::border::{Memory, read, result, results};
use crate::model::Model;
use crate::status::Status;
use crate::version::DIM_NONE;

/// Changes when what is kept is laid out otherwise.
const MAGIC: u32 = u32::from_le_bytes(*b"dmN1");

/// How far an image is from normal ones.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(C)]
pub struct Score {
    /// Of the cell that differs most, in steps of 1/256.
    pub value: u32,
    /// Row of that cell.
    pub row: u32,
    /// Column of that cell.
    pub column: u32,
    /// Scores above it are of no normal image; #DIM_NONE until dim_novelty_set_threshold() was called.
    pub threshold: u32,
}

/// What stands at the beginning of the memory; behind it lie the moments of each code.
#[derive(Debug, Clone, Copy, Pod, Zeroable)]
#[repr(C)]
struct Head {
    magic: u32,
    images: u32,
    codes: u32,
    width: u32,
    channels: u32,
    threshold_images: u32,
    threshold_sum: u64,
    threshold_squares: [u64; 2],
    identity: [u8; 16],
}

/// Words of it.
const HEAD_WORDS: usize = size_of::<Head>() / size_of::<u64>();

type Normal<'m> = NormalImages<&'m mut [Moments]>;

impl Head {
    /// The head in some words, and what is known, if it could be of images.
    fn open(words: &mut [u64]) -> Result<(&mut Self, Normal<'_>), Status> {
        let (head, rest) = words.split_at_mut_checked(HEAD_WORDS).ok_or(Status::MemoryTooSmall)?;
        let head: &mut Self =
            bytemuck::try_from_bytes_mut(bytemuck::cast_slice_mut(head)).map_err(|_| Status::NotBegun)?;
        if head.magic != MAGIC {
            return Err(Status::NotBegun);
        }
        let moments = rest.get_mut(..head.codes as usize).ok_or(Status::MemoryTooSmall)?;
        let memory = bytemuck::try_cast_slice_mut(moments).map_err(|_| Status::NotBegun)?;
        let mut normal = NormalImages::over(memory, Judge::Statistic);
        if head.images > 0 {
            let [low, high] = head.threshold_squares;
            let threshold = Threshold {
                images: head.threshold_images,
                sum: head.threshold_sum,
                squares: u128::from(high) << 64 | u128::from(low),
            };
            normal.take(head.images, [head.codes as usize, head.channels as usize], threshold)?;
        }
        Ok((head, normal))
    }

    /// A map, as the statistic sees it.
    const fn seen<'c>(&self, map: &'c [i8]) -> Seen<'c> {
        Seen::Map { cells: map, channels: self.channels as usize }
    }

    /// Keeps what is known now.
    #[expect(clippy::cast_possible_truncation, reason = "128 bits are kept as two halves")]
    fn keep(&mut self, images: u32, threshold: Threshold) {
        self.images = images;
        self.threshold_images = threshold.images;
        self.threshold_sum = threshold.sum;
        self.threshold_squares = [threshold.squares as u64, (threshold.squares >> 64) as u64];
    }

    fn score(&self, score: dim_device::novelty::Score, threshold: Option<u32>) -> Result<Score, Status> {
        let cell = u32::try_from(score.cell).map_err(|_| Status::OutOfRange)?;
        let place = |divided: Option<u32>| divided.ok_or(Status::Malformed);
        Ok(Score {
            value: score.value,
            row: place(cell.checked_div(self.width))?,
            column: place(cell.checked_rem(self.width))?,
            threshold: threshold.unwrap_or(DIM_NONE),
        })
    }
}

/// Begins to learn what is normal for an encoder: nothing is known. What the memory held is overwritten.
///
/// @param memory  #DIM_NOVELTY_BYTES(codes) or more for a local feature map of so many codes, aligned to 8. Its bytes are all
///                there is of what is known, as of dim_classes_begin_means().
/// @param model   The encoder that the maps will be of.
/// @return #DIM_OK, #DIM_NULL_POINTER, #DIM_MISALIGNED, #DIM_NOT_BEGUN, #DIM_MEMORY_TOO_SMALL, #DIM_NO_TAP
/// @par Context Any that no other call with the same memory interrupts.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn dim_novelty_begin(memory: Memory, model: *const Model) -> Status {
    let begin = || {
        // SAFETY: by the contract of the header.
        let (model, words) = unsafe { (Model::load(model)?, memory.words()?) };
        let map = model.tensor(model.tap(TapKind::FeatureMap).ok_or(Status::NoTap)?);
        let codes = map.arena_range().len();
        let words = words.get_mut(..codes.saturating_add(HEAD_WORDS)).ok_or(Status::MemoryTooSmall)?;
        words.fill(0);
        let (head, _) = words.split_at_mut_checked(HEAD_WORDS).ok_or(Status::MemoryTooSmall)?;
        let head: &mut Head =
            bytemuck::try_from_bytes_mut(bytemuck::cast_slice_mut(head)).map_err(|_| Status::Misaligned)?;
        *head = Head {
            magic: MAGIC,
            codes: u32::try_from(codes).map_err(|_| Status::OutOfRange)?,
            width: map.shape.width.into(),
            channels: map.shape.channels.into(),
            identity: model.identity().0,
            ..Head::zeroed()
        };
        Ok(())
    };
    Status::of(begin())
}

/// Checks memory that was copied from elsewhere, such as a flash: whether what it knows is of this encoder, whole and possible.
///
/// @param memory  With what is known, aligned to 8.
/// @param model   The encoder whose maps it will be compared with.
/// @return #DIM_OK, #DIM_NULL_POINTER, #DIM_MISALIGNED, #DIM_NOT_BEGUN, #DIM_MEMORY_TOO_SMALL, #DIM_OTHER_ENCODER, #DIM_MALFORMED
/// @par Context As of dim_novelty_begin().
#[unsafe(no_mangle)]
pub unsafe extern "C" fn dim_novelty_open(memory: Memory, model: *const Model) -> Status {
    let open = || {
        // SAFETY: by the contract of the header.
        let (model, words) = unsafe { (Model::load(model)?, memory.words()?) };
        let (head, _) = Head::open(words)?;
        if head.identity != model.identity().0 {
            return Err(Status::OtherEncoder);
        }
        let shape = model.tap(TapKind::FeatureMap).map(|id| model.tensor(id).shape).ok_or(Status::NoTap)?;
        let is_its = u64::from(head.codes) == shape.elements()
            && [head.width, head.channels] == [shape.width.into(), shape.channels.into()];
        if is_its { Ok(()) } else { Err(Status::Malformed) }
    };
    Status::of(open())
}

/// Learns a normal image. The threshold has to be set anew.
///
/// @param memory  With what is known.
/// @param map     The local feature map, outside of the memory: dim_tap() gives it.
/// @param count   How many codes it has, #dim_sizes.map_codes.
/// @param images  How many were learned; may be null.
/// @return #DIM_OK, #DIM_NULL_POINTER, #DIM_MISALIGNED, #DIM_OVERLAP, #DIM_NOT_BEGUN, #DIM_MEMORY_TOO_SMALL, #DIM_MALFORMED,
///         #DIM_CODES_LENGTH, #DIM_FULL after 65535 images
/// @par Context As of dim_novelty_begin().
#[unsafe(no_mangle)]
pub unsafe extern "C" fn dim_novelty_learn(memory: Memory, map: *const i8, count: usize, images: *mut u32) -> Status {
    let learn = || {
        // SAFETY: by the contract of the header.
        let map = unsafe { read(map, count) }?;
        memory.is_apart_from(map)?;
        let to = match images.is_null() {
            true => None,
            // SAFETY: by the contract of the header.
            false => Some(unsafe { result(images) }?),
        };
        // SAFETY: by the contract of the header.
        let (head, mut normal) = Head::open(unsafe { memory.words() }?)?;
        if count != head.codes as usize {
            return Err(Status::CodesLength);
        }
        normal.learn(head.seen(map))?;
        head.keep(normal.images(), Threshold::NONE);
        to.map(|to| to.write(head.images));
        Ok(())
    };
    Status::of(learn())
}

/// Takes a normal image that was not learned for the threshold, which is the mean of such scores plus three standard deviations.
///
/// @param memory  With what is known.
/// @param map     The local feature map, outside of the memory.
/// @param count   How many codes it has.
/// @param score   Its score, and the threshold with it; may be null.
/// @return #DIM_OK, #DIM_NULL_POINTER, #DIM_MISALIGNED, #DIM_OVERLAP, #DIM_NOT_BEGUN, #DIM_MEMORY_TOO_SMALL, #DIM_MALFORMED,
///         #DIM_CODES_LENGTH, #DIM_TOO_FEW
/// @par Context As of dim_novelty_begin().
#[unsafe(no_mangle)]
pub unsafe extern "C" fn dim_novelty_set_threshold(
    memory: Memory,
    map: *const i8,
    count: usize,
    score: *mut Score,
) -> Status {
    let set = || {
        // SAFETY: by the contract of the header.
        let map = unsafe { read(map, count) }?;
        memory.is_apart_from(map)?;
        let to = match score.is_null() {
            true => None,
            // SAFETY: by the contract of the header.
            false => Some(unsafe { result(score) }?),
        };
        // SAFETY: by the contract of the header.
        let (head, mut normal) = Head::open(unsafe { memory.words() }?)?;
        let score = head.score(normal.set_threshold(head.seen(map))?, normal.threshold())?;
        head.keep(normal.images(), normal.scores_of_threshold());
        to.map(|to| to.write(score));
        Ok(())
    };
    Status::of(set())
}

/// How far an image is from normal ones.
///
/// @param memory  With what is known.
/// @param map     The local feature map, outside of the memory.
/// @param count   How many codes it has.
/// @param score   Written if all is well: the image is novel if its value is above its threshold.
/// @return As of dim_novelty_set_threshold().
/// @par Context As of dim_novelty_begin().
#[unsafe(no_mangle)]
pub unsafe extern "C" fn dim_novelty_judge(memory: Memory, map: *const i8, count: usize, score: *mut Score) -> Status {
    let judge = || {
        // SAFETY: by the contract of the header.
        let (map, to) = unsafe { (read(map, count)?, result(score)?) };
        memory.is_apart_from(map)?;
        // SAFETY: by the contract of the header.
        let (head, normal) = Head::open(unsafe { memory.words() }?)?;
        to.write(head.score(normal.score(head.seen(map))?, normal.threshold())?);
        Ok(())
    };
    Status::of(judge())
}

/// Where an image is novel: the score of each cell.
///
/// @param memory  With what is known.
/// @param map     The local feature map, outside of the memory.
/// @param count   How many codes it has.
/// @param scores  `[height, width]` of the map, in steps of 1/256; written if all is well.
/// @param cells   How many there are, height times width of the map.
/// @return As of dim_novelty_set_threshold().
/// @par Context As of dim_novelty_begin().
#[unsafe(no_mangle)]
pub unsafe extern "C" fn dim_novelty_cells(
    memory: Memory,
    map: *const i8,
    count: usize,
    scores: *mut u32,
    cells: usize,
) -> Status {
    let judge = || {
        // SAFETY: by the contract of the header.
        let (map, to) = unsafe { (read(map, count)?, results(scores, cells)?) };
        memory.is_apart_from(map)?;
        // SAFETY: by the contract of the header.
        let (head, normal) = Head::open(unsafe { memory.words() }?)?;
        let all = normal.scores(head.seen(map))?;
        if head.codes.checked_div(head.channels).is_none_or(|of| of as usize != cells) {
            return Err(Status::CodesLength);
        }
        to.iter_mut().zip(all).for_each(|(to, score)| {
            to.write(score);
        });
        Ok(())
    };
    Status::of(judge())
}
