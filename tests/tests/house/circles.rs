//! Circles of imports among the files of a crate.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;
use std::fs;
use std::path::Path;

use crate::imports::{Parts, Source};

/// The files of a crate by their modules; those of its tests are passed over, and so are its binaries.
pub(crate) fn read(folder: &Path) -> BTreeMap<Parts, Source> {
    let mut sources = BTreeMap::new();
    collect(folder, &[], &mut sources);
    sources
}

fn collect(folder: &Path, module: &[String], sources: &mut BTreeMap<Parts, Source>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_stem().unwrap().to_string_lossy().into_owned();
        let mut module = module.to_vec();
        if !["lib", "main", "mod"].contains(&&*name) {
            module.push(name);
        }
        if module.last().is_some_and(|last| last == "tests") || module == ["bin"] {
            continue;
        }
        if path.is_dir() {
            collect(&path, &module, sources);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            sources.insert(module, Source::of(&fs::read_to_string(&path).unwrap()));
        }
    }
}

/// The files of each circle, and the imports that close it; a line for each import.
pub(crate) fn circles(sources: &BTreeMap<Parts, Source>) -> Vec<String> {
    let graph = graph(sources);
    let reached: BTreeMap<&Parts, BTreeSet<&Parts>> = graph.keys().map(|from| (*from, reached(&graph, from))).collect();
    let mut found = Vec::new();
    let mut told = BTreeSet::new();
    for (from, to) in &reached {
        // Those from which the way leads back.
        let circle: BTreeSet<&Parts> = to.iter().copied().filter(|to| reached[to].contains(from)).collect();
        if circle.is_empty() || !told.insert(circle.clone()) {
            continue;
        }
        let mut lines = String::new();
        for file in &circle {
            for (other, path) in graph[file].iter().filter(|(other, _)| circle.contains(*other)) {
                let _ = writeln!(lines, "    {} imports {} by {}", name(file), name(other), path.join("::"));
            }
        }
        found.push(lines);
    }
    found
}

fn name(module: &Parts) -> String {
    if module.is_empty() { "the root".to_owned() } else { module.join("/") }
}

/// The files that each file imports, and a path by which it does.
type Graph<'a> = BTreeMap<&'a Parts, BTreeMap<&'a Parts, &'a Parts>>;

fn graph(sources: &BTreeMap<Parts, Source>) -> Graph<'_> {
    let mut graph = Graph::new();
    for (module, source) in sources {
        let imports = graph.entry(module).or_default();
        for path in &source.used {
            if let Some(other) = resolve(sources, module, path, 8).filter(|other| *other != module) {
                imports.entry(other).or_insert(path);
            }
        }
    }
    graph
}

/// All files that a way of imports leads to.
fn reached<'a>(graph: &Graph<'a>, from: &Parts) -> BTreeSet<&'a Parts> {
    let mut reached = BTreeSet::new();
    let mut left: Vec<&Parts> = graph[from].keys().copied().collect();
    while let Some(file) = left.pop() {
        if reached.insert(file) {
            left.extend(graph[file].keys());
        }
    }
    reached
}

/// The module in which what a path names is defined, through as many as `steps` files that hand it on; none of what is
/// another crate's or a name inside of the file.
fn resolve<'a>(sources: &'a BTreeMap<Parts, Source>, from: &Parts, path: &[String], steps: usize) -> Option<&'a Parts> {
    let steps = steps.checked_sub(1)?;
    let mut module = from.clone();
    let mut rest = path;
    match path.first()?.as_str() {
        "crate" => module.clear(),
        "super" | "self" => {}
        first => {
            let child = [from.as_slice(), &[first.to_owned()]].concat();
            if !sources.contains_key(&child) {
                let (first, rest) = path.split_first()?;
                let origin = sources[from].names.get(first).filter(|origin| origin.as_slice() != path)?;
                return resolve(sources, from, &[origin, rest].concat(), steps);
            }
        }
    }
    while let Some((first, after)) = rest.split_first() {
        match first.as_str() {
            "crate" | "self" => {}
            "super" => drop(module.pop()?),
            _ => {
                let child = [module.as_slice(), std::slice::from_ref(first)].concat();
                if !sources.contains_key(&child) {
                    break;
                }
                module = child;
            }
        }
        rest = after;
    }
    let (module, source) = sources.get_key_value(&module)?;
    let Some(first) = rest.first() else { return Some(module) };
    if module.is_empty()
        && let Some((origin, _)) = sources.iter().find(|(_, source)| source.macros.contains(first))
    {
        return Some(origin);
    }
    match source.names.get(first) {
        Some(origin) => resolve(sources, module, origin, steps),
        None => Some(module),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A crate of files with these names and texts.
    fn made(files: &[(&str, &str)]) -> BTreeMap<Parts, Source> {
        let folder = tempfile::tempdir().unwrap();
        for (name, text) in files {
            let path = folder.path().join(name);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, text).unwrap();
        }
        read(folder.path())
    }

    const ROOT: (&str, &str) = ("lib.rs", "mod a; mod b; mod room;");

    #[test]
    fn two_files_that_import_each_other() {
        let sources = made(&[ROOT, ("a.rs", "use crate::b::B; struct A;"), ("b.rs", "fn b() -> super::a::A {}")]);
        assert_eq!(circles(&sources), ["    a imports b by crate::b::B\n    b imports a by super::a::A\n"]);
    }

    #[test]
    fn a_circle_through_what_is_handed_on() {
        let sources = made(&[
            ROOT,
            ("a.rs", "use crate::room::Door as Gate; fn a(_: Gate) {}"),
            ("room/mod.rs", "mod door; pub use door::Door; pub use self::door::*;"),
            ("room/door.rs", "use crate::{a::{self}, b}; pub struct Door;"),
        ]);
        assert_eq!(
            circles(&sources),
            ["    a imports room/door by crate::room::Door\n    room/door imports a by crate::a\n"]
        );
    }

    #[test]
    fn a_room_that_uses_what_it_hands_on_is_no_place_for_what_its_files_share() {
        let files =
            |text| [("lib.rs", "mod room;"), ("room/mod.rs", text), ("room/door.rs", "use super::Wood; struct Door;")];
        let shared = "mod door; pub use door::Door; pub struct Wood;";
        assert_eq!(circles(&made(&files(shared))), [""; 0]);
        let used = "mod door; pub use door::Door; pub struct Wood; fn open(door: Door) {}";
        assert_eq!(
            circles(&made(&files(used))),
            ["    room imports room/door by door::Door\n    room/door imports room by super::Wood\n"]
        );
    }

    #[test]
    fn files_that_stand_on_each_other_one_way() {
        let sources = made(&[
            ROOT,
            (
                "a.rs",
                "use crate::b::B; use std::fmt; // use crate::room;\n struct A; #[cfg(test)] mod tests { use crate::room::c; }",
            ),
            ("b.rs", "struct B; const TEXT: &str = \"crate::a::A\";"),
            ("room/mod.rs", "mod c; mod tests; use crate::a; pub use c::c; pub use other::D;"),
            (
                "room/c.rs",
                "use crate::a::A; use super::D; crate::made!(); macro_rules! made { () => { $crate::b::B } }",
            ),
            ("room/tests.rs", "use super::*; use crate::a; fn f() { crate::a::f(); }"),
            ("bin/other.rs", "use crate::room;"),
        ]);
        assert_eq!(circles(&sources), [""; 0]);
        assert_eq!(sources.len(), 5);
    }
}
