//! Pickles (protocols 2 to 5) as the values that they describe. A pickle is a program that may call anything; here
//! nothing is called: a class is a name, and what it would make is kept as its arguments.

mod machine;
#[cfg(test)]
mod tests;
mod value;

pub use self::value::{Id, Object, Value};

use self::machine::{Machine, Step};

/// All values of one pickle.
#[derive(Debug)]
pub struct Pickle<'a> {
    /// In the order in which they were made.
    pub values: Vec<Value<'a>>,
    /// The value that was pickled.
    pub root: Id,
    /// Bytes that it takes.
    pub len: usize,
}

/// A pickle that cannot be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum PickleError {
    /// It ends, or asks for what it has not made.
    #[error("the pickle is cut short or wrong at byte {at}")]
    Damaged {
        /// Place in the pickle.
        at: usize,
    },
    /// It has an instruction that nobody needs who pickles numbers.
    #[error("unknown instruction {instruction:#04x} at byte {at} of the pickle")]
    Instruction {
        /// The instruction.
        instruction: u8,
        /// Place in the pickle.
        at: usize,
    },
}

impl<'a> Pickle<'a> {
    /// Reads the pickle at the start of `bytes`.
    ///
    /// # Errors
    /// [`PickleError`].
    pub fn read(bytes: &'a [u8]) -> Result<Self, PickleError> {
        let mut machine = Machine::new(bytes);
        loop {
            let at = machine.at;
            match machine.step() {
                Some(Step::Next) => {}
                Some(Step::Stop(root)) => return Ok(Self { values: machine.values, root, len: machine.at }),
                Some(Step::Unknown(instruction)) => return Err(PickleError::Instruction { instruction, at }),
                None => return Err(PickleError::Damaged { at }),
            }
        }
    }

    /// The text that a value is, if it is one.
    pub fn text(&self, id: Id) -> Option<&'a str> {
        if let Value::Text(text) = self.values[id] { Some(text) } else { None }
    }

    /// The integer that a value is, if it is one.
    pub fn integer(&self, id: Id) -> Option<i64> {
        if let Value::Integer(integer) = self.values[id] { Some(integer) } else { None }
    }

    /// Elements of a tuple, list or set.
    pub fn sequence(&self, id: Id) -> Option<&[Id]> {
        if let Value::Sequence(elements) = &self.values[id] { Some(elements) } else { None }
    }

    /// Name of a class or function.
    pub fn global(&self, id: Id) -> Option<&str> {
        if let Value::Global(name) = &self.values[id] { Some(name) } else { None }
    }

    /// Keys and values of a dictionary; of anything else none.
    pub fn items(&self, dictionary: Id) -> &[(Id, Id)] {
        if let Value::Dictionary(items) = &self.values[dictionary] { items } else { &[] }
    }

    /// The value under `key` of a dictionary.
    pub fn item(&self, dictionary: Id, key: &str) -> Option<Id> {
        self.items(dictionary).iter().find(|(name, _)| self.text(*name) == Some(key)).map(|(_, value)| *value)
    }
}
