//! An encoder with a critic is judged by it.

use dim_link::{Failure, Normal, Novelty, Reply, Request};
use dim_model_format::{Model, TapKind};

use crate::encoders::{taps, with_critic};
use crate::rig::{Firmware, Line, flash};

const NORMAL: [[u8; 4]; 3] = [[100, 110, 120, 130], [104, 250, 118, 12], [0, 8, 240, 135]];
const STRANGE: [[u8; 4]; 2] = [[255, 255, 3, 140], [7, 200, 90, 255]];

/// What the critic makes of cells and of the embedding, by the oracle.
fn seen(file: &[u8], image: &[u8]) -> [Vec<i8>; 2] {
    taps(file, image, [TapKind::CriticMap, TapKind::CriticEmbedding])
}

/// The formula in real numbers, of each cell.
fn scores(file: &[u8], normal: &[[u8; 4]], image: &[u8]) -> Vec<f64> {
    let dot = |a: &[i8], b: &[i8]| a.iter().zip(b).map(|(a, b)| f64::from(*a) * f64::from(*b)).sum::<f64>();
    let cosine = |a: &[i8], b: &[i8]| dot(a, b) / (dot(a, a) * dot(b, b)).sqrt();
    let [cells, own] = seen(file, image);
    let normal: Vec<Vec<i8>> = normal.iter().map(|image| seen(file, image)[1].clone()).collect();
    let score = |cell: &[i8]| {
        let most = normal.iter().map(|embedding| cosine(embedding, cell)).fold(-1.0, f64::max);
        65_536.0 * (1.0 + cosine(&own, cell) - most).max(0.0)
    };
    cells.chunks(2).map(score).collect()
}

fn judged(line: &mut dyn Line, image: &[u8; 4], request: Request<'static>) -> Novelty {
    line.show(image);
    line.ask(request, |reply| match reply {
        Reply::Novelty(novelty) => novelty,
        other => panic!("{other:?}"),
    })
}

#[test]
fn cells_that_only_their_own_embedding_explains_are_found_and_kept_through_a_restart() {
    let file = with_critic();
    let (firmware, mut flash) = (Firmware::of(&file), flash());
    let judge_all = |line: &mut dyn Line| STRANGE.map(|image| judged(line, &image, Request::Judge));
    let told = firmware.start(&mut flash, |line| {
        line.show(&NORMAL[0]);
        line.expect(Request::Judge, Reply::Failed(Failure::NothingNormal));
        for (number, image) in NORMAL.iter().enumerate() {
            let counted = Novelty { images: number as u32 + 1, score: 0, cell: [0; 2], threshold: None };
            assert_eq!(judged(line, image, Request::LearnNormal), counted);
        }
        let set = judged(line, &STRANGE[1], Request::SetThreshold);
        assert_eq!(set.threshold, Some(set.score), "of one score, it is the score");
        let told = judge_all(line);
        for (novelty, image) in told.iter().zip(&STRANGE) {
            let expected = scores(&file, &NORMAL, image);
            let (cell, most) = expected.iter().copied().enumerate().max_by(|a, b| a.1.total_cmp(&b.1)).unwrap();
            assert!((f64::from(novelty.score) - most).abs() < 30.0, "{novelty:?} {expected:?}");
            assert!(most > 1000.0, "{expected:?}");
            assert_eq!(novelty.cell.map(usize::from), [cell / 2, cell % 2]);
        }
        // An image that is known explains nothing better than it did.
        assert!(judged(line, &NORMAL[1], Request::Judge).score <= 65_536);
        line.expect(Request::KeepNormal, Reply::Done);
        told
    });
    let told = told.unwrap();
    firmware.start(&mut flash, |line| assert_eq!(judge_all(line), told)).unwrap();
}

#[test]
fn what_was_learned_elsewhere_arrives_as_embeddings() {
    let file = with_critic();
    let identity = Model::parse(&file).unwrap().identity();
    let embeddings: Vec<u8> =
        NORMAL.iter().flat_map(|image| seen(&file, image)[1].clone()).map(i8::cast_unsigned).collect();
    // 64 places of two numbers.
    let bytes = [embeddings, vec![0; 122]].concat();
    let normal = Normal {
        identity,
        images: 3,
        values: 16,
        channels: 2,
        threshold_images: 1,
        threshold_sum: 700,
        threshold_squares: 490_000,
    };
    let session = |line: &mut dyn Line| {
        for image in &NORMAL {
            judged(line, image, Request::LearnNormal);
        }
        let here = judged(line, &STRANGE[0], Request::Judge);
        // As of statistics of its map.
        line.expect(Request::BeginNormal(Normal { values: 8, ..normal }), Reply::Failed(Failure::Normal));
        line.expect(Request::BeginNormal(normal), Reply::Received { bytes: 0 });
        line.expect(Request::Normal { offset: 0, bytes: &bytes }, Reply::Received { bytes: 128 });
        let counted = Novelty { images: 3, score: 0, cell: [0; 2], threshold: Some(700) };
        line.expect(Request::EndNormal, Reply::Novelty(counted));
        assert_eq!(judged(line, &STRANGE[0], Request::Judge), Novelty { threshold: Some(700), ..here });
    };
    Firmware::of(&file).start(&mut flash(), session).unwrap();
}
