//! What is unlike normal images.

use dim_device::classes::{NearestMean, SavedClasses};
use dim_device::novelty::SavedNormal;
use dim_device::simulated_flash::SimulatedFlash;
use dim_device::store::Store;
use dim_link::{Failure, Identity, KeptNormal, MINOR_VERSION, Normal, Novelty, Reply, Request};
use dim_model_format::Model;

use crate::encoders::{encoder, outputs};
use crate::rig::{Firmware, Line, PAGE, flash};
use crate::updates::send;

/// The formula in real numbers, for maps of 4 cells with 2 channels.
pub(crate) fn scores(normal: &[Vec<i8>], map: &[i8]) -> Vec<f64> {
    let count = normal.len() as f64;
    let of = |index: usize| {
        let values = || normal.iter().map(move |map| f64::from(map[index]));
        let mean = values().sum::<f64>() / count;
        let variance = values().map(|value| (value - mean).powi(2)).sum::<f64>() / count;
        (f64::from(map[index]) - mean).powi(2) / (variance + 1.0)
    };
    (0..4).map(|cell| 128.0 * (of(2 * cell) + of(2 * cell + 1))).collect()
}

#[test]
fn what_is_unlike_normal_images_is_found_and_where() {
    let file = encoder(3, 300);
    let normal = [[100, 110, 120, 130], [104, 112, 118, 129], [96, 108, 121, 135]];
    let session = |line: &mut dyn Line| {
        line.show(&normal[0]);
        line.expect(Request::Judge, Reply::Failed(Failure::NothingNormal));
        for (number, image) in normal.iter().enumerate() {
            line.show(image);
            let images = number as u32 + 1;
            let counted = Novelty { images, score: 0, cell: [0; 2], threshold: None };
            line.expect(Request::LearnNormal, Reply::Novelty(counted));
        }
        let mut judge = |image: [u8; 4], request: Request<'static>| {
            line.show(&image);
            line.ask(request, |reply| match reply {
                Reply::Novelty(novelty) => novelty,
                other => panic!("{other:?}"),
            })
        };
        let set = judge([101, 111, 119, 131], Request::SetThreshold);
        assert_eq!(set.threshold, Some(set.score), "of one score, it is the score");
        let novel = judge([101, 111, 255, 131], Request::Judge);
        let maps = normal.map(|image| outputs(&file, &image)[1].clone());
        let expected = scores(&maps, &outputs(&file, &[101, 111, 255, 131])[1]);
        let most = expected.iter().copied().fold(0.0, f64::max);
        assert!((f64::from(novel.score) - most).abs() < 2.1, "{novel:?} {expected:?}");
        assert_eq!((novel.cell, novel.images), ([1, 0], 3));
        assert!(Some(novel.score) > novel.threshold);
        line.expect(Request::ForgetNormal, Reply::Done);
        line.expect(Request::Judge, Reply::Failed(Failure::NothingNormal));
    };
    Firmware::of(&file).start(&mut flash(), session).unwrap();
}

/// Statistics of two maps, as bytes of a message.
pub(crate) fn learned(file: &[u8], images: [[u8; 4]; 2]) -> (Normal, Vec<u8>) {
    let maps = images.map(|image| outputs(file, &image)[1].clone());
    let [first, second] = &maps;
    let moments = first.iter().zip(second).flat_map(|(a, b)| {
        let [a, b] = [a, b].map(|code| i32::from(*code));
        [(a + b).to_le_bytes(), (a * a + b * b).to_le_bytes()].concat()
    });
    let identity = Model::parse(file).unwrap().identity();
    let (threshold_images, threshold_sum, threshold_squares) = (1, 700, 490_000);
    let normal =
        Normal { identity, images: 2, values: 8, channels: 2, threshold_images, threshold_sum, threshold_squares };
    (normal, moments.collect())
}

