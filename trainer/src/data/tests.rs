//! Folders as users have them, whole and damaged.

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};

use flate2::Compression;
use flate2::write::GzEncoder;

use super::*;

/// A folder of this name in a temporary one, which is removed with it.
fn folder(name: &str) -> (tempfile::TempDir, PathBuf) {
    let parent = tempfile::tempdir().unwrap();
    let folder = parent.path().join(name);
    fs::create_dir(&folder).unwrap();
    (parent, folder)
}

/// Two training images and one test image of 1x2 pixels.
fn write_idx(folder: &Path) {
    let images = |count: u8| [0, 0, 8, 3, 0, 0, 0, count, 0, 0, 0, 1, 0, 0, 0, 2];
    fs::write(folder.join("train-images-idx3-ubyte"), [&images(2)[..], &[1, 2, 3, 4]].concat()).unwrap();
    fs::write(folder.join("train-labels-idx1-ubyte"), [0, 0, 8, 1, 0, 0, 0, 2, 3, 0]).unwrap();
    fs::write(folder.join("t10k-images-idx3-ubyte"), [&images(1)[..], &[5, 6]].concat()).unwrap();
    fs::write(folder.join("t10k-labels-idx1-ubyte"), [0, 0, 8, 1, 0, 0, 0, 1, 2]).unwrap();
}

fn pack(path: &Path) {
    let mut packed = GzEncoder::new(Vec::new(), Compression::fast());
    packed.write_all(&fs::read(path).unwrap()).unwrap();
    fs::write(format!("{}.gz", path.display()), packed.finish().unwrap()).unwrap();
    fs::remove_file(path).unwrap();
}

/// The message that a user sees, with the folder's own path left out.
fn message(folder: &Path) -> String {
    let error = anyhow::Error::from(load(folder).unwrap_err());
    format!("{error:#}").replace(&folder.display().to_string(), "FOLDER")
}

#[test]
fn reads_idx_plain_and_packed() {
    let (_parent, folder) = folder("digits");
    write_idx(&folder);
    let plain = load(&folder).unwrap();
    assert_eq!(plain.name, "digits");
    assert_eq!(plain.classes, ["0", "1", "2", "3"]);
    assert_eq!((plain.train.pixels.as_slice(), plain.train.labels.as_slice()), (&[1, 2, 3, 4][..], &[3, 0][..]));
    assert_eq!((plain.test.pixels.as_slice(), plain.test.labels.as_slice()), (&[5, 6][..], &[2][..]));
    assert_eq!(plain.train.image(1), [3, 4]);

    pack(&folder.join("train-images-idx3-ubyte"));
    pack(&folder.join("t10k-labels-idx1-ubyte"));
    assert_eq!(load(&folder).unwrap(), plain);
}

#[test]
fn fashion_mnist_is_known_by_its_folder() {
    let (_parent, folder) = folder("Fashion-MNIST");
    write_idx(&folder);
    let dataset = load(&folder).unwrap();
    assert_eq!((dataset.name.as_str(), dataset.classes.len()), ("fashion-mnist", 10));
    assert_eq!(dataset.classes[3], "Dress");
}

#[test]
fn paths_that_hold_no_data_set() {
    let (_parent, folder) = folder("empty");
    assert_eq!(
        message(&folder),
        "FOLDER: holds no data set; expected data_batch_1.bin (CIFAR-10) or train-images-idx3-ubyte[.gz] (IDX), \
         `dim data fetch` brings one"
    );
    assert_eq!(
        message(&folder.join("none")),
        "FOLDER: no such folder; `dim data fetch` brings cifar10, mnist or fashion-mnist, \
         or name a folder that holds one"
    );
    let file = folder.join("file");
    fs::write(&file, []).unwrap();
    assert_eq!(message(&file), "FOLDER: is a file; name the folder that holds the data set");
}

#[test]
fn a_missing_file_is_named_with_its_remedy() {
    let (_parent, mnist) = folder("mnist");
    write_idx(&mnist);
    fs::remove_file(mnist.join("t10k-labels-idx1-ubyte")).unwrap();
    assert_eq!(
        message(&mnist),
        "FOLDER/t10k-labels-idx1-ubyte: missing; `dim data fetch mnist` brings every file of mnist"
    );
    let (_parent, fashion) = folder("fashion-mnist");
    write_idx(&fashion);
    fs::remove_file(fashion.join("train-images-idx3-ubyte")).unwrap();
    assert_eq!(
        message(&fashion),
        "FOLDER/train-images-idx3-ubyte: missing; `dim data fetch fashion-mnist` brings every file of fashion-mnist"
    );
}

#[test]
fn a_truncated_or_damaged_packed_file_is_named() {
    let (_parent, folder) = folder("mnist");
    write_idx(&folder);
    pack(&folder.join("train-images-idx3-ubyte"));
    let path = folder.join("train-images-idx3-ubyte.gz");
    let packed = fs::read(&path).unwrap();
    let advice = "cannot be read; if the file is damaged, delete it and fetch it again";

    fs::write(&path, &packed[..packed.len() - 9]).unwrap();
    let truncated = message(&folder);
    assert!(truncated.starts_with(&format!("FOLDER/train-images-idx3-ubyte.gz: {advice}: ")), "{truncated}");

    let mut wrong_sum = packed.clone();
    wrong_sum[packed.len() - 8] ^= 1;
    fs::write(&path, wrong_sum).unwrap();
    let damaged = message(&folder);
    assert!(damaged.starts_with(&format!("FOLDER/train-images-idx3-ubyte.gz: {advice}: ")), "{damaged}");
}

