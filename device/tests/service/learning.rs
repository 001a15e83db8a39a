//! Images, embeddings and classes.

use dim_device::classes::{Linear, NearestNeighbours};
use dim_link::{Class, Failure, Reply, Request, Verdict};
use dim_model_format::Model;

use crate::encoders::{encoder, outputs};
use crate::rig::{Firmware, Line, flash};

#[test]
fn images_arrive_in_parts_and_embeddings_are_those_of_the_oracle() {
    let file = encoder(3, 300);
    let session = |line: &mut dyn Line| {
        line.expect(Request::Embed, Reply::Failed(Failure::Image { expected: 4, got: 0 }));
        line.expect(Request::Image { offset: 0, pixels: &[9, 200] }, Reply::Received { bytes: 2 });
        line.expect(Request::Embed, Reply::Failed(Failure::Image { expected: 4, got: 2 }));
        line.expect(Request::Image { offset: 1, pixels: &[7] }, Reply::Failed(Failure::Offset { expected: 2 }));
        let too_long = Request::Image { offset: 2, pixels: &[7, 8, 9] };
        line.expect(too_long, Reply::Failed(Failure::Image { expected: 4, got: 5 }));
        line.expect(Request::Image { offset: 2, pixels: &[7, 80] }, Reply::Received { bytes: 4 });
        line.expect(Request::Embed, Reply::Computed { ticks: 1 });
        let [values, map] = outputs(&file, &[9, 200, 7, 80])
            .map(|codes| codes.iter().map(|code| code.cast_unsigned()).collect::<Vec<u8>>());
        line.expect(Request::Read { offset: 0 }, Reply::Values { offset: 0, values: &values });
        line.expect(Request::Read { offset: 2 }, Reply::Values { offset: 2, values: &values[2..] });
        line.expect(Request::Read { offset: 9 }, Reply::Values { offset: 9, values: &[] });
        for offset in [0, 3, 8] {
            let values = &map[offset as usize..];
            line.expect(Request::FeatureMap { offset }, Reply::Values { offset, values });
        }
        line.expect(Request::Read { offset: 0 }, Reply::Values { offset: 0, values: &values });
        line.expect(Request::Bench { runs: 5 }, Reply::Computed { ticks: 1 });
    };
    Firmware::of(&file).start(&mut flash(), session).unwrap();
}

const IMAGES: [[u8; 4]; 3] = [[0, 0, 0, 0], [255, 0, 255, 0], [80, 90, 250, 255]];

fn distance(a: &[i8], b: &[i8]) -> u32 {
    a.iter().zip(b).map(|(a, b)| (i32::from(*a) - i32::from(*b)).pow(2) as u32).sum()
}

#[test]
fn classes_survive_restarts() {
    let file = encoder(3, 300);
    let firmware = Firmware::of(&file);
    let mut flash = flash();
    let [first, second, third] = IMAGES.map(|image| outputs(&file, &image)[0].clone());
    let learn = |line: &mut dyn Line| {
        line.show(&IMAGES[0]);
        line.expect(Request::Classify, Reply::Failed(Failure::NoClass));
        line.expect(Request::Learn { class: "zero" }, Reply::Learned { examples: 1 });
        line.expect(Request::Learn { class: "" }, Reply::Failed(Failure::Name));
        line.show(&IMAGES[1]);
        line.expect(Request::Learn { class: "rows" }, Reply::Learned { examples: 1 });
    };
    firmware.start(&mut flash, learn).unwrap();
    let classify = |line: &mut dyn Line| {
        line.show(&IMAGES[2]);
        let mut verdicts = [("zero", distance(&first, &third)), ("rows", distance(&second, &third))];
        verdicts.sort_by_key(|(_, distance)| *distance);
        let [(class, distance), (_, second)] = verdicts;
        let verdict = Verdict { class, distance, second: Some(second), is_known: true };
        line.expect(Request::Classify, Reply::Classified(verdict));
        line.expect(Request::Class { index: 1 }, Reply::Class(Some(Class { name: "rows", examples: 1 })));
        line.expect(Request::Forget { class: Some("none") }, Reply::Failed(Failure::NoClass));
        line.expect(Request::Forget { class: Some("zero") }, Reply::Done);
    };
    firmware.start(&mut flash, classify).unwrap();
    let last = |line: &mut dyn Line| {
        line.expect(Request::Class { index: 0 }, Reply::Class(None));
        line.expect(Request::Class { index: 1 }, Reply::Class(Some(Class { name: "rows", examples: 1 })));
        line.expect(Request::Forget { class: None }, Reply::Done);
        line.expect(Request::Class { index: 1 }, Reply::Class(None));
    };
    firmware.start(&mut flash, last).unwrap();
}

