//! Classes in memory of C say what the heads of dim-device say.

use dim_capi::{
    DIM_NONE, Memory, Model, Status, dim_classes_begin_means, dim_classes_begin_neighbours, dim_classes_class,
    dim_classes_classify, dim_classes_forget, dim_classes_learn, dim_classes_open,
};
use dim_conformance::draw::Draw;
use dim_conformance::graphs;
use dim_device::classes::{Head, NearestMean, NearestNeighbours};
use dim_model_format::FilterLayout;

use crate::{Aligned, c, done, name, parse, written};

/// Units of ResNet-8.
const UNITS: usize = 10;
const CLASSES: u16 = 3;
const EXAMPLES: u16 = 8;
const NAMES: [&str; 5] = ["cup", "key", "a name of 24 bytes: here.", "käse", ""];

fn learn(memory: Memory, class: &str, embedding: &[i8]) -> Result<u32, Status> {
    // SAFETY: all of it is there.
    written(|to| unsafe { dim_classes_learn(memory, c(class).as_ptr(), embedding.as_ptr(), embedding.len(), to) })
}

/// Name, distance, second, and whether it is known.
type Said = Option<(String, u32, Option<u32>, bool)>;

fn classify(memory: Memory, embedding: &[i8]) -> Said {
    // SAFETY: all of it is there.
    let verdict = written(|to| unsafe { dim_classes_classify(memory, embedding.as_ptr(), embedding.len(), to) });
    match verdict {
        Err(status) => {
            assert_eq!(status, Status::NoClass);
            None
        }
        Ok(verdict) => {
            let second = Some(verdict.second).filter(|second| *second != DIM_NONE);
            // SAFETY: all of it is there.
            let class = written(|to| unsafe { dim_classes_class(memory, verdict.place, to) }).unwrap();
            assert_eq!(name(&class.name), name(&verdict.name));
            Some((name(&verdict.name), verdict.distance, second, verdict.is_known))
        }
    }
}

/// Learns, forgets and tells as a head does.
fn compare<H: Head>(memory: Memory, model: &Model, seed: u64) {
    let mut head = H::new();
    let mut draw = Draw(seed);
    for step in 0..200 {
        let class = NAMES[usize::try_from(draw.within(0, 4)).unwrap()];
        // Classes lie apart, so that some are known and others are not.
        let center = i64::try_from(class.len()).unwrap() * 5 - 60;
        let embedding: Vec<i8> = (0..UNITS).map(|_| i8::try_from(center + draw.within(-20, 20)).unwrap()).collect();
        if step % 37 == 36 {
            let all = step == 110;
            let forgotten = match all {
                // SAFETY: all of it is there.
                true => unsafe { dim_classes_forget(memory, std::ptr::null()) },
                // SAFETY: all of it is there.
                false if !class.is_empty() => unsafe { dim_classes_forget(memory, c(class).as_ptr()) },
                false => continue,
            };
            assert_eq!(forgotten == Status::Ok, head.forget((!all).then_some(class)), "step {step}");
        } else {
            let expected = head.learn(class, &embedding).map_err(Status::from);
            assert_eq!(learn(memory, class, &embedding), expected, "step {step}");
        }
        let other: Vec<i8> = (0..UNITS).map(|_| draw.int8()).collect();
        for embedding in [&embedding, &other] {
            let verdict = head.classify(embedding);
            let said = verdict.map(|of| (of.class.to_owned(), of.distance, of.second, of.is_known));
            assert_eq!(classify(memory, embedding), said, "step {step}");
        }
        for place in 0..H::CLASSES {
            // SAFETY: all of it is there.
            let class = written(|to| unsafe { dim_classes_class(memory, place, to) });
            let expected = head.class(place).map(|class| (class.name.to_owned(), class.examples));
            assert_eq!(class.ok().map(|class| (name(&class.name), class.examples)), expected, "step {step}");
        }
    }
    // SAFETY: all of it is there.
    done(unsafe { dim_classes_open(memory, model) }).unwrap();
}

