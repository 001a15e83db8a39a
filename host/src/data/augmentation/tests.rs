//! Properties of whole views.

use dim_model_format::Shape;
use rand::SeedableRng;
use rand::rngs::StdRng;
use sha2::{Digest, Sha256};

use super::*;

const GREY: Window = Window { image: Shape::new(4, 20, 1), input: Shape::new(4, 20, 1) };
const CIFAR: Window = Window { image: Shape::new(32, 32, 3), input: Shape::new(32, 32, 3) };
const STL: Window = Window { image: Shape::new(96, 96, 3), input: Shape::new(64, 64, 3) };
const ALL: [Augmentation; 6] = [
    Augmentation::None,
    Augmentation::CropFlip,
    Augmentation::ShiftTone,
    Augmentation::Amdim,
    Augmentation::ResizedCrop,
    Augmentation::Signal,
];

fn full(augmentation: Augmentation) -> Augmentations {
    Augmentations { augmentation, blur: 0.0, strength: Strength::FULL }
}

fn draw(
    augmentations: Augmentations,
    image: &[u8],
    window: Window,
    crop: Crop,
    mirrored: Option<bool>,
    seed: u64,
) -> Vec<u8> {
    let mut pixels = Vec::new();
    augmentations.push_view(&mut pixels, image, window, crop, mirrored, &mut StdRng::seed_from_u64(seed));
    pixels
}

fn view(augmentation: Augmentation, image: &[u8], window: Window, mirrored: Option<bool>, seed: u64) -> Vec<u8> {
    draw(full(augmentation), image, window, Crop::Large, mirrored, seed)
}

fn views(augmentation: Augmentation, image: &[u8], window: Window, count: u64) -> Vec<Vec<u8>> {
    (0..count).map(|seed| view(augmentation, image, window, None, seed)).collect()
}

/// Any two parts of it differ.
fn image(window: Window) -> Vec<u8> {
    let [width, channels] = [window.image.width, window.image.channels].map(usize::from);
    let value = |at: usize| {
        let (x, y, channel) = (at / channels % width, at / channels / width, at % channels);
        (7 * x * x + 3 * y * y + 5 * x * y + 50 * channel) as u8
    };
    (0..usize::try_from(window.image.elements()).unwrap()).map(value).collect()
}

#[test]
fn a_resized_crop_shows_a_part_of_a_ramp() {
    // Brighter by 8 from column to column: a part of 30 % to all of the image, scaled to its size, rises by 4 to 8.
    let window = Window { image: Shape::new(32, 32, 1), input: Shape::new(32, 32, 1) };
    let image: Vec<u8> = (0..32 * 32).map(|at| (at % 32 * 7) as u8).collect();
    let (mut spans, mut mirrored) = (Vec::new(), 0);
    for view in views(Augmentation::ResizedCrop, &image, window, 400) {
        mirrored += usize::from(view[0] > view[31]);
        spans.push((view[31].abs_diff(view[0])) as usize);
    }
    assert!((150..250).contains(&mirrored), "{mirrored}");
    // Of at most 217, at whatever contrast.
    assert!(spans.iter().filter(|span| **span < 150).count() > 100, "{spans:?}");
    assert!(spans.iter().filter(|span| **span > 150).count() > 50, "{spans:?}");
}

#[test]
fn views_have_the_shape_of_the_input_and_follow_from_the_seed() {
    for window in [GREY, CIFAR, STL] {
        let image = image(window);
        for augmentation in ALL {
            let first = views(augmentation, &image, window, 20);
            assert!(first.iter().all(|view| view.len() as u64 == window.input.elements()));
            assert_eq!(first, views(augmentation, &image, window, 20));
            let alike = first.iter().filter(|view| **view == first[0]).count();
            assert_eq!(alike == 20, augmentation == Augmentation::None, "{augmentation:?}");
        }
    }
}

#[test]
fn no_augmentation_is_the_image_or_its_middle() {
    assert_eq!(view(Augmentation::None, &image(CIFAR), CIFAR, None, 1), image(CIFAR));
    let (image, middle) = (image(STL), view(Augmentation::None, &image(STL), STL, None, 1));
    for (y, line) in middle.chunks(64 * 3).enumerate() {
        assert_eq!(line, &image[((y + 16) * 96 + 16) * 3..][..64 * 3]);
    }
}

