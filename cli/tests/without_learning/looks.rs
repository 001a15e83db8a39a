//! What is read of a data set, on the screen, as JSON, on a page, and in a line before every other command.

use std::fs::{self, File};

use png::{BitDepth, ColorType};
use serde_json::json;

use crate::place::Place;

/// A grey picture of one brightness, 0 to 255 or 0 to 65535.
fn write(place: &Place, name: &str, [height, width]: [u32; 2], depth: BitDepth, value: u16) {
    let path = place.path(name);
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    let mut encoder = png::Encoder::new(File::create(path).unwrap(), width, height);
    encoder.set_color(ColorType::Grayscale);
    encoder.set_depth(depth);
    let bytes = if depth == BitDepth::Sixteen { value.to_be_bytes().to_vec() } else { vec![value as u8] };
    let pixels = bytes.repeat((height * width) as usize);
    encoder.write_header().unwrap().write_image_data(&pixels).unwrap();
}

/// Two classes, of which one is held out; with a damaged picture and other files.
fn photos() -> Place {
    let place = Place::new();
    for (index, value) in (0..6).zip([10, 60, 110, 160, 210, 250]) {
        let class = ["cat", "dog"][index % 2];
        write(&place, &format!("photos/Training/{class}/{index}.png"), [60, 30], BitDepth::Eight, value);
    }
    write(&place, "photos/Testing/cat/0.png", [30, 30], BitDepth::Eight, 30);
    write(&place, "photos/val/cat/0.png", [30, 30], BitDepth::Eight, 30);
    fs::write(place.path("photos/Training/cat/notes.txt"), "none").unwrap();
    place
}

#[test]
fn a_look_says_what_was_read() {
    let place = photos();
    let look = place.json("data look photos --encoder encoder.dim");
    assert_eq!(
        [&look["format"], &look["held_out"], &look["train"], &look["test"]],
        [&json!("pictures"), &json!("Testing"), &json!(6), &json!(1)]
    );
    assert_eq!(look["classes"][1], json!({"name": "dog", "train": 3, "test": 0}));
    assert_eq!(look["sizes"], json!([[30, 30], [60, 30]]));
    assert_eq!([&look["encoder"]["fits"], &look["encoder"]["cut_away_most"]], [&json!(true), &json!(0.5)]);
    assert_eq!(look["passed_over"][0], json!({"why": "no pictures", "count": 1, "names": ["Training/cat/notes.txt"]}));
    assert_eq!(look["passed_over"][1]["why"], "validation pictures, since there are test pictures");
    let text = place.succeeds("data look photos --shape 28x28x1 --report page.html");
    for words in
        ["1 (Testing)", "30x30 to 60x30", "none held out of class dog", "1 no pictures: Training/cat/notes.txt"]
    {
        assert!(text.contains(words), "{words}: {text}");
    }
    let page = String::from_utf8(place.read("page.html")).unwrap();
    assert!(page.matches("<img ").count() == 6 && page.contains("Data set photos"));
    assert_eq!(place.json("data look embedded")["train"], 8000);
}

#[test]
fn every_command_that_reads_says_so_in_a_line() {
    let place = photos();
    for command in [
        "embed encoder.dim --images photos -o y.npy",
        "prototypes encoder.dim --images photos -o classes.bin",
        "conform encoder.dim --images photos",
    ] {
        let output = place.dim(command);
        let errors = String::from_utf8(output.stderr).unwrap();
        assert!(output.status.success(), "{errors}");
        let expected = "data       photos: pictures, 6 images to learn from of 2 classes, the largest 50 %; 1 held out (Testing); ";
        assert!(errors.starts_with(expected) && errors.lines().count() == 1, "{errors}");
        assert!(!String::from_utf8(output.stdout).unwrap().contains("data   "));
    }
}

#[test]
fn damaged_pictures_are_passed_over_if_asked_for() {
    let place = photos();
    fs::write(place.path("photos/Training/dog/9.png"), "none").unwrap();
    let embed = "embed encoder.dim --images photos -o y.npy --split train";
    assert!(place.refuses(embed).contains("photos/Training/dog/9.png: is no PNG, JPEG, WebP"));
    assert_eq!(place.json(&format!("{embed} --skip-damaged"))["images"], 6);
}

#[test]
fn levels_reach_the_encoder() {
    let place = Place::new();
    write(&place, "dark/a.png", [28, 28], BitDepth::Sixteen, 0);
    write(&place, "dark/b.png", [28, 28], BitDepth::Sixteen, 4095);
    write(&place, "bright/a.png", [28, 28], BitDepth::Eight, 0);
    write(&place, "bright/b.png", [28, 28], BitDepth::Eight, 255);
    let warning = place.json("data look dark")["warnings"][0].clone();
    assert!(
        warning.as_str().unwrap().contains("from 0 to 4095") && warning.as_str().unwrap().contains("--levels 0:4095")
    );
    place.succeeds("embed encoder.dim --images bright -o bright.npy --codes");
    place.succeeds("embed encoder.dim --images dark -o dark.npy --codes --levels 0:4095");
    assert!(place.read("dark.npy") == place.read("bright.npy"));
    place.succeeds("embed encoder.dim --images dark -o dark.npy --codes");
    assert!(place.read("dark.npy") != place.read("bright.npy"));
    let output = place.dim("data look dark --levels 9:1");
    assert!(String::from_utf8(output.stderr).unwrap().contains("9:1: expected LOW:HIGH"));
    assert_eq!(output.status.code(), Some(2));
}

#[test]
fn prototypes_leave_out_classes_without_images() {
    let place = photos();
    fs::create_dir(place.path("photos/Training/ant")).unwrap();
    let prototypes = place.json("prototypes encoder.dim --images photos -o classes.bin");
    assert_eq!([&prototypes["classes"], &prototypes["left_out"]], [&json!(["cat", "dog"]), &json!(["ant"])]);
    assert!(prototypes["accuracy"].as_f64().is_some());
}
