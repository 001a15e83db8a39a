//! Files as `numpy.save` writes them, made here.

use std::fs;
use std::path::Path;

use dim_model_format::Shape;

use super::images::IMAGES;
use super::is_in;
use super::labels::LABELS;
use crate::data::{DataError, Dataset, Images, Look, Reading, read};

const ANY: Reading = Reading { shape: None, limit: 0, levels: None, skip_damaged: false };

fn load(folder: &Path) -> Result<Dataset, DataError> {
    read(folder, &ANY).map(|(dataset, _)| dataset)
}

/// As `numpy.save` writes it.
fn npy(descr: &str, fortran: &str, shape: &str, values: &[u8]) -> Vec<u8> {
    let dictionary = format!("{{'descr': '{descr}', 'fortran_order': {fortran}, 'shape': {shape}, }}");
    let header = format!("{dictionary:117}\n");
    assert_eq!(header.len(), 118);
    [b"\x93NUMPY\x01\x00\x76\x00", header.as_bytes(), values].concat()
}

fn folder(files: &[(&str, Vec<u8>)]) -> tempfile::TempDir {
    let folder = tempfile::Builder::new().prefix("Digits-").tempdir().unwrap();
    files.iter().for_each(|(name, bytes)| fs::write(folder.path().join(name), bytes).unwrap());
    folder
}

fn message(files: &[(&str, Vec<u8>)]) -> String {
    let folder = folder(files);
    load(folder.path()).unwrap_err().to_string().replace(&folder.path().display().to_string(), "FOLDER")
}

fn images() -> Vec<u8> {
    npy("|u1", "False", "(2, 1, 2, 3)", &[1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12])
}

#[test]
fn reads_every_file() {
    let folder = folder(&[
        ("train_images.npy", images()),
        ("train_labels.npy", npy("<i8", "False", "(2,)", &[3, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0])),
        ("test_images.npy", npy("|u1", "False", "(1, 1, 2, 3)", &[6; 6])),
        ("test_labels.npy", npy(">i2", "False", "(1,)", &[0, 2])),
    ]);
    assert!(is_in(folder.path()));
    let dataset = load(folder.path()).unwrap();
    assert!(dataset.name.starts_with("digits-"));
    assert_eq!(dataset.classes, ["0", "1", "2", "3"]);
    assert_eq!(dataset.train.shape, Shape::new(1, 2, 3));
    assert_eq!(dataset.train.pixels, (1..=12).collect::<Vec<u8>>());
    assert_eq!((dataset.train.labels, dataset.test.labels), (Some(vec![3, 1]), Some(vec![2])));
    assert_eq!(dataset.test.pixels, [6; 6]);
}

#[test]
fn labels_and_test_images_may_be_left_out_and_channels_too() {
    let folder = folder(&[("images.npy", npy("|u1", "False", "(2, 1, 3)", &[1, 2, 3, 4, 5, 6]))]);
    let dataset = load(folder.path()).unwrap();
    assert_eq!(dataset.train, Images { shape: Shape::new(1, 3, 1), pixels: vec![1, 2, 3, 4, 5, 6], labels: None });
    assert!(dataset.test.is_empty() && dataset.classes.is_empty());
    assert!(dataset.labels().is_err());
}

#[test]
fn integers_of_every_type() {
    for (descr, values) in [("|u1", &[200, 7][..]), ("<u2", &[200, 0, 7, 0]), (">u4", &[0, 0, 0, 200, 0, 0, 0, 7])] {
        let labels = npy(descr, "False", "(2,)", values);
        let folder = folder(&[("images.npy", images()), ("labels.npy", labels)]);
        assert_eq!(load(folder.path()).unwrap().train.labels, Some(vec![200, 7]), "{descr}");
    }
    for (descr, values, found) in [
        ("|i1", &[5, 255][..], "-1"),
        ("<u8", &[[5, 0, 0, 0, 0, 0, 0, 0], [255; 8]].concat(), "18446744073709552000"),
        ("<f2", &[0, 0, 0, 0x3e], "1.5"),
        ("<f2", &[0, 0, 0, 0x7e], "NaN"),
    ] {
        assert_eq!(
            message(&[("images.npy", images()), ("labels.npy", npy(descr, "False", "(2,)", values))]),
            format!("FOLDER/labels.npy: holds {found} at [1], expected {LABELS}; save it again with numpy.save")
        );
    }
}

