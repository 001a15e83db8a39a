//! Settings from a file, with an error in one line.

use std::path::Path;

use anyhow::Context;

use super::TrainConfig;

impl TrainConfig {
    /// Reads a TOML file.
    ///
    /// # Errors
    /// Naming the file, and the key that is unknown or has the wrong type.
    pub fn from_file(path: &Path) -> anyhow::Result<Self> {
        let text = std::fs::read_to_string(path).with_context(|| format!("reading {}", path.display()))?;
        let config = toml::from_str(&text).map_err(|error| one_line(&error, &text));
        config.with_context(|| path.display().to_string())
    }
}

/// toml's message without its drawing of the source.
fn one_line(error: &toml::de::Error, text: &str) -> anyhow::Error {
    let line = error.span().map(|span| text[..span.start.min(text.len())].matches('\n').count() + 1);
    let message = with_nearest(&error.message().replace('\n', " "));
    match line {
        Some(line) => anyhow::anyhow!("line {line}: {message}"),
        None => anyhow::anyhow!("{message}"),
    }
}

/// A message about an unknown field with the likeliest one instead of all that there are.
fn with_nearest(message: &str) -> String {
    let Some((start, known)) = message.split_once(", expected one of ") else { return message.to_owned() };
    let Some(unknown) = start.strip_prefix("unknown field ") else { return message.to_owned() };
    let nearest = known.split(", ").min_by_key(|known| edits(unknown, known));
    format!("{start}; did you mean {}?", nearest.unwrap_or(known))
}

/// Characters to insert, delete or replace to make one word of the other (Levenshtein).
fn edits(from: &str, to: &str) -> usize {
    let mut row: Vec<usize> = (0..=to.chars().count()).collect();
    for (above, a) in from.chars().enumerate() {
        let mut diagonal = row[0];
        row[0] = above + 1;
        for (index, b) in to.chars().enumerate() {
            let replaced = diagonal + usize::from(a != b);
            diagonal = row[index + 1];
            row[index + 1] = replaced.min(diagonal + 1).min(row[index] + 1);
        }
    }
    row[row.len() - 1]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn edits_between_words() {
        for (from, to, expected) in
            [("", "abc", 3), ("kitten", "sitting", 3), ("gama", "gamma", 1), ("beta", "beta", 0)]
        {
            assert_eq!(edits(from, to), expected);
            assert_eq!(edits(to, from), expected);
        }
    }

    #[test]
    fn an_unknown_key_is_named_with_its_file_and_line() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("run.toml");
        std::fs::write(&path, "epochs = 3\nlearning_rat = 0.1\n").unwrap();
        let error = format!("{:#}", TrainConfig::from_file(&path).unwrap_err());
        assert!(
            error.contains("run.toml")
                && error.contains("line 2")
                && error.contains("`learning_rat`; did you mean `learning_rate`?"),
            "{error}"
        );
        assert!(!error.contains('\n'), "{error}");
    }
}