#[test]
fn what_was_learned_elsewhere_judges_as_what_was_learned_here() {
    let file = encoder(3, 300);
    let images = [[100, 110, 120, 130], [104, 112, 118, 129]];
    let (normal, moments) = learned(&file, images);
    let received = |bytes| Reply::Received { bytes };
    Firmware::of(&file)
        .start(&mut flash(), |line| {
            let judge = |line: &mut dyn Line| {
                line.show(&[101, 111, 255, 131]);
                line.ask(Request::Judge, |reply| match reply {
                    Reply::Novelty(novelty) => novelty,
                    other => panic!("{other:?}"),
                })
            };
            for image in images {
                line.show(&image);
                line.ask(Request::LearnNormal, |_| ());
            }
            let here = judge(line);
            line.expect(Request::BeginNormal(normal), received(0));
            // Nothing is normal until all has arrived.
            line.expect(Request::Judge, Reply::Failed(Failure::NothingNormal));
            line.expect(Request::Normal { offset: 0, bytes: &moments[..24] }, received(24));
            line.expect(
                Request::Normal { offset: 0, bytes: &moments[..24] },
                Reply::Failed(Failure::Offset { expected: 24 }),
            );
            line.expect(Request::Normal { offset: 24, bytes: &moments[24..31] }, Reply::Failed(Failure::Normal));
            line.expect(Request::Normal { offset: 24, bytes: &moments[24..] }, received(64));
            line.expect(Request::Normal { offset: 64, bytes: &moments[..8] }, Reply::Failed(Failure::Normal));
            let counted = Novelty { images: 2, score: 0, cell: [0; 2], threshold: Some(700) };
            line.expect(Request::EndNormal, Reply::Novelty(counted));
            assert_eq!(judge(line), Novelty { threshold: Some(700), ..here });
            // More can be learned.
            line.show(&images[0]);
            line.expect(Request::LearnNormal, Reply::Novelty(Novelty { images: 3, threshold: None, ..counted }));
        })
        .unwrap();
}

#[test]
fn statistics_that_are_none_are_refused() {
    let file = encoder(3, 300);
    let (normal, moments) = learned(&file, [[100, 110, 120, 130], [104, 112, 118, 129]]);
    Firmware::of(&file)
        .start(&mut flash(), |line| {
            let refused = Reply::Failed(Failure::Normal);
            for other in [
                Normal { identity: Identity([7; 16]), ..normal },
                Normal { values: 6, ..normal },
                Normal { channels: 4, ..normal },
            ] {
                line.expect(Request::BeginNormal(other), refused);
            }
            for request in [Request::Normal { offset: 0, bytes: &moments }, Request::EndNormal] {
                line.expect(request, refused);
            }
            line.expect(Request::BeginNormal(normal), Reply::Received { bytes: 0 });
            line.expect(Request::EndNormal, refused);
            // One image has no such squares.
            line.expect(Request::BeginNormal(Normal { images: 1, ..normal }), Reply::Received { bytes: 0 });
            line.expect(Request::Normal { offset: 0, bytes: &moments }, Reply::Received { bytes: 64 });
            line.expect(Request::EndNormal, refused);
            line.show(&[0; 4]);
            line.expect(Request::Judge, Reply::Failed(Failure::NothingNormal));
        })
        .unwrap();
}

const IMAGES: [[u8; 4]; 2] = [[100, 110, 120, 130], [104, 112, 118, 129]];

/// Loads statistics of [`IMAGES`].
fn load(line: &mut dyn Line, file: &[u8]) {
    let (normal, moments) = learned(file, IMAGES);
    line.expect(Request::BeginNormal(normal), Reply::Received { bytes: 0 });
    line.expect(Request::Normal { offset: 0, bytes: &moments }, Reply::Received { bytes: 64 });
    line.ask(Request::EndNormal, |reply| assert!(matches!(reply, Reply::Novelty(_)), "{reply:?}"));
}

