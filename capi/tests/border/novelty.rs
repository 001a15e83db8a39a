//! Novelty in memory of C says what dim-device says.

use dim_capi::{
    DIM_NONE, Memory, Status, dim_novelty_begin, dim_novelty_cells, dim_novelty_judge, dim_novelty_learn,
    dim_novelty_open, dim_novelty_set_threshold,
};
use dim_conformance::draw::Draw;
use dim_conformance::graphs;
use dim_device::novelty::{Judge, Moments, NormalImages, Seen};
use dim_model_format::FilterLayout;

use crate::{Aligned, done, parse, written};

/// The map of ResNet-8: 8x8 cells of 64 channels.
const CODES: usize = 4096;
const CHANNELS: usize = 64;
/// As `DIM_NOVELTY_BYTES`.
const BYTES: usize = 64 + 8 * CODES;

fn judge(memory: Memory, map: &[i8]) -> Result<[u32; 4], Status> {
    // SAFETY: all of it is there.
    let score = written(|to| unsafe { dim_novelty_judge(memory, map.as_ptr(), map.len(), to) })?;
    Ok([score.value, score.row, score.column, score.threshold])
}

/// By the statistic.
fn seen(map: &[i8]) -> Seen<'_> {
    Seen::Map { cells: map, channels: CHANNELS }
}

#[test]
fn scores_are_those_of_the_device() {
    let file = Aligned::of(&graphs::resnet8(1, FilterLayout::Paired));
    let model = parse(&file).unwrap();
    let mut memory = Aligned::of(&[0xa5; BYTES]);
    let area = memory.memory();
    // SAFETY: all of it is there.
    done(unsafe { dim_novelty_begin(area, &raw const model) }).unwrap();
    let mut normal = NormalImages::<Vec<Moments>>::over(vec![Moments::NONE; CODES], Judge::Statistic);
    let mut draw = Draw(5);
    let mut map = |spread: i64| -> Vec<i8> {
        (0..CODES).map(|at| i8::try_from(at as i64 % 60 + draw.within(-spread, spread)).unwrap()).collect()
    };
    assert_eq!(judge(area, &map(1)), Err(Status::TooFew));
    for count in 1..=6 {
        let map = map(4);
        normal.learn(seen(&map)).unwrap();
        // SAFETY: all of it is there.
        let images = written(|to| unsafe { dim_novelty_learn(area, map.as_ptr(), map.len(), to) });
        assert_eq!(images, Ok(count));
    }
    let compare = |normal: &NormalImages<Vec<Moments>>, area: Memory, map: &[i8]| {
        let (score, threshold) = (normal.score(seen(map)).unwrap(), normal.threshold().unwrap_or(DIM_NONE));
        let [row, column] = [score.cell / 8, score.cell % 8].map(|at| at as u32);
        assert_eq!(judge(area, map), Ok([score.value, row, column, threshold]));
        let mut cells = [0; 64];
        // SAFETY: all of it is there.
        done(unsafe { dim_novelty_cells(area, map.as_ptr(), map.len(), cells.as_mut_ptr(), 64) }).unwrap();
        assert!(normal.scores(seen(map)).unwrap().eq(cells));
    };
    compare(&normal, area, &map(30));
    for _ in 0..3 {
        let map = map(5);
        let score = normal.set_threshold(seen(&map)).unwrap();
        // SAFETY: all of it is there.
        let told = written(|to| unsafe { dim_novelty_set_threshold(area, map.as_ptr(), map.len(), to) }).unwrap();
        assert_eq!([told.value, told.threshold], [score.value, normal.threshold().unwrap()]);
    }
    for spread in [1, 5, 60] {
        compare(&normal, area, &map(spread));
    }

    let mut copy = memory.clone();
    // SAFETY: all of it is there.
    done(unsafe { dim_novelty_open(copy.memory(), &raw const model) }).unwrap();
    compare(&normal, copy.memory(), &map(9));
    let other = Aligned::of(&graphs::resnet8(2, FilterLayout::Paired));
    let other = parse(&other).unwrap();
    // SAFETY: all of it is there.
    assert_eq!(unsafe { dim_novelty_open(copy.memory(), &raw const other) }, Status::OtherEncoder);
    // Squares that no images have.
    bytemuck::cast_slice_mut::<u128, u32>(&mut copy.0)[17] = u32::MAX;
    // SAFETY: all of it is there.
    assert_eq!(unsafe { dim_novelty_open(copy.memory(), &raw const model) }, Status::Malformed);
    assert_eq!(judge(copy.memory(), &map(1)), Err(Status::Malformed));
}

#[test]
fn an_encoder_without_a_map_has_no_novelty() {
    let file = Aligned::of(&graphs::conv32(1, FilterLayout::Paired));
    let model = parse(&file).unwrap();
    let mut memory = Aligned::zeroed(64);
    // SAFETY: all of it is there.
    assert_eq!(unsafe { dim_novelty_begin(memory.memory(), &raw const model) }, Status::NoTap);
}
