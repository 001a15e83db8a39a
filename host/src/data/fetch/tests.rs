//! The gate and the order of sources, with sources made here.

use super::gate::KnownFile;
use super::source::Source;
use super::*;
use crate::choice::Choice;

/// MD5s by `printf one | md5sum` and `printf two | md5sum`.
const FILES: [KnownFile; 2] = [
    KnownFile { name: "a", md5: "f97c5d29941bfb1b2fdab0874906ab82" },
    KnownFile { name: "b", md5: "b8a9f715dbb64fd5c56e7783c6820a61" },
];

const GOOD: Source = Source { label: "the good source", bring: |staging| bring(staging, "two"), remedy: "nothing" };
const WRONG: Source =
    Source { label: "the wrong source", bring: |staging| bring(staging, "2"), remedy: "ask its owner" };
const ABSENT: Source = Source {
    label: "the absent source",
    bring: |_| Err(SourceError::NoClient { program: "teleport" }),
    remedy: "install teleport",
};

fn bring(staging: &Staging, second: &str) -> Result<(), SourceError> {
    fs::write(staging.files.join("a"), "one").map_err(SourceError::file("a"))?;
    fs::write(staging.files.join("b"), second).map_err(SourceError::file("b"))
}

fn run(dir: &Path, sources: Vec<Source>) -> (Result<Fetched, FetchError>, Vec<String>) {
    let mut lines = Vec::new();
    let known = Known { folder: "made", files: &FILES, sources };
    let result = fetch_known(FetchName::Mnist, known, dir, &mut |line| {
        lines.push(line.replace(&dir.display().to_string(), "DIR"));
    });
    (result, lines)
}

/// Every file in a folder, with its content.
fn listing(folder: &Path) -> Vec<(String, String)> {
    let mut files: Vec<_> = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .map(|path| (archive::file_name(&path), fs::read_to_string(&path).unwrap_or("folder".to_owned())))
        .collect();
    files.sort();
    files
}

fn pairs(expected: &[(&str, &str)]) -> Vec<(String, String)> {
    expected.iter().map(|(name, content)| (name.to_string(), content.to_string())).collect()
}

#[test]
fn checked_files_are_placed_and_kept_the_next_time() {
    let dir = tempfile::tempdir().unwrap();
    let (fetched, lines) = run(dir.path(), vec![GOOD]);
    let fetched = fetched.unwrap();
    assert_eq!((fetched.kept.len(), fetched.written.as_slice()), (0, &["a", "b"][..]));
    assert_eq!((fetched.folder, fetched.source), (dir.path().join("made"), Some("the good source")));
    assert_eq!(
        lines,
        [
            "mnist: asking the good source",
            "DIR/made/a: written, its MD5 f97c5d29941bfb1b2fdab0874906ab82 is right",
            "DIR/made/b: written, its MD5 b8a9f715dbb64fd5c56e7783c6820a61 is right",
        ]
    );
    assert_eq!(listing(&dir.path().join("made")), pairs(&[("a", "one"), ("b", "two")]));
    assert_eq!(listing(dir.path()), pairs(&[("made", "folder")]));

    let (again, lines) = run(dir.path(), vec![ABSENT]);
    let again = again.unwrap();
    assert_eq!((again.kept.as_slice(), again.written.len(), again.source), (&["a", "b"][..], 0, None));
    assert_eq!(lines[1], "DIR/made/b: kept, its MD5 b8a9f715dbb64fd5c56e7783c6820a61 is right");
}

#[test]
fn a_wrong_md5_is_named_and_leaves_nothing_behind() {
    let dir = tempfile::tempdir().unwrap();
    let (result, _) = run(dir.path(), vec![WRONG]);
    assert_eq!(
        result.unwrap_err().to_string(),
        "mnist could not be fetched: the wrong source: b: MD5 c81e728d9d4c2f636f067f89cc14862c, \
         expected b8a9f715dbb64fd5c56e7783c6820a61; remedy: ask its owner"
    );
    assert_eq!(listing(dir.path()), []);
}

#[test]
fn on_a_full_disk_no_other_source_is_asked() {
    let full = Source {
        label: "the large source",
        bring: |_| Err(SourceError::file("a")(io::ErrorKind::StorageFull.into())),
        remedy: "nothing",
    };
    let dir = tempfile::tempdir().unwrap();
    let (result, lines) = run(dir.path(), vec![full, GOOD]);
    assert_eq!(
        result.unwrap_err().to_string(),
        format!("{}: cannot be written; free space or choose another folder with --dir", dir.path().display())
    );
    assert_eq!(lines, ["mnist: asking the large source"]);
    assert_eq!(listing(dir.path()), []);
}

#[test]
fn the_next_source_is_asked_and_every_failure_is_told() {
    let dir = tempfile::tempdir().unwrap();
    let (result, _) = run(dir.path(), vec![ABSENT, WRONG]);
    assert_eq!(
        result.unwrap_err().to_string(),
        "mnist could not be fetched: the absent source: needs teleport, which is not installed; the wrong source: \
         b: MD5 c81e728d9d4c2f636f067f89cc14862c, expected b8a9f715dbb64fd5c56e7783c6820a61; \
         remedy: install teleport, or ask its owner"
    );
    let (result, lines) = run(dir.path(), vec![ABSENT, WRONG, GOOD]);
    assert_eq!(result.unwrap().source, Some("the good source"));
    assert_eq!(lines[1], "mnist: the absent source: needs teleport, which is not installed");
}

#[test]
fn only_a_damaged_file_is_replaced() {
    let dir = tempfile::tempdir().unwrap();
    run(dir.path(), vec![GOOD]).0.unwrap();
    fs::write(dir.path().join("made/b"), "tw").unwrap();
    let (result, lines) = run(dir.path(), vec![GOOD]);
    let fetched = result.unwrap();
    assert_eq!((fetched.kept.as_slice(), fetched.written.as_slice()), (&["a"][..], &["b"][..]));
    assert!(lines[1].starts_with("DIR/made/b: MD5 ") && lines[1].ends_with("; it will be replaced"), "{}", lines[1]);
    assert_eq!(listing(&dir.path().join("made")), pairs(&[("a", "one"), ("b", "two")]));
}

#[test]
fn a_folder_that_cannot_be_made_is_named() {
    let dir = tempfile::tempdir().unwrap();
    let file = dir.path().join("file");
    fs::write(&file, []).unwrap();
    let error = run(&file, vec![GOOD]).0.unwrap_err().to_string();
    assert_eq!(
        error.replace(&file.display().to_string(), "FILE"),
        "FILE: cannot be written; free space or choose another folder with --dir"
    );
}

#[test]
fn names_are_those_of_the_command_line() {
    for (name, value) in FetchName::OFFERED.iter().zip(["cifar10", "mnist", "fashion-mnist"]) {
        assert_eq!(name.to_string(), value);
        assert_eq!(FetchName::named(value), Some(*name));
        assert_eq!(serde_json::to_value(name).unwrap(), value);
    }
}

#[test]
fn every_known_file_has_an_md5_and_every_data_set_two_sources() {
    for name in FetchName::OFFERED {
        let known = known::known(*name);
        assert!(known.sources.len() >= 2);
        for file in known.files {
            assert!(file.md5.len() == 32 && file.md5.bytes().all(|byte| byte.is_ascii_hexdigit()), "{}", file.name);
        }
    }
}