#[test]
fn random_crops_are_parts_of_the_image_at_every_place_mirrored_half_of_the_time() {
    let image = image(STL);
    let corners = crops(&views(Augmentation::CropFlip, &image, STL, 400), &image, STL, 0);
    assert_spread(&corners, 0..=32);
}

#[test]
fn framed_crops_move_by_an_eighth() {
    let image = image(CIFAR);
    let corners = crops(&views(Augmentation::CropFlip, &image, CIFAR, 400), &image, CIFAR, 4);
    assert_spread(&corners, -4..=4);
}

/// Corner of each crop in the image and whether it is mirrored, found by comparing all.
fn crops(views: &[Vec<u8>], image: &[u8], window: Window, frame: isize) -> Vec<(isize, isize, bool)> {
    let room = [window.image.height - window.input.height, window.image.width - window.input.width];
    let [rows, columns] = room.map(|room| -frame..=room as isize + frame);
    let mut all = Vec::new();
    for (row, column) in rows.flat_map(|row| columns.clone().map(move |column| (row, column))) {
        for mirrored in [false, true] {
            let mut pixels = Vec::new();
            for at in 0..usize::try_from(window.input.elements()).unwrap() {
                let (y, x, c) =
                    (at / 3 / usize::from(window.input.width), at / 3 % usize::from(window.input.width), at % 3);
                let (y, x) = (y as isize + row, x as isize + column);
                let [height, width] = [window.image.height as isize, window.image.width as isize];
                let x = if mirrored { width - 1 - x } else { x };
                let inside = (0..height).contains(&y) && (0..width).contains(&x);
                pixels.push(if inside { image[((y * width + x) * 3) as usize + c] } else { 128 });
            }
            all.push(((row, column, mirrored), pixels));
        }
    }
    let find = |view: &Vec<u8>| all.iter().find(|(_, pixels)| pixels == view).expect("a crop of the image").0;
    views.iter().map(find).collect()
}

/// Every side is reached, the mean is in the middle, and half are mirrored.
fn assert_spread(corners: &[(isize, isize, bool)], range: std::ops::RangeInclusive<isize>) {
    for axis in [|corner: &(isize, isize, bool)| corner.0, |corner: &(isize, isize, bool)| corner.1] {
        let places: Vec<isize> = corners.iter().map(axis).collect();
        assert_eq!(places.iter().min(), Some(range.start()));
        assert_eq!(places.iter().max(), Some(range.end()));
        let mean = places.iter().sum::<isize>() as f64 / places.len() as f64;
        let middle = (range.start() + range.end()) as f64 / 2.0;
        // Five standard errors of a uniform mean.
        let extent = (range.end() - range.start() + 1) as f64;
        assert!((mean - middle).abs() < 5.0 * extent / (12.0 * places.len() as f64).sqrt(), "{mean}");
    }
    let mirrored = corners.iter().filter(|corner| corner.2).count();
    assert!((150..250).contains(&mirrored), "{mirrored}");
}

#[test]
fn a_uniform_image_stays_uniform_and_changes_its_brightness() {
    let views = views(Augmentation::ShiftTone, &[100; 80], GREY, 50);
    assert!(views.iter().all(|view| view.len() == 80 && view.iter().all(|pixel| *pixel == view[0])));
    let [low, high] = [views.iter().map(|view| view[0]).min(), views.iter().map(|view| view[0]).max()];
    assert!(low >= Some(34) && low < Some(70) && high > Some(130) && high <= Some(166), "{low:?} {high:?}");
}

#[test]
fn an_edge_moves_by_at_most_the_shift_and_is_mirrored_half_of_the_time() {
    let image: Vec<u8> = (0..80).map(|index| if index % 20 < 8 { 60 } else { 180 }).collect();
    let views = views(Augmentation::ShiftTone, &image, GREY, 200);
    let edge = |view: &Vec<u8>| view[..20].windows(2).position(|pair| pair[0] != pair[1]).unwrap() + 1;
    let mirrored = views.iter().filter(|view| view[0] > view[19]).count();
    assert!((70..130).contains(&mirrored), "{mirrored}");
    for view in &views {
        let expected = if view[0] > view[19] { 12 } else { 8 };
        assert!(edge(view).abs_diff(expected) <= 2, "{}", edge(view));
        assert!(view.chunks(20).all(|row| row == &view[..20]), "rows are alike before and after");
    }
}

