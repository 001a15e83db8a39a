//! What is unlike normal images.

use dim_link::{Failure, Novelty, Reply, Request};

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
