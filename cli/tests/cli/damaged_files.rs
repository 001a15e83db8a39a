//! Files that are missing, cut short or altered by one bit.

use std::fs;

use crate::place::Place;

const EMBED: [&str; 6] = ["embed", "encoder.dim", "--images", "data", "--out", "other.npy"];
const RESUME: [&str; 6] = ["train", "--resume", "--epochs", "2", "--out", "run"];

#[test]
fn dim_files() {
    let place = Place::trained();
    let whole = place.read("encoder.dim");
    let check = |damaged: &[u8], words: &[&str]| {
        place.write("encoder.dim", damaged);
        let words = [&["encoder.dim", "dim quantize"], words].concat();
        place.refuses(&["inspect", "encoder.dim"], &words);
        place.refuses(&EMBED, &words);
    };
    check(&[], &["not a .dim file"]);
    check(
        b"PK\x03\x04 this is something else, long enough to hold the fixed fields of a header .......",
        &["not a .dim file"],
    );
    check(&whole[..whole.len() - 1], &["truncated", &format!("{} bytes needed", whole.len())]);
    check(&whole[..1000], &["truncated", "1000 found"]);
    for position in (0..9).map(|part| (whole.len() - 1) * part / 8) {
        let mut damaged = whole.clone();
        damaged[position] ^= 4;
        check(&damaged, &[]);
    }
    fs::remove_file(place.path("encoder.dim")).unwrap();
    place.refuses(&["inspect", "encoder.dim"], &["encoder.dim", "No such file"]);
    place.refuses(&EMBED, &["encoder.dim", "No such file"]);
}

#[test]
fn checkpoints() {
    let place = Place::trained();
    let whole = place.read("run/checkpoint.tar");
    let check = |damaged: &[u8]| {
        place.write("run/checkpoint.tar", damaged);
        let words = ["run/checkpoint.tar", "damaged checkpoint", "train again"];
        place.refuses(&RESUME, &words);
        place.refuses(&["evaluate", "run"], &words);
        place.refuses(&["quantize", "run", "--out", "other.dim"], &words);
    };
    check(&[]);
    check(&whole[..whole.len() / 2]);
    check(b"no tape archive");
    for part in 1..5 {
        let mut damaged = whole.clone();
        damaged[whole.len() * part / 5] ^= 1;
        check(&damaged);
    }
}

/// The position in the checkpoint decides what is learned next, so it is as precious as the weights.
#[test]
fn a_checkpoint_with_another_position() {
    let place = Place::trained();
    let mut checkpoint = place.read("run/checkpoint.tar");
    let key = b"\"epoch\":";
    let digit = checkpoint.windows(key.len()).position(|window| window == key).unwrap() + key.len();
    assert_eq!(checkpoint[digit], b'1');
    checkpoint[digit] ^= 1;
    place.write("run/checkpoint.tar", checkpoint);
    place.refuses(&RESUME, &["run/checkpoint.tar", "damaged checkpoint"]);
}

#[test]
fn settings_of_another_run() {
    let place = Place::trained();
    place.edit("run/config.toml", "critic_units = 32", "critic_units = 33");
    for command in [&RESUME[..], &["evaluate", "run"]] {
        place.refuses(command, &["run/checkpoint.tar", "does not fit the config.toml beside it", "put back"]);
    }
    place.edit("run/config.toml", "critic_units", "critic_unit");
    place.refuses(&["evaluate", "run"], &["run/config.toml", "critic_unit"]);
    place.write("run/config.toml", "");
    place.write("run/dataset.json", "{\"name\":");
    place.refuses(&["evaluate", "run"], &["run/dataset.json", "damaged"]);
}

#[test]
fn data_files() {
    let place = Place::trained();
    let labels = place.read("data/t10k-labels-idx1-ubyte");
    let images = place.read("data/train-images-idx3-ubyte");
    let refused = |words: &[&str]| {
        place.refuses(&["train", "--preset", "edge28", "--data", "data", "--out", "other"], words);
        place.refuses(&["evaluate", "run"], words);
        place.refuses(&EMBED, words);
    };
    fs::remove_file(place.path("data/t10k-labels-idx1-ubyte")).unwrap();
    refused(&["data/t10k-labels-idx1-ubyte", "missing", "dim data fetch"]);
    place.write("data/t10k-labels-idx1-ubyte", &labels[..labels.len() - 1]);
    refused(&["data/t10k-labels-idx1-ubyte", "67 bytes, expected 68", "truncated", "fetch it again"]);
    place.write("data/t10k-labels-idx1-ubyte", labels);
    place.write("data/train-images-idx3-ubyte", [&[0x1f, 0x8b], &images[2..]].concat());
    refused(&["data/train-images-idx3-ubyte", "not an IDX file of images"]);
    fs::rename(place.path("data/train-images-idx3-ubyte"), place.path("data/train-images-idx3-ubyte.gz")).unwrap();
    refused(&["data/train-images-idx3-ubyte.gz", "cannot be read", "fetch it again"]);
    fs::remove_dir_all(place.path("data")).unwrap();
    refused(&["data: no such folder", "dim data fetch"]);
}

#[test]
fn data_that_changed_since_the_run_began() {
    let place = Place::trained();
    let mut images = place.read("data/train-images-idx3-ubyte");
    *images.last_mut().unwrap() ^= 1;
    place.write("data/train-images-idx3-ubyte", images);
    place.refuses(&RESUME, &["fingerprint", "resume with the same data"]);
}

#[test]
fn images_of_another_size() {
    let place = Place::trained();
    // The same pixels, stated as 14 rows of 56.
    for name in ["data/train-images-idx3-ubyte", "data/t10k-images-idx3-ubyte"] {
        let mut images = place.read(name);
        images[8..16].copy_from_slice(&[0, 0, 0, 14, 0, 0, 0, 56]);
        place.write(name, images);
    }
    place.refuses(&EMBED, &["encoder.dim takes 28x28x1", "data has 14x56x1"]);
    for command in [&["evaluate", "run"][..], &["quantize", "run", "--out", "other.dim"], &RESUME] {
        place.refuses(command, &["edge28 takes 28x28x1", "data has 14x56x1"]);
    }
}
