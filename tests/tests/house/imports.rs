//! What a file names of other modules.

use std::collections::{BTreeMap, BTreeSet};

use crate::tokens::tokens;

/// The parts of a path; of a module, from the root of its crate.
pub(crate) type Parts = Vec<String>;

/// What a file names.
#[derive(Debug, Default)]
pub(crate) struct Source {
    /// What `use` brings, by the name that it has here.
    pub(crate) names: BTreeMap<String, Parts>,
    /// What the file itself uses; of what it only hands on by `pub use`, nothing.
    pub(crate) used: BTreeSet<Parts>,
    /// Its macros, which live at the root of the crate.
    pub(crate) macros: Vec<String>,
}

impl Source {
    /// Of the text of a file.
    pub(crate) fn of(text: &str) -> Self {
        let tokens = tokens(text);
        let mut source = Self::default();
        let mut handed_on = BTreeMap::new();
        let mut words = BTreeSet::new();
        let mut at = 0;
        while let Some(token) = tokens.get(at) {
            let before = at.checked_sub(1).map(|before| tokens[before].as_str());
            // Not the one of `impl Trait + use<'a>`.
            if token == "use" && tokens.get(at + 1).is_some_and(|next| next != "<") {
                let mut tree = Tree { rest: &tokens[at + 1..], found: Vec::new() };
                tree.read(&[]);
                at = tokens.len() - tree.rest.len();
                for (name, path) in tree.found {
                    // `pub use`, or `pub(…) use`.
                    if let Some("pub" | ")") = before {
                        handed_on.insert(name.clone(), path.clone());
                    } else {
                        source.used.insert(path.clone());
                    }
                    source.names.insert(name, path);
                }
            } else if token == "macro_rules" {
                source.macros.extend(tokens.get(at + 2).cloned());
                at += 3;
            } else if token == "mod" {
                // Only a name.
                at += 2;
            } else if is_word(token) {
                let path = path(&tokens[at..]);
                at += 2 * path.len() - 1;
                // The field or the method of something is no name of a module's.
                if before != Some(".") {
                    words.insert(path[0].clone());
                    source.used.extend((path.len() > 1).then_some(path));
                }
            } else {
                at += 1;
            }
        }
        source.used.extend(handed_on.into_iter().filter(|(name, _)| words.contains(name)).map(|(_, path)| path));
        source
    }
}

fn is_word(token: &str) -> bool {
    token.starts_with(|c: char| c == '_' || c.is_alphabetic())
}

/// `a::b::c` at the start of these tokens.
fn path(tokens: &[String]) -> Parts {
    let mut parts = vec![tokens[0].clone()];
    for [colons, part] in tokens[1..].as_chunks().0 {
        if colons != "::" || !is_word(part) {
            break;
        }
        parts.push(part.clone());
    }
    parts
}

/// What stands behind `use`.
struct Tree<'a> {
    rest: &'a [String],
    found: Vec<(String, Parts)>,
}

impl Tree<'_> {
    fn next(&mut self) -> &str {
        let (first, rest) = self.rest.split_first().expect("what is compiled ends its imports");
        self.rest = rest;
        first
    }

    /// Reads one tree below `prefix`, and the sign behind it, which it returns.
    fn read(&mut self, prefix: &[String]) -> String {
        let mut path = prefix.to_vec();
        let mut is_whole = false;
        loop {
            match self.next().to_owned() {
                sign if sign == "::" => {}
                sign if sign == "{" => {
                    while self.read(&path) != "}" {}
                    is_whole = true;
                }
                sign if [",", "}", ";"].contains(&&*sign) => {
                    if !is_whole && path.len() > prefix.len() {
                        self.found.push((path.last().cloned().unwrap_or_default(), path));
                    }
                    return sign;
                }
                word if word == "as" => {
                    let name = self.next().to_owned();
                    self.found.push((name, path.clone()));
                    is_whole = true;
                }
                word if word == "self" && !path.is_empty() => {
                    self.found.push((path.last().cloned().unwrap_or_default(), path.clone()));
                    is_whole = true;
                }
                word => path.push(word),
            }
        }
    }
}

#[test]
fn every_import_of_a_tree() {
    let text =
        "use a::{self, b, c::{d as e, f}, g::*,}; pub(crate) use h::{i, j}; macro_rules! k { () => {} } i(l::m, n.j)";
    let source = Source::of(text);
    let used: Vec<String> = source.used.iter().map(|path| path.join("::")).collect();
    assert_eq!(used, ["a", "a::b", "a::c::d", "a::c::f", "a::g::*", "h::i", "l::m"]);
    let names: Vec<&str> = source.names.keys().map(String::as_str).collect();
    assert_eq!(names, ["*", "a", "b", "e", "f", "i", "j"]);
    assert_eq!(source.macros, ["k"]);
}
