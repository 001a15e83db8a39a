//! The word that was meant by one that is misspelt.

/// The likeliest of `known`; `None` where there are none.
pub(crate) fn nearest<'a>(word: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    known.into_iter().min_by_key(|known| edits(word, known))
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
    fn the_word_with_the_fewest_edits_is_meant() {
        assert_eq!(nearest("kernal", ["channels", "kernel", "stride"]), Some("kernel"));
        assert_eq!(nearest("kernal", []), None);
    }
}
