//! What the steps of a run see.

use dim_model_format::Shape;

use super::*;
use crate::model::real_pixel;
use crate::settings::{Method, Views};
use dim_host::data::{Augmentation, Images};

const SHAPE: Shape = Shape::new(8, 8, 3);
const WINDOW: Window = Window { image: SHAPE, input: SHAPE };
const START: Position = Position { epoch: 0, step_in_epoch: 0 };

/// Eleven images, four of them without a class.
fn dataset() -> Dataset {
    let images = |range: std::ops::Range<usize>, labels| Images {
        shape: SHAPE,
        pixels: range.flat_map(|image| (0..192).map(move |at| (image * 20 + at / 3) as u8)).collect(),
        labels,
    };
    Dataset {
        name: "eleven".to_owned(),
        classes: vec!["one".to_owned()],
        train: images(0..7, Some(vec![0; 7])),
        unlabelled: images(7..11, None),
        test: images(0..1, Some(vec![0])),
    }
}

fn config(augmentation: Augmentation, views: Views) -> TrainConfig {
    TrainConfig { batch_size: 3, epochs: 4, seed: 9, augmentation, views, ..TrainConfig::default() }
}

fn all(plan: &Plan<'_>, threads: usize) -> Vec<Batch> {
    thread::scope(|scope| {
        let mut batches = Batches::prepare_on(threads, scope, plan);
        std::iter::from_fn(|| batches.next().ok()).collect()
    })
}

#[test]
fn the_same_to_the_bit_on_any_number_of_threads_and_after_any_start() {
    let dataset = dataset();
    for (augmentation, views) in [
        (Augmentation::None, Views::One),
        (Augmentation::CropFlip, Views::One),
        (Augmentation::ShiftTone, Views::Two),
        (Augmentation::Amdim, Views::Two),
        (Augmentation::Signal, Views::Two),
        (Augmentation::ResizedCrop, Views::Crops),
    ] {
        let grows = if augmentation == Augmentation::None { 0.0 } else { 2.5 };
        let blur = if augmentation.is_of_pictures() { 0.5 } else { 0.0 };
        let config = TrainConfig { augmentation_growth: grows, blur, ..config(augmentation, views) };
        config.validate().unwrap();
        let plan = |start| Plan { dataset: &dataset, config: &config, window: WINDOW, start };
        // As without threads: each batch from its order and number.
        let one_by_one: Vec<Batch> = (0..4)
            .flat_map(|epoch| {
                let order = order(11, 9, epoch);
                (0..3).map(move |index| (order[index * 3..][..3].to_vec(), epoch * 3 + index + 1))
            })
            .map(|(images, step)| plan(START).batch(&images, step))
            .collect();
        assert_eq!(one_by_one.len(), 12);
        for threads in [1, 2, 5] {
            assert!(all(&plan(START), threads) == one_by_one, "{augmentation:?} on {threads} threads");
            let later = Position { epoch: 1, step_in_epoch: 2 };
            assert!(all(&plan(later), threads) == one_by_one[5..], "{augmentation:?} on {threads} threads");
        }
    }
}

#[test]
fn an_epoch_sees_each_image_once_and_another_order_than_the_one_before() {
    let mut sorted = order(11, 9, 0);
    assert_ne!(sorted, order(11, 9, 1));
    assert_ne!(sorted, order(11, 8, 0));
    sorted.sort_unstable();
    assert_eq!(sorted, (0..11).collect::<Vec<_>>());
}

#[test]
fn pixels_are_as_images_have_them_and_values_as_the_encoder_takes_them() {
    let dataset = dataset();
    let config = config(Augmentation::None, Views::One);
    let plan = Plan { dataset: &dataset, config: &config, window: WINDOW, start: START };
    let batch = plan.batch(&[2, 8, 0], 1);
    assert_eq!((batch.shape, batch.pixels.len()), (SHAPE, 3 * 192));
    let pixel = |image: usize, at: usize| (image * 20 + at) as u8;
    for (index, found) in batch.pixels.iter().enumerate() {
        assert_eq!(*found, pixel([2, 8, 0][index / 192], index % 192 / 3));
    }
    let [shard] = <[_; 1]>::try_from(batch.shards(&[Device::flex()])).unwrap();
    let values = shard.seen.images.permute([0, 2, 3, 1]).try_to_vec_as::<f32>().unwrap();
    for (index, value) in values.iter().enumerate() {
        assert_eq!(*value, f32::from(pixel([2, 8, 0][index / 192], index % 192 / 3)) / 128.0 - 1.0);
    }
}

