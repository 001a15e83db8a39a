//! Wrong arguments are named, and nothing is touched.

use std::ffi::CStr;
use std::ptr::{null, null_mut};

use dim_capi::{
    DIM_ABI, Memory, Model, Prototypes, Sizes, Status, Tensor, Verdict, dim_classes_begin_means,
    dim_classes_begin_neighbours, dim_classes_class, dim_classes_classify, dim_classes_forget, dim_classes_learn,
    dim_classes_open, dim_encode, dim_model_sizes, dim_novelty_begin, dim_novelty_cells, dim_novelty_learn,
    dim_parse_abi, dim_prototypes_nearest, dim_prototypes_parse, dim_prove, dim_status_name, dim_tap,
};
use dim_conformance::graphs;
use dim_model_format::FilterLayout;

use crate::{Aligned, c, parse, written};

/// What stands where a result would go.
const UNTOUCHED: u8 = 0xa5;

/// Calls with memory for a result, and asserts that a call that fails leaves it as it was.
fn refused<T>(status: Status, call: impl FnOnce(*mut T) -> Status) {
    let mut result = vec![u128::from_ne_bytes([UNTOUCHED; 16]); size_of::<T>().div_ceil(16)];
    assert_eq!(call(result.as_mut_ptr().cast()), status);
    assert!(bytemuck::cast_slice::<u128, u8>(&result).iter().all(|byte| *byte == UNTOUCHED), "{status:?}");
}

fn file() -> Aligned {
    Aligned::of(&graphs::resnet8(1, FilterLayout::Paired))
}

#[test]
fn files() {
    let file = file();
    let whole = file.bytes();
    let try_bytes = |status: Status, bytes: &[u8]| {
        let aligned = Aligned::of(bytes);
        // SAFETY: all of it is there.
        refused::<Model>(status, |to| unsafe { dim_parse_abi(DIM_ABI, to, aligned.0.as_ptr().cast(), bytes.len()) });
    };
    let changed = |at: usize| {
        let mut bytes = whole.to_vec();
        bytes[at] ^= 1;
        bytes
    };
    try_bytes(Status::NotADimFile, &changed(0));
    try_bytes(Status::NotADimFile, &[]);
    try_bytes(Status::Truncated, &whole[..whole.len() - 1]);
    try_bytes(Status::UnsupportedVersion, &changed(9));
    try_bytes(Status::Damaged, &changed(whole.len() / 2));
    try_bytes(Status::Malformed, &changed(28));
    let data = file.0.as_ptr().cast();
    // SAFETY: what is not there is refused before it is read.
    unsafe {
        refused::<Model>(Status::OtherAbi, |to| dim_parse_abi(DIM_ABI + 1, to, data, whole.len()));
        refused::<Model>(Status::NullPointer, |to| dim_parse_abi(DIM_ABI, to, null(), whole.len()));
        refused::<Model>(Status::Misaligned, |to| dim_parse_abi(DIM_ABI, to, data.byte_add(8), whole.len() - 8));
        refused::<Model>(Status::Misaligned, |to| dim_parse_abi(DIM_ABI, to.byte_add(4), data, whole.len()));
        refused::<Model>(Status::OutOfRange, |to| dim_parse_abi(DIM_ABI, to, data, usize::MAX));
        assert_eq!(dim_parse_abi(DIM_ABI, null_mut(), data, whole.len()), Status::NullPointer);
    }
}

