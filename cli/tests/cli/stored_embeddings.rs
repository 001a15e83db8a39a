//! What `dim embed` and `dim prototypes` leave on the disk says whose it is, and is not mixed with another encoder's.

use std::fs;

use crate::place::{Place, keys};

const EMBED: [&str; 6] = ["embed", "encoder.dim", "--images", "data", "--out", "y.npy"];

/// The 16 bytes that a file of embeddings ends with, in hexadecimal.
fn stamp(file: &[u8]) -> String {
    file[file.len() - 16..].iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Another encoder of the same shapes.
fn other_encoder(place: &Place) {
    place.succeeds(&["quantize", "run", "--out", "other.dim", "--calibration", "3", "--budget", "1"]);
    assert_ne!(place.json(&["inspect", "other.dim"])["identity"], place.json(&["inspect", "encoder.dim"])["identity"]);
}

#[test]
fn embeddings_are_stamped() {
    let place = Place::trained();
    let summary = place.json(&EMBED);
    assert_eq!(summary["identity"], place.json(&["inspect", "encoder.dim"])["identity"]);
    assert_eq!(summary["identity"], stamp(&place.read("y.npy")));
    assert!(summary["images_per_second"].as_f64().unwrap() > 0.0);
}

#[test]
fn means_of_views_are_written_in_the_place_of_embeddings() {
    let place = Place::trained();
    let plain = place.json(&EMBED);
    assert_eq!(plain["mean_of"], serde_json::Value::Null);
    let embeddings = place.read("y.npy");
    let means = ["moved", "moved-mirrored"].map(|views| {
        let summary = place.json(&[&EMBED[..], &["--mean-of", views]].concat());
        assert_eq!((&summary["mean_of"], &summary["shape"]), (&serde_json::json!(views), &plain["shape"]));
        place.read("y.npy")
    });
    assert!(means.iter().all(|file| file.len() == embeddings.len() && stamp(file) == stamp(&embeddings)));
    assert!(means[0] != embeddings && means[1] != embeddings && means[0] != means[1]);
    let said = place.succeeds(&[&EMBED[..], &["--mean-of", "moved"]].concat());
    assert!(said.contains("means of 5 views"), "{said}");
    // Codes are a device's, which computes no means; and nobody could tell means from embeddings in one file.
    for other in ["--codes", "--append"] {
        let output = place.dim(&[&EMBED[..], &["--mean-of", "moved", other]].concat());
        assert_eq!(output.status.code(), Some(2), "{other}");
    }
}

#[test]
fn embeddings_of_one_encoder_are_appended() {
    let place = Place::trained();
    let append = [&EMBED[..], &["--codes", "--append"]].concat();
    let first = place.json(&append);
    let once = place.read("y.npy");
    let second = place.json(&append);
    let images = first["images"].as_u64().unwrap();
    assert_eq!([&first["stored"], &second["stored"]], [images, 2 * images]);
    let twice = place.read("y.npy");
    let units = first["units"].as_u64().unwrap();
    let count = usize::try_from(images * units).unwrap();
    // The codes stand before the second array, whose length is the same in both files.
    let stamp = once.len() - 128 - count;
    let [once, twice] = [&once, &twice].map(|file| &file[128..file.len() - stamp]);
    assert_eq!(twice, [once, once].concat());
}

#[test]
fn embeddings_of_two_encoders_are_not_mixed() {
    let place = Place::trained();
    other_encoder(&place);
    place.succeeds(&EMBED);
    let before = place.snapshot();
    let other = ["embed", "other.dim", "--images", "data", "--out", "y.npy", "--append"];
    place.refuses(&other, &["y.npy", "embeddings of two encoders cannot be compared", "write another file"]);
    place.refuses(&[&EMBED[..], &["--append", "--codes"]].concat(), &["y.npy", "real numbers", "--codes"]);
    place.write("y.npy", "no embeddings");
    place.refuses(&[&EMBED[..], &["--append"]].concat(), &["y.npy", "not a file of `dim embed`"]);
    fs::write(place.path("y.npy"), &before[std::path::Path::new("y.npy")]).unwrap();
    place.assert_unchanged(&before);
    // Without --append the file is replaced, as any output is.
    place.succeeds(&other[..6]);
}

#[test]
fn prototypes() {
    let place = Place::trained();
    let summary = place.json(&["prototypes", "encoder.dim", "--images", "data", "--out", "classes.bin"]);
    assert_eq!(
        keys(&summary),
        ["accuracy", "bytes", "classes", "identity", "images", "left_out", "test_images", "units"]
    );
    let file = place.read("classes.bin");
    assert_eq!(summary["bytes"], file.len());
    let [encoder, units] = [place.read("encoder.dim"), file[12..14].to_vec()];
    let model = dim_model_format::Model::parse(&encoder).unwrap();
    assert_eq!(summary["units"], u16::from_le_bytes([units[0], units[1]]));
    let prototypes = dim_model_format::Prototypes::parse(&file, &model).unwrap();
    let names: Vec<_> = prototypes.classes().map(|(name, _)| name).collect();
    assert_eq!(summary["classes"], serde_json::json!(names));
    assert!((0.0..=1.0).contains(&summary["accuracy"].as_f64().unwrap()));

    other_encoder(&place);
    let other = place.read("other.dim");
    let other = dim_model_format::Model::parse(&other).unwrap();
    assert!(dim_model_format::Prototypes::parse(&file, &other).is_err());
}

#[test]
fn prototypes_need_every_class() {
    let place = Place::trained();
    fs::create_dir(place.path("unlabelled")).unwrap();
    let images = [b"\x00\x00\x08\x03\x00\x00\x00\x01\x00\x00\x00\x1c\x00\x00\x00\x1c".to_vec(), vec![9; 784]].concat();
    place.write("unlabelled/train-images-idx3-ubyte", images);
    place.refuses(&["prototypes", "encoder.dim", "--images", "unlabelled", "--out", "classes.bin"], &["unlabelled"]);
    assert!(!place.path("classes.bin").exists());
}
