//! Folders as users have them, whole and damaged.

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};

use dim_model_format::Shape;
use flate2::Compression;
use flate2::write::GzEncoder;

use super::cifar::{CIFAR10, CIFAR100};
use super::stl10::Counts;
use super::*;

const SHAPE: Shape = Shape::new(32, 32, 3);

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

/// What a user is told, with the folder's own path left out.
fn told(folder: &Path, error: DataError) -> String {
    format!("{:#}", anyhow::Error::from(error)).replace(&folder.display().to_string(), "FOLDER")
}

/// The message that a user sees, with the folder's own path left out.
fn message(folder: &Path) -> String {
    let error = load(folder, SHAPE, 0).unwrap_err();
    told(folder, error)
}

#[test]
fn reads_idx_plain_and_packed() {
    let (_parent, folder) = folder("digits");
    write_idx(&folder);
    let plain = load(&folder, SHAPE, 0).unwrap();
    assert_eq!(plain.name, "digits");
    assert_eq!(plain.classes, ["0", "1", "2", "3"]);
    assert_eq!((plain.train.pixels.as_slice(), plain.train.labels.as_deref()), (&[1, 2, 3, 4][..], Some(&[3, 0][..])));
    assert_eq!((plain.test.pixels.as_slice(), plain.test.labels.as_deref()), (&[5, 6][..], Some(&[2][..])));
    assert_eq!(plain.train.image(1), [3, 4]);

    pack(&folder.join("train-images-idx3-ubyte"));
    pack(&folder.join("t10k-labels-idx1-ubyte"));
    assert_eq!(load(&folder, SHAPE, 0).unwrap(), plain);
}

#[test]
fn fashion_mnist_is_known_by_its_folder() {
    let (_parent, folder) = folder("Fashion-MNIST");
    write_idx(&folder);
    let dataset = load(&folder, SHAPE, 0).unwrap();
    assert_eq!((dataset.name.as_str(), dataset.classes.len()), ("fashion-mnist", 10));
    assert_eq!(dataset.classes[3], "Dress");
}

#[test]
fn paths_that_hold_no_data_set() {
    let (_parent, folder) = folder("empty");
    assert_eq!(
        message(&folder),
        "FOLDER: holds no data set; expected CIFAR-10, CIFAR-100 or STL-10 in the binary version, IDX files, \
         [train_]images.npy, or pictures; `dim data fetch` brings a set, docs/DATA.md shows the layouts"
    );
    assert_eq!(
        message(&folder.join("none")),
        "FOLDER: no such folder; `dim data fetch` brings one, such as cifar10, \
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
        "FOLDER/train-labels-idx1-ubyte: label 1 is 10, expected 0 to 9; the file is damaged, fetch it again"
    );
}

#[test]
fn a_class_that_is_only_held_out_is_said() {
    let (_parent, folder) = folder("mine");
    write_idx(&folder);
    fs::write(folder.join("t10k-labels-idx1-ubyte"), [0, 0, 8, 1, 0, 0, 0, 1, 5]).unwrap();
    let (dataset, look) = read(&folder, &Reading::of(SHAPE)).unwrap();
    assert_eq!((dataset.classes.len(), dataset.test.labels), (6, Some(vec![5])));
    assert!(look.warnings.iter().any(|line| line == "held out, but none to learn from, of class 5"), "{look:?}");
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
    let dataset = CIFAR10.with_records(2).load(&folder, usize::MAX).unwrap();
    assert_eq!((dataset.name.as_str(), dataset.train.len(), dataset.test.len()), ("cifar10", 10, 2));
    assert_eq!(dataset.train.shape, Shape::new(32, 32, 3));
    assert_eq!(dataset.train.labels, Some([0, 1].repeat(5)));
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
        told(&folder, CIFAR10.with_records(11).load(&folder, usize::MAX).unwrap_err()),
        "FOLDER/data_batch_1.bin: label 10 is 10, expected 0 to 9; the file is damaged, fetch it again"
    );
}

