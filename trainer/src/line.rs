//! Lines of a text, as people count them.

/// The line, from 1, that byte `at` of `text` is in; beyond its end, the last one.
pub(crate) fn line(text: &str, at: usize) -> usize {
    text.bytes().take(at).filter(|byte| *byte == b'\n').count() + 1
}

#[cfg(test)]
mod tests {
    use super::line;

    #[test]
    fn a_line_begins_behind_its_break() {
        assert_eq!([0, 1, 2, 3, 4, 99].map(|at| line("a\nb\n", at)), [1, 1, 2, 2, 3, 3]);
    }
}
