//! The few Python literals that are in a header: texts, truth, and tuples of integers.

/// What is left to read; every method skips the spaces before what it reads.
pub(super) struct Literal<'a> {
    rest: &'a str,
}

impl<'a> Literal<'a> {
    pub(super) const fn new(text: &'a str) -> Self {
        Self { rest: text }
    }

    /// One character, if it is the next.
    pub(super) fn skip(&mut self, character: char) -> Option<()> {
        self.rest = self.rest.trim_ascii_start().strip_prefix(character)?;
        Some(())
    }

    /// A text in quotes of either kind, without escapes.
    pub(super) fn text(&mut self) -> Option<&'a str> {
        let rest = self.rest.trim_ascii_start();
        let quote = rest.chars().next().filter(|quote| "'\"".contains(*quote))?;
        let (text, rest) = rest[1..].split_once(quote)?;
        self.rest = rest;
        (!text.contains('\\')).then_some(text)
    }

    /// `True` or `False`.
    pub(super) fn truth(&mut self) -> Option<bool> {
        let rest = self.rest.trim_ascii_start();
        let (truth, rest) = match rest.strip_prefix("True") {
            Some(rest) => (true, rest),
            None => (false, rest.strip_prefix("False")?),
        };
        self.rest = rest;
        Some(truth)
    }

    /// A tuple of integers from 0.
    pub(super) fn integers(&mut self) -> Option<Vec<u64>> {
        let mut integers = Vec::new();
        self.skip('(')?;
        while self.skip(')').is_none() {
            integers.push(self.integer()?);
            if self.skip(',').is_none() {
                self.skip(')')?;
                break;
            }
        }
        Some(integers)
    }

    fn integer(&mut self) -> Option<u64> {
        let rest = self.rest.trim_ascii_start();
        let (digits, rest) = rest.split_at(rest.find(|character: char| !character.is_ascii_digit())?);
        // Python 2 wrote long integers with an L.
        self.rest = rest.strip_prefix('L').unwrap_or(rest);
        digits.parse().ok()
    }

    /// Whether nothing is left but spaces.
    pub(super) fn is_at_end(&self) -> bool {
        self.rest.trim_ascii_start().is_empty()
    }
}
