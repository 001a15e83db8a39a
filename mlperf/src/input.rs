//! The input that the runner sends, in parts.

/// Memory for an input, and how much of it has come.
#[derive(Debug)]
pub(crate) struct Input<'a> {
    memory: &'a mut [u8],
    expected: usize,
    received: usize,
}

/// What bytes came to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Part {
    /// More are to come.
    Unfinished,
    /// The input is whole.
    Done,
    /// They are not taken, and why.
    Refused(&'static str),
}

impl<'a> Input<'a> {
    pub(crate) const fn new(memory: &'a mut [u8]) -> Self {
        Self { memory, expected: 0, received: 0 }
    }

    /// Bytes that there is room for.
    pub(crate) const fn room(&self) -> usize {
        self.memory.len()
    }

    /// So many bytes will come; whether there is room for them.
    pub(crate) const fn expect(&mut self, bytes: usize) -> bool {
        let fits = bytes <= self.memory.len();
        (self.expected, self.received) = (if fits { bytes } else { 0 }, 0);
        fits
    }

    /// Takes bytes in hexadecimal. Digits behind the last byte are passed over.
    pub(crate) fn take(&mut self, digits: &[u8]) -> Part {
        let (pairs, odd) = digits.as_chunks::<2>();
        if !odd.is_empty() {
            return Part::Refused("Insufficient number of hex digits");
        }
        for [high, low] in pairs {
            if self.received >= self.expected {
                return Part::Refused("No bytes are expected");
            }
            let (Some(high), Some(low)) = (digit(*high), digit(*low)) else {
                return Part::Refused("Invalid hex digit");
            };
            if let Some(to) = self.memory.get_mut(self.received) {
                *to = high << 4 | low;
            }
            self.received += 1;
            if self.received == self.expected {
                return Part::Done;
            }
        }
        Part::Unfinished
    }

    /// What has come.
    pub(crate) fn bytes(&self) -> &[u8] {
        self.memory.get(..self.received).unwrap_or_default()
    }
}

fn digit(character: u8) -> Option<u8> {
    char::from(character).to_digit(16).and_then(|digit| u8::try_from(digit).ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_input_comes_in_parts() {
        let mut memory = [9; 4];
        let mut input = Input::new(&mut memory);
        assert!(matches!(input.take(b"00"), Part::Refused(_)), "nothing is expected");
        assert!(!input.expect(5) && input.expect(3));
        assert_eq!([input.take(b"00fF"), input.take(b"")], [Part::Unfinished; 2]);
        assert!(matches!(input.take(b"1"), Part::Refused(_)));
        assert!(matches!(input.take(b"1g"), Part::Refused(_)));
        assert_eq!(input.take(b"a5a6a7"), Part::Done);
        assert_eq!(input.bytes(), [0, 0xff, 0xa5]);
        assert!(matches!(input.take(b"00"), Part::Refused(_)));
        assert!(input.expect(1) && input.bytes().is_empty());
    }
}