#[test]
fn arrays_of_another_type_or_shape_are_refused() {
    let array = |bytes: Vec<u8>| message(&[("images.npy", bytes)]);
    let refusal =
        |found: &str| format!("FOLDER/images.npy: holds {found}, expected {IMAGES}; save it again with numpy.save");
    assert_eq!(array(npy("<c8", "False", "(1, 1, 1)", &[0; 8])), refusal("'<c8' of [1, 1, 1]"));
    assert_eq!(array(npy("|u1", "False", "(1, 1)", &[0])), refusal("'|u1' of [1, 1]"));
    assert_eq!(array(npy("|u1", "True", "(1, 1)", &[0])), refusal("'|u1' of [1, 1], in Fortran order"));
    assert_eq!(array(npy("|u1", "False", "(1, 0, 1)", &[])), refusal("'|u1' of [1, 0, 1]"));
    assert_eq!(array(npy("|u1", "False", "(1, 70000, 1)", &[])), refusal("'|u1' of [1, 70000, 1]"));
    assert_eq!(array(npy("|u1", "False", "(0, 1, 1)", &[])), refusal("'|u1' of [0, 1, 1]"));
    assert!(array(b"P5 1 1".to_vec()).starts_with("FOLDER/images.npy: holds "));
    assert_eq!(
        message(&[("images.npy", images()), ("labels.npy", npy("<c8", "False", "(2,)", &[0; 16]))]),
        format!("FOLDER/labels.npy: holds '<c8' of [2], expected {LABELS}; save it again with numpy.save")
    );
}

#[test]
fn every_other_length_is_refused() {
    let whole = images();
    for len in 128..whole.len() {
        let message = message(&[("images.npy", whole[..len].to_vec())]);
        assert!(message.starts_with(&format!("FOLDER/images.npy: {len} bytes, expected 140; the file is truncated")));
    }
    for len in 0..128 {
        assert!(message(&[("images.npy", whole[..len].to_vec())]).starts_with("FOLDER/images.npy: holds "));
    }
    let long = message(&[("images.npy", [&whole[..], &[0]].concat())]);
    assert!(long.starts_with("FOLDER/images.npy: 141 bytes, expected 140;"));
    let huge = npy("|u1", "False", "(18446744073709551615, 9, 9)", &[0; 4]);
    assert!(message(&[("images.npy", huge)]).contains("132 bytes, expected 18446744073709551615;"));
}

#[test]
fn files_must_belong_together() {
    let one = npy("|u1", "False", "(1,)", &[0]);
    assert!(
        message(&[("images.npy", images()), ("labels.npy", one.clone())])
            .starts_with("FOLDER/labels.npy: 1 labels, expected 2,")
    );
    let small = npy("|u1", "False", "(1, 1, 2)", &[0; 2]);
    assert!(
        message(&[("images.npy", images()), ("test_images.npy", small.clone())])
            .starts_with("FOLDER: test images of 1x2x1, expected 1x2x3 as in training;")
    );
    assert_eq!(
        message(&[("test_images.npy", small)]),
        "FOLDER/train_images.npy: missing; put the images to learn from there"
    );
    // Classes are numbers, so that one may be held out without being learned from; it is said.
    let folder = folder(&[
        ("train_images.npy", images()),
        ("train_labels.npy", npy("|u1", "False", "(2,)", &[0, 1])),
        ("test_images.npy", npy("|u1", "False", "(1, 1, 2, 3)", &[6; 6])),
        ("test_labels.npy", npy("|u1", "False", "(1,)", &[4])),
    ]);
    let (dataset, look) = read(folder.path(), &ANY).unwrap();
    assert_eq!((dataset.classes.len(), dataset.test.labels), (5, Some(vec![4])));
    assert_eq!(look.classes.iter().map(|class| &*class.name).collect::<Vec<_>>(), ["0", "1", "4"]);
    assert!(look.warnings.iter().any(|line| line == "held out, but none to learn from, of class 4"), "{look:?}");
}

/// Pixels count up in the order of images: `numpy.arange(2 * 5 * 6 * 3).reshape(2, 5, 6, 3)`.
fn ramp() -> Vec<u8> {
    (0..180).collect()
}

fn read_images(bytes: Vec<u8>, shape: Option<Shape>) -> (Images, Look) {
    let folder = folder(&[("images.npy", bytes)]);
    read(folder.path(), &Reading { shape, ..ANY }).map(|(dataset, look)| (dataset.train, look)).unwrap()
}