fn judged(line: &mut dyn Line) -> Novelty {
    line.show(&[101, 111, 255, 131]);
    line.ask(Request::Judge, |reply| match reply {
        Reply::Novelty(novelty) => novelty,
        other => panic!("{other:?}"),
    })
}

/// Who the statistics in the store are of.
fn kept(line: &mut dyn Line) -> Option<Identity> {
    line.ask(Request::KeptNormal, |reply| match reply {
        Reply::KeptNormal(KeptNormal { kept, .. }) => kept.map(Identity),
        other => panic!("{other:?}"),
    })
}

#[test]
fn what_is_kept_is_normal_after_a_restart_and_nothing_else() {
    let file = encoder(3, 300);
    let (firmware, mut flash) = (Firmware::of(&file), flash());
    let told = firmware.start(&mut flash, |line| {
        line.expect(Request::Minor, Reply::Minor { version: MINOR_VERSION });
        line.expect(Request::KeepNormal, Reply::Failed(Failure::NothingNormal));
        load(line, &file);
        assert_eq!(kept(line), None);
        line.expect(Request::KeepNormal, Reply::Done);
        assert_eq!(kept(line), Some(Model::parse(&file).unwrap().identity()));
        judged(line)
    });
    let told = told.unwrap();
    assert_eq!((told.images, told.threshold), (2, Some(700)));
    let session = |line: &mut dyn Line| {
        assert_eq!(judged(line), told);
        // Counted on top of them, and not kept.
        line.show(&IMAGES[0]);
        let more = Novelty { images: 3, score: 0, cell: [0; 2], threshold: None };
        line.expect(Request::LearnNormal, Reply::Novelty(more));
    };
    firmware.start(&mut flash, session).unwrap();
    let session = |line: &mut dyn Line| {
        assert_eq!(judged(line), told);
        line.expect(Request::ForgetNormal, Reply::Done);
        assert_eq!(kept(line), None);
    };
    firmware.start(&mut flash, session).unwrap();
    let session = |line: &mut dyn Line| {
        line.show(&IMAGES[0]);
        line.expect(Request::Judge, Reply::Failed(Failure::NothingNormal));
    };
    firmware.start(&mut flash, session).unwrap();
}

#[test]
fn statistics_of_another_encoder_are_refused_by_name_and_never_mixed() {
    let [first, second] = [encoder(3, 300), encoder(4, 300)];
    let mut flash = flash();
    let session = |line: &mut dyn Line| {
        load(line, &first);
        line.expect(Request::KeepNormal, Reply::Done);
        judged(line)
    };
    let told = Firmware::of(&first).start(&mut flash, session).unwrap();
    let stored = Model::parse(&first).unwrap().identity();
    let session = |line: &mut dyn Line| {
        line.show(&IMAGES[0]);
        line.expect(Request::Judge, Reply::Failed(Failure::NothingNormal));
        assert_eq!(kept(line), Some(stored));
        // In memory it may judge by its own.
        load(line, &second);
        judged(line);
        line.expect(Request::KeepNormal, Reply::Failed(Failure::OtherNormal { stored }));
        // Classes are none of its business.
        line.expect(Request::Forget { class: None }, Reply::Done);
        assert_eq!(kept(line), Some(stored));
    };
    Firmware::of(&second).start(&mut flash, session).unwrap();
    Firmware::of(&first).start(&mut flash, |line| assert_eq!(judged(line), told)).unwrap();
    let session = |line: &mut dyn Line| {
        line.expect(Request::ForgetNormal, Reply::Done);
        load(line, &second);
        line.expect(Request::KeepNormal, Reply::Done);
        judged(line)
    };
    let other = Firmware::of(&second).start(&mut flash, session).unwrap();
    assert_ne!(other.score, told.score);
    Firmware::of(&second).start(&mut flash, |line| assert_eq!(judged(line), other)).unwrap();
}