#[test]
fn shards_hold_all_views_and_the_class_of_their_images() {
    let dataset = dataset();
    let device = Device::flex();
    let config = TrainConfig {
        method: Method::Supervised,
        batch_size: 4,
        views: Views::Two,
        augmentation: Augmentation::CropFlip,
        ..TrainConfig::default()
    };
    let plan = Plan { dataset: &dataset, config: &config, window: WINDOW, start: START };
    let mut batch = plan.batch(&[2, 6, 0, 1], 1);
    batch.classes = Some(vec![10, 11, 12, 13]);
    let image =
        |index: usize| batch.pixels[index * 192..][..192].iter().map(|pixel| real_pixel(*pixel)).collect::<Vec<_>>();
    let expected = [[image(0), image(1), image(4), image(5)], [image(2), image(3), image(6), image(7)]];
    let shards = batch.shards(&[device.clone(), device]);
    for (index, (Shard { seen, .. }, expected)) in shards.iter().zip(expected).enumerate() {
        assert_eq!(seen.images.dims(), [4, 3, 8, 8]);
        let images = seen.images.clone().permute([0, 2, 3, 1]);
        assert_eq!(images.try_to_vec_as::<f32>().unwrap(), expected.concat());
        let classes = seen.classes.clone().unwrap().try_to_vec_as::<i64>().unwrap();
        assert_eq!(classes, [10 + 2 * index as i64, 11 + 2 * index as i64]);
        assert_eq!(seen.indices, [[2, 6], [0, 1]][index]);
    }
    assert_ne!(shards[0].random, shards[1].random);
}

#[test]
fn amdim_mirrors_both_views_alike() {
    let mut dataset = dataset();
    // Ever brighter to the right.
    dataset.train.pixels = (0..7 * 192).map(|at| (60 + at / 3 % 8 * 15) as u8).collect();
    let config = TrainConfig { batch_size: 7, ..config(Augmentation::Amdim, Views::Two) };
    let plan = Plan { dataset: &dataset, config: &config, window: WINDOW, start: START };
    let images: Vec<usize> = (0..7).collect();
    let mut mirrored = 0;
    for step in 1..30 {
        let batch = plan.batch(&images, step);
        let is_mirrored: Vec<bool> = batch.pixels.chunks(192).map(|view| view[3] > view[18]).collect();
        assert_eq!(is_mirrored[..7], is_mirrored[7..]);
        mirrored += is_mirrored[..7].iter().filter(|mirrored| **mirrored).count();
    }
    // 203 draws, deviation 7.1.
    assert!((66..137).contains(&mirrored), "{mirrored}");
}

#[test]
fn small_crops_follow_the_large_views_and_show_less_of_the_image() {
    let mut dataset = dataset();
    // Brighter by 30 from column to column.
    dataset.train.pixels = (0..7 * 192).map(|at| (at / 3 % 8 * 30) as u8).collect();
    let config = TrainConfig { batch_size: 7, small_crops: 3, ..config(Augmentation::CropFlip, Views::Crops) };
    let plan = Plan { dataset: &dataset, config: &config, window: WINDOW, start: START };
    let images: Vec<usize> = (0..7).collect();
    // How many columns of the image a view spans, in the middle of its rows.
    let span = |view: &[u8]| f32::from(view[4 * 24 + 12].abs_diff(view[4 * 24 + 9])) / 30.0;
    let [mut large, mut small] = [0.0, 0.0];
    for step in 1..30 {
        let batch = plan.batch(&images, step);
        assert_eq!((batch.views, batch.shape, batch.pixels.len()), (5, SHAPE, 5 * 7 * 192));
        for (index, view) in batch.pixels.chunks(192).enumerate() {
            *(if index < 14 { &mut large } else { &mut small }) += span(view);
        }
    }
    // A frame hides nothing in the middle: one column for each. Of a small crop the side is 0.22 to 0.5 of the image's.
    let [large, small] = [large / (29.0 * 14.0), small / (29.0 * 21.0)];
    assert!((large - 1.0).abs() < 1e-3 && (0.2..0.55).contains(&small), "{large} {small}");
}

#[test]
fn views_differ_more_from_the_images_in_later_steps() {
    let dataset = dataset();
    let config = TrainConfig { augmentation_growth: 4.0, ..config(Augmentation::ShiftTone, Views::One) };
    let plan = Plan { dataset: &dataset, config: &config, window: WINDOW, start: START };
    // The same draws at full strength.
    let full = TrainConfig { augmentation_growth: 0.0, ..config.clone() };
    let full = Plan { config: &full, ..Plan { dataset: &dataset, config: &config, window: WINDOW, start: START } };
    let distance = |step: usize| {
        let [grown, full] = [&plan, &full].map(|plan| plan.batch(&[0, 1, 2], step).pixels);
        grown.iter().zip(&full).map(|(a, b)| f32::from(a.abs_diff(*b))).sum::<f32>()
    };
    // Of 12 steps: 3 in each of 4 epochs.
    let [early, late] = [1..=4, 9..=12].map(|steps| steps.map(distance).sum::<f32>());
    assert!(late < 0.5 * early, "{early} {late}");
    assert_eq!(distance(13), 0.0, "grown");
}

#[test]
fn threads_end_when_nobody_takes_batches() {
    let dataset = dataset();
    let config = TrainConfig { epochs: usize::MAX, ..config(Augmentation::None, Views::One) };
    let plan = Plan { dataset: &dataset, config: &config, window: WINDOW, start: START };
    // The scope ends only when its threads do.
    thread::scope(|scope| {
        let mut batches = Batches::prepare_on(3, scope, &plan);
        assert!(batches.next().is_ok());
    });
}
