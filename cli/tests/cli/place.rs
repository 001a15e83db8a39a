//! A temporary folder to run `dim` in, with what a user has at some stage of the work.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Output;
use std::sync::OnceLock;

use assert_cmd::Command;
use serde_json::Value;
use tempfile::TempDir;

use crate::tiny_data;

/// Every file of a folder with its bytes.
pub(crate) type Snapshot = BTreeMap<PathBuf, Vec<u8>>;

/// `dim train` on the data of a [`Place`] with the settings of a [`Place`].
pub(crate) const TRAIN: [&str; 5] = ["train", "--config", "settings.toml", "--data", "data"];

/// Six steps an epoch.
const SETTINGS: &str = "preset = \"edge28\"\nepochs = 1\nbatch_size = 32\ncritic_units = 32\nlearning_rate = 1e-3\n";

/// Commands run in this folder, so that their arguments are short names; it is removed with the value.
pub(crate) struct Place {
    folder: TempDir,
}

impl Place {
    /// With `data` and `settings.toml`.
    pub(crate) fn with_data() -> Self {
        let place = Self { folder: tempfile::tempdir().unwrap() };
        tiny_data::write(&place.path("data"));
        place.write("settings.toml", SETTINGS);
        place
    }

    /// With `run` and `encoder.dim` as well; they are made once for all tests.
    pub(crate) fn trained() -> Self {
        static TRAINED: OnceLock<(PathBuf, Snapshot)> = OnceLock::new();
        let (origin, files) = TRAINED.get_or_init(|| {
            let place = Self::with_data();
            place.succeeds(&[&TRAIN[..], &["--out", "run"]].concat());
            place.succeeds(&["quantize", "run", "--out", "encoder.dim", "--budget", "1"]);
            (place.folder.path().to_owned(), place.snapshot())
        });
        let place = Self { folder: tempfile::tempdir().unwrap() };
        for (name, bytes) in files {
            let path = place.folder.path().join(name);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, bytes).unwrap();
        }
        // The run names its data by their absolute path.
        place.edit("run/config.toml", origin.to_str().unwrap(), place.folder.path().to_str().unwrap());
        place
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    pub(crate) fn read(&self, name: &str) -> Vec<u8> {
        fs::read(self.path(name)).unwrap()
    }

    pub(crate) fn write(&self, name: &str, bytes: impl AsRef<[u8]>) {
        fs::write(self.path(name), bytes).unwrap();
    }

    /// Replaces `old`, which must be there, in a text file.
    pub(crate) fn edit(&self, name: &str, old: &str, new: &str) {
        let text = String::from_utf8(self.read(name)).unwrap();
        assert!(text.contains(old), "{name} has no {old:?}:\n{text}");
        self.write(name, text.replace(old, new));
    }

    pub(crate) fn snapshot(&self) -> Snapshot {
        let mut files = Snapshot::new();
        collect(self.folder.path(), self.folder.path(), &mut files);
        files
    }

    /// Runs `dim` to its end.
    pub(crate) fn dim(&self, arguments: &[&str]) -> Output {
        Command::new(env!("CARGO_BIN_EXE_dim")).current_dir(&self.folder).args(arguments).output().unwrap()
    }

    /// Runs `dim` where no file may grow beyond `blocks` of 512 or 1024 bytes, as on a disk that fills up.
    pub(crate) fn dim_on_full_disk(&self, blocks: usize, arguments: &[&str]) -> Output {
        // With the signal ignored, a write beyond the limit fails as any other write would.
        let script = format!("ulimit -f {blocks}; trap '' XFSZ; exec \"$@\"");
        let shell = ["-c", &script, "sh", env!("CARGO_BIN_EXE_dim")];
        Command::new("sh").current_dir(&self.folder).args(shell).args(arguments).output().unwrap()
    }

    /// Runs `dim`, which must succeed; returns what it prints.
    pub(crate) fn succeeds(&self, arguments: &[&str]) -> String {
        let output = self.dim(arguments);
        let errors = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(0), "dim {}\n{errors}", arguments.join(" "));
        String::from_utf8(output.stdout).unwrap()
    }

    /// Runs `dim … --json`, which must succeed and print one line; returns the object on it.
    pub(crate) fn json(&self, arguments: &[&str]) -> Value {
        let printed = self.succeeds(&[arguments, &["--json"]].concat());
        assert_eq!(printed.matches('\n').count(), 1, "{printed}");
        assert!(printed.starts_with('{') && printed.ends_with("}\n"), "{printed}");
        serde_json::from_str(&printed).unwrap()
    }

    /// Runs `dim`, which must fail with one line that has all of `words`, and change no file.
    pub(crate) fn refuses(&self, arguments: &[&str], words: &[&str]) {
        let before = self.snapshot();
        assert_failure(&self.dim(arguments), words);
        self.assert_unchanged(&before);
    }

    /// Nothing came, went or changed.
    pub(crate) fn assert_unchanged(&self, before: &Snapshot) {
        let after = self.snapshot();
        assert_eq!(before.keys().collect::<Vec<_>>(), after.keys().collect::<Vec<_>>());
        for (name, bytes) in before {
            assert!(*bytes == after[name], "{} changed", name.display());
        }
    }

    /// The names in a folder.
    pub(crate) fn names(&self, folder: &str) -> Vec<String> {
        let entries = fs::read_dir(self.path(folder)).unwrap();
        let mut names: Vec<_> = entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
        names.sort();
        names
    }
}

/// `output` is of a command that failed, with nothing on standard output and one line with all of `words`
/// on standard error, where what was read and the progress of training or evaluation may stand before it.
pub(crate) fn assert_failure(output: &Output, words: &[&str]) {
    let errors = String::from_utf8(output.stderr.clone()).unwrap();
    assert_eq!(output.status.code(), Some(1), "{errors}");
    assert_eq!(String::from_utf8_lossy(&output.stdout), "");
    let progress =
        |line: &&str| ["train ", "evaluate ", "data ", "encoder "].iter().any(|start| line.starts_with(start));
    let lines: Vec<&str> = errors.lines().filter(|line| !progress(line)).collect();
    assert_eq!(lines.len(), 1, "{errors}");
    assert!(lines[0].starts_with("error: ") && lines[0].len() < 400, "{errors}");
    for word in words {
        assert!(lines[0].contains(word), "no {word:?} in: {errors}");
    }
}

/// The keys of a JSON object, sorted.
pub(crate) fn keys(object: &Value) -> Vec<&str> {
    let mut keys: Vec<&str> = object.as_object().unwrap().keys().map(String::as_str).collect();
    keys.sort_unstable();
    keys
}

fn collect(root: &Path, folder: &Path, files: &mut Snapshot) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let name = path.strip_prefix(root).unwrap().to_owned();
        if path.is_dir() {
            collect(root, &path, files);
        } else {
            files.insert(name, fs::read(&path).unwrap());
        }
    }
}