#[test]
fn labels_of_no_class_are_refused() {
    let (_parent, folder) = folder("fashion-mnist");
    write_idx(&folder);
    fs::write(folder.join("train-labels-idx1-ubyte"), [0, 0, 8, 1, 0, 0, 0, 2, 9, 10]).unwrap();
    assert_eq!(
        message(&folder),
        "FOLDER/train-labels-idx1-ubyte: label 1 is 10, expected less than 10; the file is damaged, fetch it again"
    );
}

#[test]
fn a_test_label_beyond_those_trained_on_is_refused() {
    let (_parent, folder) = folder("mine");
    write_idx(&folder);
    fs::write(folder.join("t10k-labels-idx1-ubyte"), [0, 0, 8, 1, 0, 0, 0, 1, 4]).unwrap();
    assert!(message(&folder).starts_with("FOLDER/t10k-labels-idx1-ubyte: label 0 is 4, expected less than 4;"));
}

#[test]
fn test_images_must_have_the_shape_of_training_images() {
    let (_parent, folder) = folder("mixed");
    write_idx(&folder);
    let tall = [0, 0, 8, 3, 0, 0, 0, 1, 0, 0, 0, 2, 0, 0, 0, 1, 5, 6];
    fs::write(folder.join("t10k-images-idx3-ubyte"), tall).unwrap();
    assert_eq!(
        message(&folder),
        "FOLDER: test images of 2x1x1, expected 1x2x1 as in training; put files of one data set in the folder"
    );
}

/// Records whose red, green and blue planes count from 0, 100 and 200, wrapping.
fn write_cifar10(folder: &Path, records: u8) {
    for name in ["data_batch_1", "data_batch_2", "data_batch_3", "data_batch_4", "data_batch_5", "test_batch"] {
        let record = |label: u8| {
            let planes = [0u8, 100, 200].map(|start| (0..1024u32).map(move |at| (at as u8).wrapping_add(start)));
            [label].into_iter().chain(planes.into_iter().flatten())
        };
        fs::write(folder.join(format!("{name}.bin")), (0..records).flat_map(record).collect::<Vec<u8>>()).unwrap();
    }
}

#[test]
fn reads_cifar10_with_channels_innermost() {
    let (_parent, folder) = folder("cifar-10-batches-bin");
    write_cifar10(&folder, 2);
    let dataset = cifar10::load(&folder, 2).unwrap();
    assert_eq!((dataset.name.as_str(), dataset.train.len(), dataset.test.len()), ("cifar10", 10, 2));
    assert_eq!(dataset.train.shape, Shape::new(32, 32, 3));
    assert_eq!(dataset.train.labels, [0, 1, 0, 1, 0, 1, 0, 1, 0, 1]);
    assert_eq!(dataset.train.image(9)[..6], [0, 100, 200, 1, 101, 201]);
    // The last pixel, 1023, is 255 in red.
    assert_eq!(dataset.test.image(1)[3069..], [255, 99, 199]);
    assert_eq!((dataset.classes[0].as_str(), dataset.classes[9].as_str()), ("airplane", "truck"));
}

#[test]
fn cifar10_files_must_have_every_record() {
    let (_parent, folder) = folder("cifar-10-batches-bin");
    write_cifar10(&folder, 2);
    assert_eq!(
        message(&folder),
        "FOLDER/data_batch_1.bin: 6146 bytes, expected 30730000; the file is truncated or damaged, \
         delete it and fetch it again"
    );
    fs::remove_file(folder.join("data_batch_1.bin")).unwrap();
    assert_eq!(
        message(&folder),
        "FOLDER/data_batch_1.bin: missing; `dim data fetch cifar10` brings every file of cifar10"
    );
}

#[test]
fn cifar10_labels_are_checked() {
    let (_parent, folder) = folder("cifar-10-batches-bin");
    write_cifar10(&folder, 11);
    assert_eq!(
        cifar10::load(&folder, 11).unwrap_err().to_string().replace(&folder.display().to_string(), "FOLDER"),
        "FOLDER/data_batch_1.bin: label 10 is 10, expected less than 10; the file is damaged, fetch it again"
    );
}

#[test]
fn cifar10_class_names_come_from_the_archive_if_they_are_there() {
    let (_parent, folder) = folder("cifar-10-batches-bin");
    write_cifar10(&folder, 1);
    fs::write(folder.join("batches.meta.txt"), "a\nb\nc\nd\ne\nf\ng\nh\ni\nj\n\n").unwrap();
    assert_eq!(cifar10::load(&folder, 1).unwrap().classes[9], "j");
    fs::write(folder.join("batches.meta.txt"), "a\nb\n").unwrap();
    assert_eq!(
        cifar10::load(&folder, 1).unwrap_err().to_string().replace(&folder.display().to_string(), "FOLDER"),
        "FOLDER/batches.meta.txt: 2 class names, expected 10; delete the file to use the usual names"
    );
}