#[test]
fn amdim_changes_colours_as_often_as_stated() {
    // One colour: shifts and mirrors do not show.
    let image = [200, 100, 50].repeat(32 * 32);
    let views = views(Augmentation::Amdim, &image, CIFAR, 1000);
    let of = |is: &dyn Fn(&[u8]) -> bool| views.iter().filter(|view| is(&view[..3])).count();
    assert!(views.iter().all(|view| view.chunks(3).all(|pixel| pixel == &view[..3])));
    // Expected 250 and 0.2 * 0.75 * 1000 = 150; deviations 13.7 and 11.3.
    let grey = of(&|pixel| pixel[0] == pixel[1] && pixel[1] == pixel[2]);
    let unchanged = of(&|pixel| pixel == [200, 100, 50]);
    assert!((182..318).contains(&grey), "{grey}");
    assert!((94..206).contains(&unchanged), "{unchanged}");
}

#[test]
fn amdim_mirrors_as_it_is_told() {
    // Ever brighter to the right: no change of colours turns that round.
    for window in [CIFAR, STL] {
        let width = usize::from(window.image.width);
        let value = |at: usize| (60 + at / 3 % width * 120 / width) as u8;
        let image: Vec<u8> = (0..usize::try_from(window.image.elements()).unwrap()).map(value).collect();
        let last = (usize::from(window.input.width) - 1) * 3;
        for seed in 0..100 {
            for mirrored in [false, true] {
                let view = view(Augmentation::Amdim, &image, window, Some(mirrored), seed);
                assert_eq!(view[0] > view[last], mirrored, "seed {seed}");
            }
        }
    }
    assert!(Augmentation::Amdim.mirrors_alike() && !Augmentation::CropFlip.mirrors_alike());
}

#[test]
fn names_are_those_of_the_settings() {
    for augmentation in ALL {
        assert_eq!(serde_json::to_value(augmentation).unwrap(), augmentation.name());
    }
}

#[test]
fn views_of_a_seed_keep_their_bytes() {
    let digest = |augmentation: Augmentation| {
        let mut all = Sha256::new();
        for window in [GREY, CIFAR, STL] {
            for view in views(augmentation, &image(window), window, 20) {
                all.update(view);
            }
        }
        all.finalize().iter().take(8).map(|byte| format!("{byte:02x}")).collect::<String>()
    };
    let expected = [
        "29d27694dc322356",
        "8744a788a1c15d6d",
        "da2da26ce39b4150",
        "f5c488c30754b725",
        "d6142f78c12a4429",
        "db441e9404c0931c",
    ];
    assert_eq!(ALL.map(digest), expected);
}

#[test]
fn without_strength_a_large_view_is_the_image_or_its_mirror() {
    for window in [GREY, CIFAR] {
        let image = image(window);
        for augmentation in ALL {
            let augmentations = Augmentations { augmentation, blur: 1.0, strength: Strength::new(0.0) };
            for seed in 0..20 {
                assert_eq!(
                    draw(augmentations, &image, window, Crop::Large, Some(false), seed),
                    image,
                    "{augmentation:?}"
                );
                let mirrored = draw(augmentations, &image, window, Crop::Large, Some(true), seed);
                let back = draw(
                    full(Augmentation::CropFlip).with_strength(0.0),
                    &mirrored,
                    window,
                    Crop::Large,
                    Some(true),
                    0,
                );
                assert_eq!(if augmentation.is_of_pictures() { back } else { mirrored }, image, "{augmentation:?}");
            }
        }
    }
}

impl Augmentations {
    fn with_strength(self, strength: f64) -> Self {
        Self { strength: Strength::new(strength), ..self }
    }
}