#[test]
fn channels_first_are_recognized_and_said() {
    // [image, channel, row, column] of the ramp.
    let at = |image, channel, row, column| ((image * 5 + row) * 6 + column) * 3 + channel;
    let each = |outer: [u8; 4], value: &dyn Fn([u8; 4]) -> u8| -> Vec<u8> {
        let [a, b, c, d] = outer;
        let indices =
            (0..a).flat_map(|i| (0..b).flat_map(move |j| (0..c).flat_map(move |k| (0..d).map(move |l| [i, j, k, l]))));
        indices.map(value).collect()
    };
    let planes = each([2, 3, 5, 6], &|[image, channel, row, column]| at(image, channel, row, column));
    let (images, look) = read_images(npy("|u1", "False", "(2, 3, 5, 6)", &planes), None);
    assert_eq!((images.shape, images.pixels), (Shape::new(5, 6, 3), ramp()));
    assert_eq!(look.notes, ["channels were first in the arrays"]);
    // An encoder that takes 3x5 pixels of six channels gets what the array says.
    let encoder = Some(Shape::new(3, 5, 6));
    let (images, look) = read_images(npy("|u1", "False", "(2, 3, 5, 6)", &planes), encoder);
    assert_eq!((images.shape, images.pixels, look.notes.len()), (Shape::new(3, 5, 6), planes, 0));
    // In Fortran order the first index runs fastest.
    let fortran = each([3, 6, 5, 2], &|[channel, column, row, image]| at(image, channel, row, column));
    let (images, _) = read_images(npy("|u1", "True", "(2, 5, 6, 3)", &fortran), None);
    assert_eq!((images.shape, images.pixels), (Shape::new(5, 6, 3), ramp()));
    // A last extent of 1, 3 or 4 counts channels whatever the first is, and neither may be as large as an image.
    for (shape, expected) in [
        ("(2, 3, 5, 6)", [5, 6, 3]),
        ("(3, 1, 20, 3)", [1, 20, 3]),
        ("(3, 5, 4, 3)", [5, 4, 3]),
        ("(3, 2, 5, 6)", [2, 5, 6]),
        ("(5, 3, 2, 6)", [3, 2, 6]),
    ] {
        let [height, width, channels] = expected;
        let (images, _) = read_images(npy("|u1", "False", shape, &ramp()), None);
        assert_eq!(images.shape, Shape::new(height, width, channels), "{shape}");
    }
}

#[test]
fn numbers_that_are_no_bytes_need_levels() {
    let with = |bytes: &[u8], levels: Option<&str>| {
        let folder = folder(&[("images.npy", bytes.to_vec())]);
        let levels = levels.map(|levels| levels.parse().unwrap());
        let read = read(folder.path(), &Reading { levels, ..ANY }).map(|(dataset, _)| dataset.train.pixels);
        read.map_err(|error| error.to_string().replace(&folder.path().display().to_string(), "FOLDER"))
    };
    let refused = |kind: &str, least, most, levels| {
        Err(format!(
            "FOLDER/images.npy: holds '{kind}' of [1, 1, 2] from {least} to {most}, expected uint8; say with --levels \
             {levels} which values become 0 and 255"
        ))
    };
    let floats = |numbers: [f32; 2]| npy("<f4", "False", "(1, 1, 2)", &numbers.map(f32::to_le_bytes).concat());
    assert_eq!(with(&floats([0.25, 1.0]), None), refused("<f4", "0.25", "1", "0:1"));
    assert_eq!(with(&floats([0.25, 1.0]), Some("0:1")), Ok(vec![64, 255]));
    assert_eq!(with(&floats([7.0, 200.0]), None), refused("<f4", "7", "200", "0:255"));
    let nan = with(&floats([7.0, f32::NAN]), None);
    assert!(nan.clone().unwrap_err().starts_with("FOLDER/images.npy: holds values that are no numbers"), "{nan:?}");
    assert_eq!(with(&floats([7.0, f32::NAN]), Some("0:1")), nan);
    let words = npy(">u2", "False", "(1, 1, 2)", &[0x0f, 0xff, 0x08, 0x00]);
    assert_eq!(with(&words, None), refused(">u2", "2048", "4095", "2048:4095"));
    assert_eq!(with(&words, Some("0:4095")), Ok(vec![255, 128]));
    let signed = npy("|i1", "False", "(1, 1, 2)", &[0x80, 0x7f]);
    assert_eq!(with(&signed, None), refused("|i1", "-128", "127", "-128:127"));
    assert_eq!(with(&signed, Some("-128:127")), Ok(vec![0, 255]));
    let truth = npy("|b1", "False", "(1, 1, 2)", &[1, 0]);
    assert_eq!((with(&truth, None), with(&truth, Some("0:1"))), (refused("|b1", "0", "1", "0:1"), Ok(vec![255, 0])));
    assert_eq!(with(&npy("|u1", "False", "(1, 1, 2)", &[10, 20]), Some("0:20")), Ok(vec![128, 255]));
    assert!(with(&floats([0.0; 2])[..135], None).unwrap_err().contains("135 bytes, expected 136;"));
}