#[test]
fn arenas_and_images() {
    let file = file();
    let model = parse(&file).unwrap();
    // SAFETY: all of it is there.
    let sizes: Sizes = written(|to| unsafe { dim_model_sizes(&raw const model, to) }).unwrap();
    let mut arena = Aligned::of(&vec![UNTOUCHED; sizes.arena_bytes + 16]);
    let area = arena.memory();
    let pixels = vec![0; sizes.image_bytes];
    let short = Memory { bytes: sizes.arena_bytes - 1, ..area };
    // SAFETY: inside of the area.
    let shifted = Memory { data: unsafe { area.data.byte_add(8) }, bytes: sizes.arena_bytes };
    let nothing = Memory { data: null_mut(), ..area };
    let unparsed = Aligned::zeroed(size_of::<Model>());
    let unparsed: *const Model = unparsed.0.as_ptr().cast();
    let model = &raw const model;
    let (image, count) = (pixels.as_ptr(), pixels.len());
    // SAFETY: what is not there is refused before it is read.
    unsafe {
        for (status, memory) in
            [(Status::MemoryTooSmall, short), (Status::Misaligned, shifted), (Status::NullPointer, nothing)]
        {
            refused::<Tensor>(status, |to| dim_encode(model, memory, image, count, to));
            refused::<Tensor>(status, |to| dim_tap(model, memory, 3, to));
            assert_eq!(dim_prove(model, memory), status);
        }
        refused::<Tensor>(Status::NotBegun, |to| dim_encode(unparsed, area, image, count, to));
        refused::<Tensor>(Status::NullPointer, |to| dim_encode(null(), area, image, count, to));
        refused::<Tensor>(Status::NullPointer, |to| dim_encode(model, area, null(), count, to));
        refused::<Tensor>(Status::ImageLength, |to| dim_encode(model, area, image, count - 1, to));
        refused::<Tensor>(Status::OutOfRange, |to| dim_encode(model, area, image, usize::MAX, to));
        refused::<Tensor>(Status::Misaligned, |to| dim_encode(model, area, image, count, to.byte_add(1)));
        let inside = area.data.cast::<u8>().add(sizes.arena_bytes + 15).cast_const();
        refused::<Tensor>(Status::Overlap, |to| dim_encode(model, area, inside, count, to));
        refused::<Tensor>(Status::NotBegun, |to| dim_tap(unparsed, area, 3, to));
        for tap in [-1, 1, 2, 4, i32::MAX] {
            refused::<Tensor>(Status::NoTap, |to| dim_tap(model, area, tap, to));
        }
        refused::<Sizes>(Status::NotBegun, |to| dim_model_sizes(unparsed, to));
        assert_eq!(dim_model_sizes(model, null_mut()), Status::NullPointer);
        refused::<Prototypes>(Status::Malformed, |to| dim_prototypes_parse(to, model, image.cast(), count));
        let never = unparsed.cast::<Prototypes>();
        refused(Status::NotBegun, |to| dim_prototypes_nearest(never, image.cast(), 10, to));
    }
    assert!(arena.bytes().iter().all(|byte| *byte == UNTOUCHED));
}

