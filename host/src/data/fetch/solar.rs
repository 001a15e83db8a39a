//! Pictures of solar cells: the Python package elpv-dataset has them in one folder, with a list of the probability that a
//! cell is defective, and of its kind.

use std::fs;
use std::path::Path;

use super::archive::file_name;
use super::error::SourceError;

/// The first and the last picture, from 1, of each run that is held out: of cells of one kind, in whole modules.
const HELD_OUT: [[usize; 2]; 4] = [[1, 60], [61, 360], [2145, 2216], [2397, 2444]];
/// What the data are, in words.
const README: &str = include_str!("solar.txt");

/// Moves the pictures that a list names, beside it, into folders of their classes, and says what they are.
pub(super) fn write(list: &Path, folder: &Path) -> Result<(), SourceError> {
    let list_name = file_name(list);
    let lines = fs::read_to_string(list).map_err(SourceError::file(&list_name))?;
    let from = list.parent().unwrap_or(Path::new("."));
    for line in lines.lines() {
        let Some(Cell { number, path, class }) = Cell::read(line) else {
            let expected = "images/cell, a number, .png, a probability, and mono or poly";
            return Err(SourceError::content(list_name, format!("the line {line:?}"), expected));
        };
        let is_held_out = HELD_OUT.iter().any(|[first, last]| (*first..=*last).contains(&number));
        let to = folder.join(if is_held_out { "test" } else { "train" }).join(class);
        let picture = from.join(path);
        let name = file_name(&picture);
        fs::create_dir_all(&to).map_err(SourceError::file(file_name(&to)))?;
        fs::rename(&picture, to.join(&name)).map_err(SourceError::file(name))?;
    }
    fs::write(folder.join("README.txt"), README).map_err(SourceError::file("README.txt"))
}

/// A line of the list.
#[derive(Debug, PartialEq)]
struct Cell<'a> {
    /// From 1.
    number: usize,
    path: &'a str,
    class: String,
}

impl<'a> Cell<'a> {
    /// Reads `images/cell0001.png  1.0  mono`.
    fn read(line: &'a str) -> Option<Self> {
        let mut words = line.split_whitespace();
        let (path, probability, kind) = (words.next()?, words.next()?, words.next()?);
        let digits = path.strip_prefix("images/cell")?.strip_suffix(".png")?;
        let is_number = digits.bytes().all(|digit| digit.is_ascii_digit());
        let number = digits.parse().ok().filter(|_| is_number)?;
        let probability: f64 = probability.parse().ok().filter(|probability| (0.0..=1.0).contains(probability))?;
        let percent = (100.0 * probability).round();
        let is_known = matches!(kind, "mono" | "poly") && words.next().is_none();
        is_known.then(|| Self { number, path, class: format!("{kind}-{percent:03}") })
    }
}

#[cfg(test)]
mod tests {
    use std::path::PathBuf;

    use super::*;

    #[test]
    fn a_line_is_read_or_refused() {
        let read = Cell::read("images/cell0077.png  0.3333333333333333  poly").unwrap();
        assert_eq!(read, Cell { number: 77, path: "images/cell0077.png", class: "poly-033".to_owned() });
        for (line, class) in
            [("0.0 mono", "mono-000"), ("1.0 poly", "poly-100"), ("0.6666666666666666 mono", "mono-067")]
        {
            assert_eq!(Cell::read(&format!("images/cell0001.png {line}")).unwrap().class, class);
        }
        for line in [
            "",
            "images/cell0001.png 1.0",
            "images/cell0001.png 1.5 mono",
            "images/cell0001.png NaN mono",
            "images/cell0001.png 1.0 ../up",
            "images/cell0001.png 1.0 mono more",
            "images/cell../../1.png 1.0 mono",
            "images/cell+1.png 1.0 mono",
            "/etc/passwd 1.0 mono",
        ] {
            assert_eq!(Cell::read(line), None, "{line}");
        }
    }

    fn files(folder: &Path) -> Vec<PathBuf> {
        let entries = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
        entries.flat_map(|path| if path.is_dir() { files(&path) } else { vec![path] }).collect()
    }

    #[test]
    fn pictures_get_a_folder_for_each_kind_and_probability_and_whole_runs_are_held_out() {
        let [package, folder] = [0, 1].map(|_| tempfile::tempdir().unwrap());
        fs::create_dir(package.path().join("images")).unwrap();
        let mut lines = String::new();
        for (number, end) in
            [(1, "1.0 mono"), (61, "0.0 poly"), (360, "0.0 poly"), (361, "1.0 mono"), (2144, "0.0 poly")]
                .into_iter()
                .chain([(2145, "0.0 mono"), (2217, "0.3333333333333333 poly"), (2444, "0.0 mono"), (2445, "0.0 poly")])
        {
            lines += &format!("images/cell{number:04}.png  {end}\n");
            fs::write(package.path().join(format!("images/cell{number:04}.png")), number.to_string()).unwrap();
        }
        let list = package.path().join("labels.csv");
        fs::write(&list, &lines).unwrap();
        write(&list, folder.path()).unwrap();
        let mut found: Vec<String> = files(folder.path())
            .iter()
            .map(|path| path.strip_prefix(folder.path()).unwrap().to_string_lossy().into_owned())
            .collect();
        found.sort();
        let expected = [
            "README.txt",
            "test/mono-000/cell2145.png",
            "test/mono-000/cell2444.png",
            "test/mono-100/cell0001.png",
            "test/poly-000/cell0061.png",
            "test/poly-000/cell0360.png",
            "train/mono-100/cell0361.png",
            "train/poly-000/cell2144.png",
            "train/poly-000/cell2445.png",
            "train/poly-033/cell2217.png",
        ];
        assert_eq!(found, expected);
        assert_eq!(fs::read_to_string(folder.path().join("test/poly-000/cell0360.png")).unwrap(), "360");
        // All are moved.
        assert_eq!(
            write(&list, folder.path()).unwrap_err().to_string(),
            "cell0001.png: No such file or directory (os error 2)"
        );
    }
}
