//! Named files out of packed ones.

use std::fs::{self, File};
use std::io::{self, BufReader, BufWriter, Write};
use std::path::Path;

use flate2::read::MultiGzDecoder;

use super::error::SourceError;

/// Writes the named files of `root` in a `.tar.gz` into a folder; whatever else is in it stays there.
pub(super) fn extract(packed: &Path, root: &str, names: &[&str], folder: &Path) -> Result<(), SourceError> {
    let packed_name = file_name(packed);
    let file = File::open(packed).map_err(SourceError::file(&packed_name))?;
    let mut archive = tar::Archive::new(MultiGzDecoder::new(BufReader::new(file)));
    let mut missing: Vec<&str> = names.to_vec();
    for entry in archive.entries().map_err(SourceError::file(&packed_name))? {
        let mut entry = entry.map_err(SourceError::file(&packed_name))?;
        let path = entry.path().map_err(SourceError::file(&packed_name))?.into_owned();
        let Some(at) = missing.iter().position(|name| path == Path::new(root).join(name)) else { continue };
        // A name from our own list, never one from the archive, so nothing lands outside.
        let name = missing.swap_remove(at);
        write(&mut entry, &folder.join(name)).map_err(SourceError::file(name))?;
    }
    match missing.first() {
        Some(name) => Err(SourceError::content(packed_name, format!("no {root}/{name}"), "it among the files")),
        None => Ok(()),
    }
}

/// Unpacks a `.gz` file.
pub(super) fn unpack(packed: &Path, path: &Path) -> Result<(), SourceError> {
    let unpack = || write(&mut MultiGzDecoder::new(BufReader::new(File::open(packed)?)), path);
    unpack().map_err(SourceError::file(file_name(packed)))
}

/// Name of the file in a folder that starts and ends like this.
pub(super) fn find(folder: &Path, start: &str, extension: &str) -> Result<String, SourceError> {
    let entries = fs::read_dir(folder).map_err(SourceError::file(file_name(folder)))?;
    let mut names = entries.filter_map(|entry| entry.ok()?.file_name().into_string().ok());
    names
        .find(|name| name.starts_with(start) && name.ends_with(&format!(".{extension}")))
        .ok_or_else(|| SourceError::content(start, "no file", format!("{start}*.{extension}")))
}

/// Last part of a path, for messages.
pub(super) fn file_name(path: &Path) -> String {
    path.file_name().unwrap_or(path.as_os_str()).to_string_lossy().into_owned()
}

fn write(reader: &mut dyn io::Read, path: &Path) -> io::Result<()> {
    let mut file = BufWriter::new(File::create(path)?);
    io::copy(reader, &mut file)?;
    file.flush()
}

#[cfg(test)]
mod tests {
    use flate2::Compression;
    use flate2::write::GzEncoder;

    use super::*;

    fn packed(folder: &Path, files: &[(&str, &str)]) -> std::path::PathBuf {
        let mut builder = tar::Builder::new(GzEncoder::new(Vec::new(), Compression::fast()));
        for (name, content) in files {
            let mut header = tar::Header::new_gnu();
            header.set_size(content.len() as u64);
            header.set_mode(0o644);
            builder.append_data(&mut header, name, content.as_bytes()).unwrap();
        }
        let path = folder.join("made.tar.gz");
        fs::write(&path, builder.into_inner().unwrap().finish().unwrap()).unwrap();
        path
    }

    #[test]
    fn extracts_only_what_is_named() {
        let folder = tempfile::tempdir().unwrap();
        let path =
            packed(folder.path(), &[("root/b", "second"), ("a", "other"), ("root/a", "first"), ("root/c", "no")]);
        let out = folder.path().join("out");
        fs::create_dir(&out).unwrap();
        extract(&path, "root", &["a", "b"], &out).unwrap();
        let mut names: Vec<_> = fs::read_dir(&out).unwrap().map(|entry| entry.unwrap().file_name()).collect();
        names.sort();
        assert_eq!(names, ["a", "b"]);
        assert_eq!(fs::read_to_string(out.join("a")).unwrap(), "first");
        assert_eq!(fs::read_to_string(out.join("b")).unwrap(), "second");
    }

    #[test]
    fn a_file_that_is_not_in_the_archive_is_named() {
        let folder = tempfile::tempdir().unwrap();
        let path = packed(folder.path(), &[("root/a", "first")]);
        let error = extract(&path, "root", &["a", "b"], folder.path()).unwrap_err();
        assert_eq!(error.to_string(), "made.tar.gz: found no root/b, expected it among the files");
    }

    #[test]
    fn a_page_in_place_of_an_archive_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("page.gz");
        fs::write(&path, "<html>Please log in to this network.</html>").unwrap();
        assert_eq!(unpack(&path, &folder.path().join("page")).unwrap_err().to_string(), "page.gz: invalid gzip header");
        assert_eq!(
            extract(&path, "root", &["a"], folder.path()).unwrap_err().to_string(),
            "page.gz: invalid gzip header"
        );
    }
}
