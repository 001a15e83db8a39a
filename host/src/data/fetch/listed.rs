//! The files of a data set that has thousands: a list of their MD5s, as `md5sum` writes it, whose own MD5 is known.

use std::fs;
use std::io;
use std::path::Path;

use super::error::SourceError;
use super::gate::{KnownFile, md5_of};

/// What is known of the files of a data set.
#[derive(Debug, Clone, Copy)]
pub(super) enum Files {
    /// Each of them.
    Named(&'static [KnownFile]),
    /// A list of the others.
    Listed(&'static KnownFile),
}

impl Files {
    /// All files as far as they are known: a list that is wrong or is not in `folder` tells nothing of the others.
    pub(super) fn known(self, folder: &Path) -> Vec<KnownFile> {
        match self {
            Self::Named(files) => files.to_vec(),
            Self::Listed(list) => {
                let path = folder.join(&*list.name);
                let mut files = vec![list.clone()];
                if md5_of(&path).is_ok_and(|found| found == list.md5) {
                    files.extend(fs::read_to_string(&path).iter().flat_map(|text| text.lines()).filter_map(parse));
                }
                files
            }
        }
    }
}

/// Lists every file in `folder` and in the folders inside it, in the order of their paths.
pub(super) fn write(folder: &Path, name: &str) -> Result<(), SourceError> {
    let list = || -> io::Result<()> {
        let mut lines = String::new();
        for path in paths(folder, "")? {
            lines += &format!("{}  {path}\n", md5_of(&folder.join(&path))?);
        }
        fs::write(folder.join(name), lines)
    };
    list().map_err(SourceError::file(name))
}

/// Paths inside the folder `inside` of `folder`, sorted.
fn paths(folder: &Path, inside: &str) -> io::Result<Vec<String>> {
    let mut paths = Vec::new();
    for entry in fs::read_dir(folder.join(inside))? {
        let entry = entry?;
        let path = format!("{inside}{}", entry.file_name().to_string_lossy());
        match entry.file_type()?.is_dir() {
            true => paths.extend(self::paths(folder, &format!("{path}/"))?),
            false => paths.push(path),
        }
    }
    paths.sort();
    Ok(paths)
}

/// A line of the list.
fn parse(line: &str) -> Option<KnownFile> {
    let (md5, name) = line.split_once("  ")?;
    Some(KnownFile { name: name.to_owned().into(), md5: md5.to_owned().into() })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_is_what_md5sum_writes_and_counts_only_if_it_is_right() {
        let folder = tempfile::tempdir().unwrap();
        fs::create_dir_all(folder.path().join("b/c")).unwrap();
        fs::write(folder.path().join("b/c/one"), "one").unwrap();
        fs::write(folder.path().join("two"), "two").unwrap();
        write(folder.path(), "md5sums.txt").unwrap();
        // md5sum b/c/one two | tee /dev/stderr | md5sum
        let expected = "f97c5d29941bfb1b2fdab0874906ab82  b/c/one\nb8a9f715dbb64fd5c56e7783c6820a61  two\n";
        assert_eq!(fs::read_to_string(folder.path().join("md5sums.txt")).unwrap(), expected);

        static LIST: KnownFile = KnownFile::new("md5sums.txt", "4ccbac3d328e7bfa07cf72a05d66ca9f");
        let known = Files::Listed(&LIST).known(folder.path());
        let names: Vec<&str> = known.iter().map(|file| &*file.name).collect();
        assert_eq!(names, ["md5sums.txt", "b/c/one", "two"]);
        super::super::gate::check(&known, folder.path()).unwrap();

        fs::write(folder.path().join("md5sums.txt"), format!("{expected}{expected}")).unwrap();
        assert_eq!(Files::Listed(&LIST).known(folder.path()), *std::slice::from_ref(&LIST));
        assert_eq!(Files::Listed(&LIST).known(&folder.path().join("b")), *std::slice::from_ref(&LIST));
    }
}