/// Classes of three encoders take 6 pages of 3 records, their store 8; 2 rows of 2 parts and what says which counts take 2 more.
#[test]
fn what_does_not_fit_is_refused_before_anything_is_written() {
    let file = encoder(3, 300);
    let needed = 10 * PAGE as u32;
    for (pages, fits) in [(8, false), (9, false), (10, true)] {
        let firmware = Firmware { store: pages, ..Firmware::of(&file) };
        let available = pages * PAGE as u32;
        // What the flash holds after a session that keeps what is normal, and after one that does not.
        let [asked, unasked] = [true, false].map(|is_asked| {
            let mut flash = flash();
            let session = |line: &mut dyn Line| {
                line.expect(Request::KeptNormal, Reply::KeptNormal(KeptNormal { kept: None, needed, available }));
                load(line, &file);
                let refused = Reply::Failed(Failure::NoRoom { needed, available });
                if is_asked {
                    line.expect(Request::KeepNormal, if fits { Reply::Done } else { refused });
                }
            };
            firmware.start(&mut flash, session).unwrap();
            flash.bytes().to_vec()
        });
        assert_eq!(asked == unasked, !fits, "{pages} pages");
    }
}

/// The fewest pages that are enough take every class of three encoders, and statistics that are replaced again and again.
#[test]
fn in_the_least_store_all_classes_are_learned_beside_what_is_kept() {
    let files: Vec<Vec<u8>> = (1..4).map(|number| encoder(number, 300)).collect();
    let mut flash = flash();
    let firmware = Firmware { store: 10, ..Firmware::of(&files[0]) };
    let fill = |line: &mut dyn Line, file: &[u8], is_kept: bool| {
        line.show(&IMAGES[0]);
        for class in ["a", "b", "c", "d"].repeat(5) {
            line.ask(Request::Learn { class }, |reply| assert!(matches!(reply, Reply::Learned { .. }), "{reply:?}"));
            if is_kept {
                load(line, file);
                line.expect(Request::KeepNormal, Reply::Done);
            }
        }
    };
    for (number, file) in files.iter().enumerate() {
        if number > 0 {
            firmware.start(&mut flash, |line| send(line, file)).unwrap();
        }
        firmware.start(&mut flash, |line| fill(line, file, number == 0)).unwrap();
    }
    let stored = Model::parse(&files[0]).unwrap().identity();
    firmware.start(&mut flash, |line| assert_eq!(kept(line), Some(stored))).unwrap();
}

/// The most codes of a map whose statistics a store keeps beside `classes` of each of three encoders.
fn most_kept<const WORD: usize, const PAGE: usize, const RECORD: usize>(store: usize, classes: usize) -> usize {
    let needed = |values| {
        let records = 3 * classes + 6 + SavedNormal::records(values, RECORD);
        PAGE * Store::<SimulatedFlash<WORD, PAGE>, RECORD>::pages_for(records)
    };
    (0..).take_while(|values| needed(*values) <= store).last().unwrap()
}

/// The figures of `firmware-example/boards/maps` and docs/BOARDS.md.
#[test]
fn what_the_stores_of_boards_keep() {
    const OF_64_UNITS: usize = SavedClasses::<NearestMean<64, 16>>::STORE_BYTES;
    const OF_128_UNITS: usize = SavedClasses::<NearestMean<128, 16>>::STORE_BYTES;
    assert!(most_kept::<4, 4096, OF_128_UNITS>(128 << 10, 16) >= 2048, "Pico, Pico 2, ESP32-C3");
    assert_eq!(most_kept::<4, 4096, OF_128_UNITS>(64 << 10, 16), 994, "nRF52840");
    assert_eq!(most_kept::<1, 16384, OF_64_UNITS>(48 << 10, 12), 117, "STM32F405");
    assert_eq!(most_kept::<8, 2048, OF_64_UNITS>(32 << 10, 16), 546, "STM32L475");
}