#[test]
fn views_move_away_from_the_image_as_strength_grows() {
    let image: Vec<u8> = (0..32 * 32 * 3).map(|at| (60 + at / 3 % 32 * 3 + at / 96) as u8).collect();
    for augmentation in ALL.into_iter().filter(|augmentation| *augmentation != Augmentation::None) {
        let mean = |strength: f64| {
            let augmentations = full(augmentation).with_strength(strength);
            let distance = |seed| {
                let view = draw(augmentations, &image, CIFAR, Crop::Large, Some(false), seed);
                view.iter().zip(&image).map(|(a, b)| u64::from(a.abs_diff(*b))).sum::<u64>()
            };
            (0..200).map(distance).sum::<u64>()
        };
        let distances = [0.0, 0.3, 0.6, 1.0].map(mean);
        assert!(distances.windows(2).all(|pair| pair[0] < pair[1]), "{augmentation:?}: {distances:?}");
    }
}

#[test]
fn as_many_views_are_blurred_as_stated() {
    // Stripes: of all that a grey crop does, only a blur makes them fainter.
    let window = Window { image: Shape::new(32, 32, 1), input: Shape::new(32, 32, 1) };
    let image: Vec<u8> = (0..32 * 32).map(|at| if at % 2 == 0 { 28 } else { 228 }).collect();
    let augmentations = Augmentations { blur: 0.3, ..full(Augmentation::CropFlip) };
    let is_blurred = |seed: &u64| {
        let view = draw(augmentations, &image, window, Crop::Large, None, *seed);
        view.iter().any(|pixel| ![28, 128, 228].contains(pixel))
    };
    // Of 300, a tenth has a deviation too small to see; deviation 14.
    let blurred = (0..1000).filter(is_blurred).count();
    assert!((200..340).contains(&blurred), "{blurred}");
}

#[test]
fn small_crops_show_little_of_a_ramp_whatever_changes_them() {
    let window = Window { image: Shape::new(32, 32, 1), input: Shape::new(32, 32, 1) };
    let image: Vec<u8> = (0..32 * 32).map(|at| (at % 32 * 8) as u8).collect();
    for augmentation in ALL.into_iter().filter(|augmentation| augmentation.is_of_pictures()) {
        let mut spans = Vec::new();
        for seed in 0..200 {
            let view = draw(full(augmentation), &image, window, Crop::Small, None, seed);
            assert_eq!(view.len(), 32 * 32);
            spans.push(view[31].abs_diff(view[0]));
        }
        // At most half of its width with proportions of 1, 0.6 of it with 1.4; contrast and brightness up to 1.4 each.
        assert!(spans.iter().all(|span| f64::from(*span) < 0.6 * 248.0 * 1.96), "{augmentation:?}");
        let mean = spans.iter().map(|span| f64::from(*span)).sum::<f64>() / 200.0;
        assert!((40.0..130.0).contains(&mean), "{augmentation:?}: {mean}");
    }
}

#[test]
fn a_resized_crop_of_a_grey_image_changes_its_part_its_side_its_tone_and_its_sharpness() {
    let window = Window { image: Shape::new(28, 28, 1), input: Shape::new(28, 28, 1) };
    let augmentations = Augmentations { blur: 0.5, ..full(Augmentation::ResizedCrop) };
    let uniform: Vec<u8> =
        (0..300).map(|seed| draw(augmentations, &[100; 28 * 28], window, Crop::Large, None, seed)[0]).collect();
    // Brightness changes in 80 % of the views.
    let changed = uniform.iter().filter(|value| **value != 100).count();
    assert!((205..275).contains(&changed), "{changed}");
    assert!(uniform.iter().all(|value| (60..=140).contains(value)));
    // Contrast: what lies between the halves of an image, with what it is times by brightness taken out, is not one ratio.
    let halves: Vec<u8> = (0..28 * 28).map(|at| if at / 28 < 14 { 80 } else { 120 }).collect();
    let mut ratios: Vec<u32> = (0..100)
        .map(|seed| {
            let view = draw(Augmentations { blur: 0.0, ..augmentations }, &halves, window, Crop::Large, None, seed);
            let [low, high] = [view.iter().min(), view.iter().max()].map(|value| u32::from(*value.unwrap()));
            high * 100 / low
        })
        .collect();
    ratios.sort_unstable();
    ratios.dedup();
    assert!(ratios.len() > 20, "{ratios:?}");
}
