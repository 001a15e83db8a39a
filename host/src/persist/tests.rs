//! Files, links, pipes and devices as people name them behind `-o`.

use std::io::Read;
use std::os::unix::fs::{FileTypeExt, PermissionsExt, symlink};

use super::*;

fn mode(path: &Path) -> u32 {
    fs::metadata(path).unwrap().permissions().mode() & 0o777
}

#[test]
fn a_file_is_replaced_whole_and_keeps_its_permissions() {
    let place = tempfile::tempdir().unwrap();
    let file = place.path().join("new/file");
    write(&file, b"one").unwrap();
    // Neither private, as a temporary file is, nor an executable.
    assert_eq!(mode(&file) & 0o711, 0o600);
    fs::set_permissions(&file, Permissions::from_mode(0o640)).unwrap();
    write(&file, b"two").unwrap();
    assert_eq!((fs::read(&file).unwrap(), mode(&file)), (b"two".to_vec(), 0o640));
    assert_eq!(fs::read_dir(file.parent().unwrap()).unwrap().count(), 1);
}

#[test]
fn links_are_followed_and_stay() {
    let place = tempfile::tempdir().unwrap();
    let [link, second, file] = ["link", "second", "folder/file"].map(|name| place.path().join(name));
    symlink("second", &link).unwrap();
    symlink("folder/file", &second).unwrap();
    // First one that leads to nothing, then one that leads to a file.
    for bytes in [b"one", b"two"] {
        write(&link, bytes).unwrap();
        assert_eq!(fs::read(&file).unwrap(), bytes);
    }
    let staged = place.path().join("staged");
    fs::write(&staged, "three").unwrap();
    super::place(&staged, &link).unwrap();
    assert_eq!(fs::read(&file).unwrap(), b"three");
    assert!(link.is_symlink() && second.is_symlink() && !file.is_symlink() && !staged.exists());

    let circle = place.path().join("circle");
    symlink("circle", &circle).unwrap();
    assert!(write(&circle, b"one").unwrap_err().to_string().starts_with("writing "));
}

#[test]
fn a_key_is_private_and_never_replaces_a_file() {
    let place = tempfile::tempdir().unwrap();
    let [link, file] = ["link", "file"].map(|name| place.path().join(name));
    symlink("file", &link).unwrap();
    assert!(write_new(&link, b"one", 0o600).unwrap());
    assert_eq!((fs::read(&file).unwrap(), mode(&file)), (b"one".to_vec(), 0o600));
    assert!(write_new(&link, b"two", 0o600).is_err() && write_new(&file, b"two", 0o600).is_err());
    assert_eq!(fs::read(&file).unwrap(), b"one");
}

/// A pipe stands for a device, which only root could make anew if it were replaced.
#[test]
fn what_is_no_file_is_written_through() {
    let place = tempfile::tempdir().unwrap();
    let [pipe, link, staged] = ["pipe", "link", "staged"].map(|name| place.path().join(name));
    assert!(std::process::Command::new("mkfifo").arg(&pipe).status().unwrap().success());
    symlink("pipe", &link).unwrap();
    let writes: [&dyn Fn(&Path); 3] = [
        &|path| write(path, b"bytes").unwrap(),
        &|path| assert!(!write_new(path, b"bytes", 0o600).unwrap()),
        &|path| super::place(&staged, path).unwrap(),
    ];
    for write in writes {
        fs::write(&staged, "bytes").unwrap();
        for path in [&pipe, &link] {
            std::thread::scope(|scope| {
                let reader = scope.spawn(|| {
                    let mut bytes = Vec::new();
                    File::open(&pipe).unwrap().read_to_end(&mut bytes).unwrap();
                    bytes
                });
                write(path);
                assert_eq!(reader.join().unwrap(), b"bytes");
            });
            assert!(fs::symlink_metadata(&pipe).unwrap().file_type().is_fifo() && link.is_symlink());
        }
    }
    write(Path::new("/dev/null"), b"bytes").unwrap();
    assert!(fs::metadata("/dev/null").unwrap().file_type().is_char_device());
}

#[test]
fn a_folder_is_named() {
    let place = tempfile::tempdir().unwrap();
    let error = format!("{:#}", write(place.path(), b"bytes").unwrap_err());
    assert_eq!(error, format!("writing {}: is a directory", place.path().display()));
}