#[test]
fn cifar10_class_names_come_from_the_archive_if_they_are_there() {
    let (_parent, folder) = folder("cifar-10-batches-bin");
    write_cifar10(&folder, 1);
    fs::write(folder.join("batches.meta.txt"), "a\nb\nc\nd\ne\nf\ng\nh\ni\nj\n\n").unwrap();
    assert_eq!(CIFAR10.with_records(1).load(&folder, usize::MAX).unwrap().classes[9], "j");
    fs::write(folder.join("batches.meta.txt"), "a\nb\n").unwrap();
    assert_eq!(
        told(&folder, CIFAR10.with_records(1).load(&folder, usize::MAX).unwrap_err()),
        "FOLDER/batches.meta.txt: 2 class names, expected 10; name each class, or delete the file"
    );
}

#[test]
fn the_first_images_of_cifar10_may_end_in_any_file() {
    let (_parent, folder) = folder("cifar-10-batches-bin");
    write_cifar10(&folder, 2);
    let all = CIFAR10.with_records(2).load(&folder, usize::MAX).unwrap();
    for limit in [1, 2, 5, 10, 11] {
        let first = CIFAR10.with_records(2).load(&folder, limit).unwrap();
        assert_eq!((&first.train, &first.test), (&all.train.first(limit), &all.test));
    }
    // The files after the last image are looked at all the same.
    fs::write(folder.join("data_batch_5.bin"), [0; 3073]).unwrap();
    assert!(told(&folder, CIFAR10.with_records(2).load(&folder, 1).unwrap_err()).contains("3073 bytes, expected 6146"));
}

/// Records of superclass, class and planes that hold 1, 2 and 3.
fn write_cifar100(folder: &Path, labels: &[[u8; 2]]) {
    let record = |labels: &[u8; 2]| [&labels[..], &[1; 1024], &[2; 1024], &[3; 1024]].concat();
    for name in ["train.bin", "test.bin"] {
        fs::write(folder.join(name), labels.iter().flat_map(record).collect::<Vec<u8>>()).unwrap();
    }
}

#[test]
fn cifar100_has_the_class_in_its_second_byte() {
    let (_parent, folder) = folder("cifar-100-binary");
    write_cifar100(&folder, &[[19, 0], [0, 99]]);
    let dataset = CIFAR100.with_records(2).load(&folder, usize::MAX).unwrap();
    assert_eq!((dataset.name.as_str(), dataset.classes.len()), ("cifar100", 100));
    assert_eq!([&dataset.classes[0], &dataset.classes[50], &dataset.classes[99]], ["apple", "mouse", "worm"]);
    assert_eq!(dataset.train.labels, Some(vec![0, 99]));
    assert_eq!(dataset.test.pixels, [1, 2, 3].repeat(2 * 1024));

    fs::write(folder.join("fine_label_names.txt"), "one\ntwo\n").unwrap();
    let error = CIFAR100.with_records(2).load(&folder, usize::MAX).unwrap_err();
    assert!(told(&folder, error).starts_with("FOLDER/fine_label_names.txt: 2 class names, expected 100;"));
}

#[test]
fn damaged_files_of_cifar100() {
    let (_parent, folder) = folder("cifar-100-binary");
    write_cifar100(&folder, &[[0, 0], [20, 5]]);
    let error = |records| told(&folder, CIFAR100.with_records(records).load(&folder, usize::MAX).unwrap_err());
    assert!(error(2).starts_with("FOLDER/train.bin: label 1 is 20, expected 0 to 19;"));
    write_cifar100(&folder, &[[0, 100]]);
    assert!(error(1).starts_with("FOLDER/train.bin: label 0 is 100, expected 0 to 99;"));
    assert!(message(&folder).starts_with("FOLDER/train.bin: 3074 bytes, expected 153700000; the file is truncated"));
    fs::remove_file(folder.join("train.bin")).unwrap();
    assert_eq!(message(&folder), "FOLDER/train.bin: missing; unpack cifar-100-binary.tar.gz again, which holds it");
}