#[test]
fn classes_and_novelty() {
    let file = file();
    let model = parse(&file).unwrap();
    let model = &raw const model;
    let mut memory = Aligned::of(&[UNTOUCHED; 40_000]);
    let area = memory.memory();
    // `DIM_MEANS_BYTES(10, 3)`, `DIM_NEIGHBOURS_BYTES(10, 3, 8)`, `DIM_NOVELTY_BYTES(4096)`, less a byte.
    let [means, neighbours, novelty] = [295, 223, 32_831].map(|bytes| Memory { bytes, ..area });
    // SAFETY: inside of the area.
    let shifted = Memory { data: unsafe { area.data.byte_add(4) }, bytes: 1000 };
    let embedding = [0_i8; 10];
    let codes = embedding.as_ptr();
    let cup = c("cup");
    // SAFETY: what is not there is refused before it is read.
    unsafe {
        assert_eq!(dim_classes_begin_means(means, model, 3), Status::MemoryTooSmall);
        assert_eq!(dim_classes_begin_means(area, model, 0), Status::OutOfRange);
        assert_eq!(dim_classes_begin_means(area, model, u16::MAX), Status::MemoryTooSmall);
        assert_eq!(dim_classes_begin_means(shifted, model, 3), Status::Misaligned);
        assert_eq!(dim_classes_begin_neighbours(neighbours, model, 3, 8, 3), Status::MemoryTooSmall);
        for [classes, examples, voting] in [[3, 2, 1], [0, 8, 1], [3, 8, 0], [3, 8, 16]] {
            let status = dim_classes_begin_neighbours(area, model, classes, examples, voting);
            assert_eq!(status, Status::OutOfRange, "{classes} {examples} {voting}");
        }
        assert_eq!(dim_novelty_begin(novelty, model), Status::MemoryTooSmall);
        assert_eq!(dim_classes_open(area, model), Status::NotBegun);
        refused::<Verdict>(Status::NotBegun, |to| dim_classes_classify(area, codes, 10, to));
        refused::<u32>(Status::NotBegun, |to| dim_novelty_learn(area, codes, 10, to));
        let tiny = Memory { bytes: 31, ..area };
        refused::<Verdict>(Status::MemoryTooSmall, |to| dim_classes_classify(tiny, codes, 10, to));
    }
    assert!(memory.bytes().iter().all(|byte| *byte == UNTOUCHED));
    // SAFETY: what is not there is refused before it is read.
    unsafe {
        assert_eq!(dim_classes_begin_means(area, model, 3), Status::Ok);
        let before = memory.bytes().to_vec();
        for name in ["", "a name of 25 bytes, really", "\u{e4}".repeat(13).as_str()] {
            refused::<u32>(Status::Name, |to| dim_classes_learn(area, c(name).as_ptr(), codes, 10, to));
        }
        let broken = [b'a'.cast_signed(), -1, 0];
        refused::<u32>(Status::Name, |to| dim_classes_learn(area, broken.as_ptr(), codes, 10, to));
        refused::<u32>(Status::NullPointer, |to| dim_classes_learn(area, null(), codes, 10, to));
        refused::<u32>(Status::NullPointer, |to| dim_classes_learn(area, cup.as_ptr(), null(), 10, to));
        refused::<u32>(Status::CodesLength, |to| dim_classes_learn(area, cup.as_ptr(), codes, 9, to));
        let inside = area.data.cast::<i8>().add(100).cast_const();
        refused::<u32>(Status::Overlap, |to| dim_classes_learn(area, cup.as_ptr(), inside, 10, to));
        refused::<u32>(Status::Misaligned, |to| dim_classes_learn(area, cup.as_ptr(), codes, 10, to.byte_add(1)));
        refused::<Verdict>(Status::NoClass, |to| dim_classes_classify(area, codes, 10, to));
        refused::<Verdict>(Status::CodesLength, |to| dim_classes_classify(area, codes, 11, to));
        refused(Status::NoClass, |to| dim_classes_class(area, 3, to));
        assert_eq!(dim_classes_forget(area, cup.as_ptr()), Status::NoClass);
        // A null pointer means all, of which there are none.
        assert_eq!(dim_classes_forget(area, null()), Status::NoClass);
        assert!(before == memory.bytes());
        // A number of examples is not asked for.
        assert_eq!(dim_classes_learn(area, cup.as_ptr(), codes, 10, null_mut()), Status::Ok);

        let map = [1_i8; 4096];
        assert_eq!(dim_novelty_begin(area, model), Status::Ok);
        let before = memory.bytes().to_vec();
        refused::<u32>(Status::CodesLength, |to| dim_novelty_learn(area, map.as_ptr(), 4032, to));
        assert_eq!(dim_novelty_learn(area, map.as_ptr(), 4096, null_mut()), Status::Ok);
        refused::<[u32; 64]>(Status::TooFew, |to| dim_novelty_cells(area, map.as_ptr(), 4096, to.cast(), 64));
        assert_eq!(dim_novelty_learn(area, map.as_ptr(), 4096, null_mut()), Status::Ok);
        refused::<[u32; 64]>(Status::CodesLength, |to| dim_novelty_cells(area, map.as_ptr(), 4096, to.cast(), 63));
        assert!(before != memory.bytes());
    }
}

#[test]
fn every_status_has_a_name() {
    // SAFETY: names are constant strings.
    let name = |status: i32| unsafe { CStr::from_ptr(dim_status_name(status)) }.to_str().unwrap();
    let named = (-1..100).filter(|status| name(*status) != "DIM_UNKNOWN").count();
    let header = include_str!("../../include/dim.h");
    for line in header.lines().filter(|line| line.starts_with("    DIM_") && !line.contains("DIM_TAP_")) {
        let (stated, number) = line.trim().trim_end_matches(',').split_once(" = ").unwrap();
        assert_eq!(name(number.parse().unwrap()), stated);
    }
    assert_eq!((named, name(i32::MIN)), (25, "DIM_UNKNOWN"));
}
