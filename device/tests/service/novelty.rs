//! What is unlike normal images.

use dim_link::{Failure, Identity, Normal, Novelty, Reply, Request};
use dim_model_format::Model;

use crate::encoders::{encoder, outputs};
use crate::rig::{Firmware, Line, flash};

/// The formula in real numbers, for maps of 4 cells with 2 channels.
fn scores(normal: &[Vec<i8>], map: &[i8]) -> Vec<f64> {
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
fn learned(file: &[u8], images: [[u8; 4]; 2]) -> (Normal, Vec<u8>) {
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