const FEW: Counts = Counts { train: 2, unlabelled: 3, test: 1 };

/// Images whose pixels tell their place: red the row, green the column, blue the image, counted from `first`.
fn write_stl10(folder: &Path) {
    let image = |number: u8| {
        let plane = |value: fn(u8, u8, u8) -> u8| {
            (0..96).flat_map(move |column| (0..96).map(move |row| value(row, column, number)))
        };
        plane(|row, _, _| row).chain(plane(|_, column, _| column)).chain(plane(|_, _, number| number))
    };
    for (name, numbers) in [("train", 0..2), ("unlabeled", 10..13), ("test", 20..21)] {
        fs::write(folder.join(format!("{name}_X.bin")), numbers.flat_map(image).collect::<Vec<u8>>()).unwrap();
    }
    fs::write(folder.join("train_y.bin"), [10, 1]).unwrap();
    fs::write(folder.join("test_y.bin"), [3]).unwrap();
}

#[test]
fn stl10_is_turned_and_its_unlabelled_images_have_no_class() {
    let (_parent, folder) = folder("stl10_binary");
    write_stl10(&folder);
    let dataset = stl10::load(&folder, usize::MAX, FEW).unwrap();
    assert_eq!((dataset.name.as_str(), dataset.train.shape), ("stl10", Shape::new(96, 96, 3)));
    assert_eq!([dataset.train.len(), dataset.unlabelled.len(), dataset.test.len()], [2, 3, 1]);
    assert_eq!((dataset.train.labels.as_deref(), dataset.test.labels.as_deref()), (Some(&[9, 0][..]), Some(&[2][..])));
    assert_eq!(dataset.unlabelled.labels, None);
    assert_eq!((dataset.classes[0].as_str(), dataset.classes[9].as_str()), ("airplane", "truck"));
    for (images, first) in [(&dataset.train, 0), (&dataset.unlabelled, 10), (&dataset.test, 20)] {
        for (at, pixel) in images.pixels.chunks(3).enumerate() {
            assert_eq!(pixel, [(at / 96 % 96) as u8, (at % 96) as u8, (at / 96 / 96) as u8 + first]);
        }
    }
    assert_eq!(dataset.labels().unwrap().train, [9, 0], "evaluation sees labelled images only");

    for (limit, lens) in [(1, [1, 0]), (2, [2, 0]), (4, [2, 2]), (9, [2, 3])] {
        let mut expected = dataset.clone();
        expected.limit_training(limit);
        assert_eq!(stl10::load(&folder, limit, FEW).unwrap(), expected);
        assert_eq!([expected.train.len(), expected.unlabelled.len()], lens);
    }
}

#[test]
fn damaged_files_of_stl10() {
    let (_parent, folder) = folder("stl10_binary");
    write_stl10(&folder);
    let error = || told(&folder, stl10::load(&folder, usize::MAX, FEW).unwrap_err());
    for label in [0, 11] {
        fs::write(folder.join("train_y.bin"), [10, label]).unwrap();
        assert_eq!(
            error(),
            format!("FOLDER/train_y.bin: label 1 is {label}, expected 1 to 10; the file is damaged, fetch it again")
        );
    }
    fs::write(folder.join("train_y.bin"), [10, 1]).unwrap();
    fs::write(folder.join("unlabeled_X.bin"), [0; 3 * 27_648 - 1]).unwrap();
    assert!(error().starts_with("FOLDER/unlabeled_X.bin: 82943 bytes, expected 82944; the file is truncated"));
    fs::remove_file(folder.join("unlabeled_X.bin")).unwrap();
    assert_eq!(error(), "FOLDER/unlabeled_X.bin: missing; unpack stl10_binary.tar.gz again, which holds it");
    assert!(message(&folder).starts_with("FOLDER/train_X.bin: 55296 bytes, expected 138240000;"));
}
