//! Files that appear whole or not at all.
//!
//! A symbolic link is followed. What is no regular file, such as a device or a pipe, cannot appear: it is written through.

use std::fs::{self, File, OpenOptions, Permissions};
use std::io::{self, ErrorKind, Write};
use std::path::{Path, PathBuf};

use anyhow::Context;

/// Links that are followed at most, as many as Linux follows.
const MOST_LINKS: usize = 40;

/// Writes `bytes` to a temporary file beside `path`, flushes it to the disk and renames it. The file keeps the
/// permissions of the one that it replaces.
///
/// # Errors
/// Naming `path`; whatever stood there before is untouched.
pub fn write(path: &Path, bytes: &[u8]) -> anyhow::Result<()> {
    let written = destination(path).and_then(|destination| match destination {
        Destination::Through(mut device) => device.write_all(bytes),
        Destination::File(file) => replace(&file, bytes),
    });
    written.with_context(|| format!("writing {}", path.display()))
}

/// Writes a file that is not there yet, with these permissions for its owner, group and others. Returns whether it is a
/// file, which is not so of what is written through.
///
/// # Errors
/// Naming `path`, if it is there already or cannot be written.
pub fn write_new(path: &Path, bytes: &[u8], mode: u32) -> anyhow::Result<bool> {
    let written = destination(path).and_then(|destination| match destination {
        Destination::Through(mut device) => device.write_all(bytes).map(|()| false),
        Destination::File(file) => {
            let mut file = with_mode(OpenOptions::new().write(true).create_new(true), mode).open(file)?;
            file.write_all(bytes).and_then(|()| file.sync_all()).map(|()| true)
        }
    });
    written.with_context(|| format!("writing {}", path.display()))
}

/// Moves a file to its place on the same disk, or copies it through.
///
/// # Errors
/// The system's.
pub fn place(staged: &Path, path: &Path) -> io::Result<()> {
    let mut bytes = File::open(staged)?;
    match destination(path)? {
        Destination::Through(mut device) => io::copy(&mut bytes, &mut device).map(drop),
        Destination::File(file) => bytes.sync_all().and_then(|()| fs::rename(staged, file)),
    }
}

/// What a path leads to.
enum Destination {
    /// No regular file.
    Through(File),
    /// A regular file, which need not be there yet.
    File(PathBuf),
}

fn destination(path: &Path) -> io::Result<Destination> {
    match fs::metadata(path) {
        Ok(found) if found.is_file() => path.canonicalize().map(Destination::File),
        Ok(found) if found.is_dir() => Err(ErrorKind::IsADirectory.into()),
        Ok(_) => OpenOptions::new().write(true).open(path).map(Destination::Through),
        Err(error) if error.kind() == ErrorKind::NotFound => end_of_links(path).map(Destination::File),
        Err(error) => Err(error),
    }
}

/// Where a link leads that leads to nothing yet.
fn end_of_links(path: &Path) -> io::Result<PathBuf> {
    let mut end = path.to_owned();
    for _ in 0..MOST_LINKS {
        let Ok(next) = fs::read_link(&end) else { return Ok(end) };
        end = folder(&end).join(next);
    }
    Err(io::Error::other("too many symbolic links"))
}

fn folder(path: &Path) -> &Path {
    match path.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        _ => Path::new("."),
    }
}

fn replace(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let folder = folder(path);
    fs::create_dir_all(folder)?;
    let mut builder = tempfile::Builder::new();
    builder.prefix(".dim-").suffix(".tmp");
    // As public as any other new file, where a temporary one is private to its owner.
    #[cfg(unix)]
    builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o666));
    let mut file = builder.tempfile_in(folder)?;
    if let Ok(before) = fs::metadata(path) {
        keep_permissions(file.as_file(), before.permissions())?;
    }
    file.write_all(bytes)?;
    file.as_file().sync_all()?;
    file.persist(path).map_err(|error| error.error)?;
    Ok(())
}

/// A file that only its owner could write may stay so; elsewhere than on Unix a read-only one could not be renamed.
fn keep_permissions(file: &File, before: Permissions) -> io::Result<()> {
    if cfg!(unix) { file.set_permissions(before) } else { Ok(()) }
}

#[cfg(unix)]
fn with_mode(options: &mut OpenOptions, mode: u32) -> &mut OpenOptions {
    std::os::unix::fs::OpenOptionsExt::mode(options, mode)
}

#[cfg(not(unix))]
fn with_mode(options: &mut OpenOptions, _: u32) -> &mut OpenOptions {
    options
}

#[cfg(unix)]
#[cfg(test)]
mod tests;
