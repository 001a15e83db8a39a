//! `--map PATTERN=NAME`: other names for the tensors of a file, and a choice among them.

use std::str::FromStr;

/// Gives tensors whose name matches a pattern another name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rename {
    pattern: Wildcard,
    name: Wildcard,
}

/// Text with at most one `*`, which stands for any text.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Wildcard {
    start: String,
    /// What follows the `*`.
    end: Option<String>,
}

impl Rename {
    /// The new name; `None` if `name` does not match.
    pub fn apply(&self, name: &str) -> Option<String> {
        let Wildcard { start, end } = &self.pattern;
        let any = match end {
            Some(end) => name.strip_prefix(start.as_str())?.strip_suffix(end.as_str())?,
            None if name == start => "",
            None => return None,
        };
        let Wildcard { start, end } = &self.name;
        Some(match end {
            Some(end) => format!("{start}{any}{end}"),
            None => start.clone(),
        })
    }

    /// The pattern as it was typed.
    pub fn pattern(&self) -> String {
        let Wildcard { start, end } = &self.pattern;
        end.as_ref().map_or(start.clone(), |end| format!("{start}*{end}"))
    }
}

impl FromStr for Rename {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let (pattern, name) = text.split_once('=').ok_or("expected PATTERN=NAME, such as 'encoder.*=*'")?;
        let [pattern, name] = [wildcard(pattern)?, wildcard(name)?];
        if pattern.end.is_some() != name.end.is_some() {
            return Err("a * in the pattern needs one in the name, which it is put in".to_owned());
        }
        Ok(Self { pattern, name })
    }
}

fn wildcard(text: &str) -> Result<Wildcard, String> {
    let (start, end) = match text.split_once('*') {
        Some((start, end)) => (start, Some(end)),
        None => (text, None),
    };
    if end.is_some_and(|end| end.contains('*')) {
        return Err(format!("{text}: at most one * can be used"));
    }
    Ok(Wildcard { start: start.to_owned(), end: end.map(str::to_owned) })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_star_stands_for_is_kept() {
        for (rename, name, expected) in [
            ("encoder.*=*", "encoder.0.weight", Some("0.weight")),
            ("encoder.*=*", "critic.0.weight", None),
            ("c0.*=@0.*", "c0.weight", Some("@0.weight")),
            ("*_bn.weight=*.scale", "first_bn.weight", Some("first.scale")),
            ("y.weight=@4.weight", "y.weight", Some("@4.weight")),
            ("y.weight=@4.weight", "y.weights", None),
            // Start and end do not overlap.
            ("ab*bc=*", "abc", None),
        ] {
            let rename: Rename = rename.parse().unwrap();
            assert_eq!(rename.apply(name).as_deref(), expected, "{} {name}", rename.pattern());
        }
    }

    #[test]
    fn what_cannot_be_meant_is_refused() {
        for (text, word) in
            [("encoder", "PATTERN=NAME"), ("a*b*=c", "at most one"), ("a*=b", "needs one"), ("a=b*", "needs one")]
        {
            let error = text.parse::<Rename>().unwrap_err();
            assert!(error.contains(word), "{text}: {error}");
        }
    }
}
