//! Files that are cut short or altered: refused or read, but never a panic and never endless.

use dim_trainer::exchange::torch::{TorchError, read};
use rand::rngs::StdRng;
use rand::{Rng, SeedableRng};

use crate::files::load;

const FILES: [&str; 3] = ["tiny-checkpoint.pth", "tiny-module.pth", "tiny-legacy.pth"];

/// Whether everything that can be read of it was.
fn is_read(file: &[u8]) -> bool {
    let Ok(tensors) = read(file) else { return false };
    tensors
        .iter()
        .all(|tensor| tensor.values().is_ok() || tensor.name.contains("num_batches") || tensor.name.contains("step"))
}

#[test]
fn every_beginning_is_refused() {
    for name in FILES {
        let file = load(name);
        assert!(is_read(&file), "{name}");
        for len in (0..file.len()).step_by(97) {
            assert!(read(&file[..len]).is_err(), "{name} at {len}");
        }
    }
}

#[test]
fn altered_bytes_never_panic() {
    let mut random = StdRng::seed_from_u64(0);
    for name in FILES {
        let file = load(name);
        for _ in 0..2000 {
            let mut altered = file.clone();
            // Where the pickles are, mostly; the rest is numbers.
            let end = if random.random() { 6000 } else { file.len() };
            altered[random.random_range(0..end)] = random.random();
            let _ = is_read(&altered);
        }
    }
}

#[test]
fn a_wrong_number_is_noticed_by_its_checksum() {
    let mut file = load("tiny-checkpoint.pth");
    let storage = file.windows(2).position(|bytes| bytes == b"PK").unwrap();
    assert_eq!(storage, 0);
    let name = b"/data/0";
    let at = file.windows(name.len()).position(|bytes| bytes == name).unwrap() + 400;
    file[at] ^= 1;
    let error = read(&file).unwrap_err();
    assert!(matches!(&error, TorchError::Damaged(what) if what.contains("checksum")), "{error}");
}

/// A file of the older container whose object is this pickle.
fn legacy(object: &[u8]) -> Vec<u8> {
    [b"\x80\x02N.N.}.", object, b"]."].concat()
}

/// Dictionaries inside one another, each the only value of the one around it.
#[test]
fn values_as_deep_as_the_file_is_long_do_not_fill_the_stack() {
    for depth in [10, 1_000_000] {
        let object = [b"}".to_vec(), b"\x8c\x01k}".repeat(depth), b"s".repeat(depth), b".".to_vec()].concat();
        let error = read(&legacy(&object)).unwrap_err();
        let is_tangled = matches!(&error, TorchError::Damaged(what) if what.contains("without end"));
        assert_eq!(is_tangled, depth > 10, "{error}");
    }
}

/// Each of 60 dictionaries holds the next one twice, and a name of a thousand bytes.
#[test]
fn values_that_are_shared_are_not_visited_without_end() {
    let name = [b"X\xe8\x03\x00\x00".to_vec(), vec![b'n'; 1000]].concat();
    let mut object = b"}q\x00".to_vec();
    for below in 0..60_u8 {
        let last = [b"h", [below].as_slice()].concat();
        object.extend([b"0}q", [below + 1].as_slice(), &name, &last, b"s\x8c\x01b", &last, b"s"].concat());
    }
    object.push(b'.');
    let error = read(&legacy(&object)).unwrap_err();
    assert!(matches!(&error, TorchError::Damaged(what) if what.contains("without end")), "{error}");
}