fn model() -> (Aligned, Model) {
    let file = Aligned::of(&graphs::resnet8(1, FilterLayout::Paired));
    let model = parse(&file).unwrap();
    (file, model)
}

/// As `DIM_MEANS_BYTES` and `DIM_NEIGHBOURS_BYTES`.
const MEANS_BYTES: usize = (32 + CLASSES as usize * (48 + 4 * UNITS)).next_multiple_of(8);
const NEIGHBOURS_BYTES: usize = (32 + 32 * CLASSES as usize + EXAMPLES as usize * (2 + UNITS)).next_multiple_of(8);

#[test]
fn means_are_those_of_the_device() {
    let (_file, model) = model();
    for seed in 0..5 {
        let mut memory = Aligned::of(&[0xa5; MEANS_BYTES]);
        // SAFETY: all of it is there.
        done(unsafe { dim_classes_begin_means(memory.memory(), &raw const model, CLASSES) }).unwrap();
        compare::<NearestMean<UNITS, { CLASSES as usize }>>(memory.memory(), &model, seed);
    }
}

#[test]
fn neighbours_are_those_of_the_device() {
    let (_file, model) = model();
    for seed in 0..5 {
        let mut memory = Aligned::of(&[0xa5; NEIGHBOURS_BYTES]);
        let area = memory.memory();
        // SAFETY: all of it is there.
        done(unsafe { dim_classes_begin_neighbours(area, &raw const model, CLASSES, EXAMPLES, 3) }).unwrap();
        compare::<NearestNeighbours<UNITS, { CLASSES as usize }, { EXAMPLES as usize }, 3>>(area, &model, seed);
    }
}

#[test]
fn a_copy_of_the_memory_is_as_good_and_a_damaged_one_is_refused() {
    let (_file, model) = model();
    let other = Aligned::of(&graphs::resnet8(2, FilterLayout::Paired));
    let other = parse(&other).unwrap();
    for is_means in [true, false] {
        let mut memory = Aligned::zeroed(if is_means { MEANS_BYTES } else { NEIGHBOURS_BYTES });
        let area = memory.memory();
        // SAFETY: all of it is there.
        done(unsafe {
            match is_means {
                true => dim_classes_begin_means(area, &raw const model, CLASSES),
                false => dim_classes_begin_neighbours(area, &raw const model, CLASSES, EXAMPLES, 3),
            }
        })
        .unwrap();
        learn(area, "cup", &[10; UNITS]).unwrap();
        learn(area, "key", &[-10; UNITS]).unwrap();
        let mut copy = memory.clone();
        // SAFETY: all of it is there.
        let open = |memory: Memory, model: &Model| unsafe { dim_classes_open(memory, model) };
        assert_eq!(open(copy.memory(), &model), Status::Ok);
        assert_eq!(classify(copy.memory(), &[9; UNITS]), classify(memory.memory(), &[9; UNITS]));
        assert_eq!(open(copy.memory(), &other), Status::OtherEncoder);
        // Whatever one byte becomes, every answer is one, and what could not have been learned is refused.
        let mut refused = 0;
        for at in 0..memory.bytes().len() {
            let mut damaged = memory.bytes().to_vec();
            damaged[at] ^= 0xff;
            let mut damaged = Aligned::of(&damaged);
            let status = open(damaged.memory(), &model);
            refused += usize::from(status != Status::Ok);
            assert!(at >= 32 || status != Status::Ok, "byte {at} of the head");
            // SAFETY: all of it is there.
            let verdict =
                written(|to| unsafe { dim_classes_classify(damaged.memory(), [1; UNITS].as_ptr(), UNITS, to) });
            let is_answer = matches!(verdict.as_ref().err(), None | Some(Status::NoClass));
            assert!(at < 16 || is_answer, "byte {at}: {:?}", verdict.err());
        }
        assert!(refused > 60, "{refused}");
    }
}
