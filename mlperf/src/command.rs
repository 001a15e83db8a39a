//! Commands, byte by byte.

/// Longest command, as the benchmark says.
const LONGEST: usize = 80;
/// Ends a command.
const END: u8 = b'%';

/// A command that is arriving.
#[derive(Debug, Clone)]
pub(crate) struct Arriving {
    bytes: [u8; LONGEST],
    length: usize,
}

/// What a line of a command holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Command<'c> {
    Nothing,
    Name,
    Profile,
    Timestamp,
    Help,
    Results,
    /// Bytes of an input will be sent.
    Load {
        bytes: usize,
    },
    /// Some of them, in hexadecimal.
    Bytes(&'c [u8]),
    Print,
    /// Inferences that are timed, and those before them.
    Infer {
        timed: u32,
        before: u32,
    },
    /// None that there is, and why.
    Wrong(&'static str),
    /// A word that none starts with.
    Unknown(&'c [u8]),
}

/// Inferences before those that are timed, where the command does not say.
const BEFORE: u32 = 10;

impl Arriving {
    pub(crate) const fn new() -> Self {
        Self { bytes: [0; LONGEST], length: 0 }
    }

    /// Takes a byte; the command that it ends.
    pub(crate) fn feed(&mut self, byte: u8) -> Option<Command<'_>> {
        if byte == END {
            let length = core::mem::take(&mut self.length);
            return Some(self.bytes.get(..length).map_or(Command::Wrong("Command has more than 80 characters"), read));
        }
        if let Some(to) = self.bytes.get_mut(self.length) {
            *to = byte;
        }
        // One more than there is room for says that it is too long.
        self.length = (self.length + 1).min(LONGEST + 1);
        None
    }
}

fn read(line: &[u8]) -> Command<'_> {
    let mut words = line.split(u8::is_ascii_whitespace).filter(|word| !word.is_empty());
    let Some(word) = words.next() else { return Command::Nothing };
    match word {
        b"name" => Command::Name,
        b"profile" => Command::Profile,
        b"timestamp" => Command::Timestamp,
        b"help" => Command::Help,
        b"results" => Command::Results,
        b"db" => match words.next() {
            None => Command::Wrong("Command 'db' requires a subcommand"),
            Some(b"load") => match words.next().and_then(number) {
                Some(bytes) if bytes > 0 => Command::Load { bytes: usize::try_from(bytes).unwrap_or(usize::MAX) },
                _ => Command::Wrong("Command 'db load' requires the # of bytes, > 0"),
            },
            Some(b"print") => Command::Print,
            Some(digits) => Command::Bytes(digits),
        },
        b"infer" => infer(words.next(), words.next()),
        unknown => Command::Unknown(unknown),
    }
}

fn infer<'c>(timed: Option<&[u8]>, before: Option<&[u8]>) -> Command<'c> {
    let Some(timed) = timed.map_or(Some(1), number).filter(|timed| *timed > 0) else {
        return Command::Wrong("Inference iterations must be >0");
    };
    let Some(before) = before.map_or(Some(BEFORE), number) else {
        return Command::Wrong("Inference warmup must be >=0");
    };
    Command::Infer { timed, before }
}

fn number(digits: &[u8]) -> Option<u32> {
    core::str::from_utf8(digits).ok()?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn command(line: &str) -> Command<'_> {
        read(line.as_bytes())
    }

    #[test]
    fn commands_have_their_words() {
        assert_eq!(
            [command(""), command(" \r\n"), command("name")],
            [Command::Nothing, Command::Nothing, Command::Name]
        );
        assert_eq!(command("db load 3072"), Command::Load { bytes: 3072 });
        assert_eq!(command("db 00ff"), Command::Bytes(b"00ff"));
        assert_eq!(command("infer"), Command::Infer { timed: 1, before: 10 });
        assert_eq!(command("infer 5 0"), Command::Infer { timed: 5, before: 0 });
        for wrong in
            ["db", "db load", "db load 0", "db load x", "infer 0", "infer -1", "infer 1 -1", "infer 9999999999"]
        {
            assert!(matches!(command(wrong), Command::Wrong(_)), "{wrong}");
        }
        assert_eq!(command("names"), Command::Unknown(b"names"));
    }

    #[test]
    fn eighty_characters_are_the_most() {
        let mut arriving = Arriving::new();
        let mut send = |length: usize| {
            (0..length).for_each(|_| assert_eq!(arriving.feed(b'x'), None));
            matches!(arriving.feed(b'%'), Some(Command::Unknown(word)) if word.len() == length)
        };
        assert_eq!([80, 81, 500, 3].map(&mut send), [true, false, false, true]);
    }
}