#[test]
fn examples_of_nearest_neighbours_survive_restarts() {
    type Neighbours = NearestNeighbours<3, 4, 6, 3>;
    let file = encoder(3, 300);
    let firmware = Firmware::of(&file);
    let mut flash = flash();
    let learn = |line: &mut dyn Line| {
        for (number, image) in IMAGES.iter().enumerate() {
            line.show(image);
            line.expect(Request::Learn { class: "a" }, Reply::Learned { examples: number as u32 + 1 });
        }
        line.show(&[3; 4]);
        line.expect(Request::Learn { class: "b" }, Reply::Learned { examples: 1 });
    };
    firmware.start_with::<Neighbours, _>(&mut flash, learn).unwrap();
    let classify = |line: &mut dyn Line| {
        line.expect(Request::Class { index: 0 }, Reply::Class(Some(Class { name: "a", examples: 3 })));
        line.show(&[3; 4]);
        line.ask(Request::Classify, |reply| match reply {
            // Of the three nearest, two at least are of the other class.
            Reply::Classified(verdict) => assert_eq!((verdict.class, verdict.second), ("a", Some(0))),
            other => panic!("{other:?}"),
        });
        line.expect(Request::Forget { class: Some("a") }, Reply::Done);
    };
    firmware.start_with::<Neighbours, _>(&mut flash, classify).unwrap();
    let last = |line: &mut dyn Line| {
        line.expect(Request::Class { index: 0 }, Reply::Class(None));
        line.expect(Request::Class { index: 1 }, Reply::Class(Some(Class { name: "b", examples: 1 })));
    };
    firmware.start_with::<Neighbours, _>(&mut flash, last).unwrap();
}

/// Another head that keeps examples finds those of the one before.
#[test]
fn a_linear_head_decides_by_the_examples_that_are_kept() {
    let file = encoder(3, 300);
    let firmware = Firmware::of(&file);
    let mut flash = flash();
    let learn = |line: &mut dyn Line| {
        for (image, class) in IMAGES.iter().zip(["a", "b", "b"]) {
            line.show(image);
            line.ask(Request::Learn { class }, |reply| assert!(matches!(reply, Reply::Learned { .. })));
        }
    };
    firmware.start_with::<NearestNeighbours<3, 4, 6, 3>, _>(&mut flash, learn).unwrap();
    let verdicts = |line: &mut dyn Line| {
        IMAGES.map(|image| {
            line.show(&image);
            line.ask(Request::Classify, |reply| match reply {
                Reply::Classified(verdict) => (verdict.class.to_owned(), verdict.distance, verdict.is_known),
                other => panic!("{other:?}"),
            })
        })
    };
    let told = firmware.start_with::<Linear<3, 4, 6>, _>(&mut flash, verdicts).unwrap();
    let expected = ["a", "b", "b"].map(|class| (class.to_owned(), 0, true));
    assert_eq!(told, expected);
    assert_eq!(firmware.start_with::<Linear<3, 4, 6>, _>(&mut flash, verdicts).unwrap(), told);
}

#[test]
fn an_example_is_taken_back_and_no_other() {
    let file = encoder(3, 300);
    let session = |line: &mut dyn Line| {
        line.expect(Request::Unlearn { class: "a" }, Reply::Failed(Failure::Image { expected: 4, got: 0 }));
        line.show(&IMAGES[0]);
        line.expect(Request::Unlearn { class: "a" }, Reply::Failed(Failure::NoClass));
        line.expect(Request::Learn { class: "a" }, Reply::Learned { examples: 1 });
        line.show(&IMAGES[1]);
        line.expect(Request::Unlearn { class: "a" }, Reply::Failed(Failure::NoExample));
        line.expect(Request::Learn { class: "a" }, Reply::Learned { examples: 2 });
        line.expect(Request::Unlearn { class: "a" }, Reply::Learned { examples: 1 });
        line.show(&IMAGES[0]);
        line.expect(Request::Unlearn { class: "a" }, Reply::Learned { examples: 0 });
        line.expect(Request::Class { index: 0 }, Reply::Class(None));
    };
    Firmware::of(&file).start(&mut flash(), session).unwrap();
    Firmware::of(&file).start_with::<NearestNeighbours<3, 4, 6, 3>, _>(&mut flash(), session).unwrap();
}

/// A firmware with another encoder finds the classes of the one before in the store.
#[test]
fn classes_of_another_encoder_are_refused_by_name_and_kept() {
    let [before, after] = [encoder(3, 300), encoder(4, 300)];
    let mut flash = flash();
    let learn = |line: &mut dyn Line| {
        line.show(&IMAGES[0]);
        line.expect(Request::Learn { class: "zero" }, Reply::Learned { examples: 1 });
    };
    Firmware::of(&before).start(&mut flash, learn).unwrap();
    let stored = Model::parse(&before).unwrap().identity();
    let other = |line: &mut dyn Line| {
        line.show(&IMAGES[0]);
        line.expect(Request::Classify, Reply::Failed(Failure::OtherEncoder { stored }));
        line.expect(Request::Learn { class: "zero" }, Reply::Failed(Failure::OtherEncoder { stored }));
        line.expect(Request::Class { index: 0 }, Reply::Class(None));
        line.ask(Request::Hello, |reply| match reply {
            Reply::Hello(hello) => assert_eq!((hello.kept, hello.classes), (Some(stored.0), 0)),
            other => panic!("{other:?}"),
        });
    };
    Firmware::of(&after).start(&mut flash, other).unwrap();
    let kept = |line: &mut dyn Line| {
        line.expect(Request::Class { index: 0 }, Reply::Class(Some(Class { name: "zero", examples: 1 })));
    };
    Firmware::of(&before).start(&mut flash, kept).unwrap();
    let anew = |line: &mut dyn Line| {
        line.expect(Request::Forget { class: None }, Reply::Done);
        line.show(&IMAGES[0]);
        line.expect(Request::Learn { class: "zero" }, Reply::Learned { examples: 1 });
    };
    Firmware::of(&after).start(&mut flash, anew).unwrap();
}