#[test]
fn labels_as_people_save_them() {
    let with = |labels: Vec<u8>| {
        let folder = folder(&[("images.npy", npy("|u1", "False", "(3, 1, 1)", &[1, 2, 3])), ("labels.npy", labels)]);
        let read = load(folder.path()).map(|dataset| (dataset.classes.join(" "), dataset.train.labels.unwrap()));
        read.map_err(|error| error.to_string().replace(&folder.path().display().to_string(), "FOLDER"))
    };
    let small = |labels: [u8; 3]| Ok(("0 1 2".to_owned(), labels.to_vec()));
    let floats = [2.0_f32, 0.0, 1.0].map(f32::to_le_bytes).concat();
    assert_eq!(with(npy("<f4", "False", "(3,)", &floats)), small([2, 0, 1]));
    assert_eq!(with(npy("|u1", "False", "(3, 1)", &[2, 0, 1])), small([2, 0, 1]));
    assert_eq!(with(npy("|b1", "False", "(3,)", &[1, 0, 1])), Ok(("0 1".to_owned(), vec![1, 0, 1])));
    assert_eq!(with(npy("|u1", "False", "(3, 3)", &[0, 0, 1, 1, 0, 0, 0, 1, 0])), small([2, 0, 1]));
    assert_eq!(with(npy("|u1", "True", "(3, 3)", &[0, 1, 0, 0, 0, 1, 1, 0, 0])), small([2, 0, 1]));
    assert_eq!(
        with(npy("<u2", "False", "(3,)", &[0, 2, 7, 0, 0, 2])),
        Ok(("7 512".to_owned(), vec![1, 0, 1])),
        "numbers beyond 255 are named, and counted in memory"
    );
    for row in [[0, 0, 0], [1, 1, 0], [0, 2, 0]] {
        let found = with(npy("|u1", "False", "(3, 3)", &[&[1, 0, 0, 0, 1, 0][..], &row].concat())).unwrap_err();
        assert!(
            found.starts_with(
                "FOLDER/labels.npy: holds '|u1' of [3, 3], in whose row 2 there is not one 1 among zeros,"
            ),
            "{found}"
        );
    }
    assert!(
        with(npy("<U4", "False", "(3,)", &[])).unwrap_err().contains("numpy.unique(labels, return_inverse=True)[1]")
    );
}

#[test]
fn an_archive_of_arrays_is_told_how_to_be_taken_apart() {
    let remedy = "is an archive of arrays; save each of them alone: \
                  numpy.save(\"train_images.npy\", numpy.load(\"FILE.npz\")[\"NAME\"])";
    assert_eq!(message(&[("mine.npz", b"PK\x03\x04".to_vec())]), format!("FOLDER/mine.npz: {remedy}"));
    assert_eq!(message(&[("images.npy", b"PK\x03\x04".to_vec())]), format!("FOLDER/images.npy: {remedy}"));
}

#[test]
fn classes_may_have_names() {
    let labels = npy("|u1", "False", "(2,)", &[2, 0]);
    let with = |names: &str| {
        [("images.npy", images()), ("labels.npy", labels.clone()), ("classes.txt", names.as_bytes().to_vec())]
    };
    let folder = folder(&with("T-shirt, red\ncoat\r\n\nboot"));
    let dataset = load(folder.path()).unwrap();
    assert_eq!(dataset.classes, ["T-shirt, red", "coat", "boot"]);
    assert_eq!(dataset.train.labels, Some(vec![2, 0]));
    // One without an image.
    assert!(message(&with("a\nb")).starts_with("FOLDER/classes.txt: 2 class names, expected 3; name each class"));
    assert!(message(&with(&"a\n".repeat(257))).starts_with("FOLDER/classes.txt: 257 class names, expected 3"));
    let unlabelled = [("images.npy", images()), ("classes.txt", b"a\n".to_vec())];
    assert!(load(self::folder(&unlabelled).path()).unwrap().classes.is_empty());
}
