//! The gate and the order of sources, with sources made here.

use super::gate::KnownFile;
use super::listed::Files;
use super::source::Source;
use super::*;
use crate::choice::Choice;

/// MD5s by `printf one | md5sum` and `printf two | md5sum`.
static FILES: [KnownFile; 2] =
    [KnownFile::new("a", "f97c5d29941bfb1b2fdab0874906ab82"), KnownFile::new("b", "b8a9f715dbb64fd5c56e7783c6820a61")];

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
    let known = Known { folder: "made", files: Files::Named(&FILES), licence: Some("free"), sources };
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
    assert_eq!((fetched.kept.len(), fetched.written.as_slice()), (0, &["a", "b"].map(String::from)[..]));
    assert_eq!((fetched.folder, fetched.source), (dir.path().join("made"), Some("the good source")));
    assert_eq!(fetched.licence, Some("free"));
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
    assert_eq!(
        (again.kept.as_slice(), again.written.len(), again.source),
        (&["a", "b"].map(String::from)[..], 0, None)
    );
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
    assert_eq!((fetched.kept.as_slice(), fetched.written.as_slice()), (&["a".to_owned()][..], &["b".to_owned()][..]));
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
    for (name, value) in FetchName::OFFERED.iter().zip(["cifar10", "mnist", "fashion-mnist", "watch", "solar"]) {
        assert_eq!(name.to_string(), value);
        assert_eq!(FetchName::named(value), Some(*name));
        assert_eq!(serde_json::to_value(name).unwrap(), value);
    }
}

#[test]
fn every_known_file_has_an_md5_and_the_usual_data_sets_two_sources() {
    for name in FetchName::OFFERED {
        let known = known::known(*name);
        let packaged = matches!(name, FetchName::Watch | FetchName::Solar);
        assert!(known.sources.len() >= if packaged { 1 } else { 2 });
        for file in known.files.known(Path::new("no such folder")) {
            assert!(file.md5.len() == 32 && file.md5.bytes().all(|byte| byte.is_ascii_hexdigit()), "{}", file.name);
        }
    }
}

#[test]
fn what_is_said_of_a_watch_is_what_is_checked() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("README.txt"), watch::README).unwrap();
    let mut files = known::known(FetchName::Watch).files.known(folder.path());
    files.retain(|file| file.name == "README.txt");
    assert_eq!(files.len(), 1);
    gate::check(&files, folder.path()).unwrap();
}

static LIST: KnownFile = KnownFile::new("md5sums.txt", "40bb4dd7e189ccfe0c17d5dd7668b9a0");

/// Twelve files, in folders, with a list.
fn bring_many(staging: &Staging, last: &str) -> Result<(), SourceError> {
    fs::create_dir(staging.files.join("inside")).map_err(SourceError::file("inside"))?;
    for number in 0..12 {
        let content = if number == 11 { last.to_owned() } else { number.to_string() };
        fs::write(staging.files.join(format!("inside/{number:02}")), content).map_err(SourceError::file("inside"))?;
    }
    listed::write(&staging.files, "md5sums.txt")
}

fn run_many(dir: &Path, bring: fn(&Staging) -> Result<(), SourceError>) -> (Result<Fetched, FetchError>, Vec<String>) {
    let mut lines = Vec::new();
    let sources = vec![Source { label: "the source", bring, remedy: "ask again" }];
    let known = Known { folder: "made", files: Files::Listed(&LIST), licence: None, sources };
    let result = fetch_known(FetchName::Solar, known, dir, &mut |line| {
        lines.push(line.replace(&dir.display().to_string(), "DIR"));
    });
    (result, lines)
}

#[test]
fn a_list_of_files_is_checked_as_a_whole_and_repaired_in_parts() {
    let dir = tempfile::tempdir().unwrap();
    let (result, _) = run_many(dir.path(), |staging| bring_many(staging, "eleven"));
    let error = result.unwrap_err().to_string();
    assert!(error.starts_with("solar could not be fetched: the source: md5sums.txt: MD5 "), "{error}");
    assert!(error.ends_with("; remedy: ask again"), "{error}");
    assert_eq!(listing(dir.path()), []);

    let good: fn(&Staging) -> _ = |staging| bring_many(staging, "11");
    let (result, lines) = run_many(dir.path(), good);
    assert_eq!(result.unwrap().written.len(), 13);
    assert_eq!(lines, ["solar: asking the source", "DIR/made: 13 files written, their MD5s are right"]);
    assert_eq!(listing(&dir.path().join("made/inside"))[11], ("11".to_owned(), "11".to_owned()));

    let asks_nobody: fn(&Staging) -> _ = |_| Err(SourceError::NoClient { program: "teleport" });
    let (result, lines) = run_many(dir.path(), asks_nobody);
    assert_eq!(result.unwrap().kept.len(), 13);
    assert_eq!(lines, ["DIR/made: 13 files kept, their MD5s are right"]);

    fs::write(dir.path().join("made/inside/04"), "four").unwrap();
    fs::remove_file(dir.path().join("made/inside/05")).unwrap();
    fs::write(dir.path().join("made/own"), "mine").unwrap();
    let fetched = run_many(dir.path(), good).0.unwrap();
    assert_eq!((fetched.kept.len(), fetched.written), (11, vec!["inside/04".to_owned(), "inside/05".to_owned()]));
    assert_eq!(listing(&dir.path().join("made/inside"))[4], ("04".to_owned(), "4".to_owned()));

    // Without its list, nothing is known of the others, and all are brought again; what is nobody's stays.
    fs::remove_file(dir.path().join("made/md5sums.txt")).unwrap();
    let fetched = run_many(dir.path(), good).0.unwrap();
    assert_eq!((fetched.kept.len(), fetched.written.len()), (0, 13));
    assert_eq!(fs::read_to_string(dir.path().join("made/own")).unwrap(), "mine");
}
