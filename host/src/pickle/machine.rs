//! Python's pickle machine, in which a call makes a description of the call.

use super::value::{Id, Object, Value};

/// What an instruction led to.
pub(super) enum Step {
    Next,
    Stop(Id),
    Unknown(u8),
}

/// Python's pickle machine: a stack with marks, and a memo of values to use again.
pub(super) struct Machine<'a> {
    bytes: &'a [u8],
    /// Bytes that are read.
    pub(super) at: usize,
    /// All that was made.
    pub(super) values: Vec<Value<'a>>,
    stack: Vec<Id>,
    marks: Vec<usize>,
    memo: Vec<Option<Id>>,
}

impl<'a> Machine<'a> {
    pub(super) fn new(bytes: &'a [u8]) -> Self {
        Self { bytes, at: 0, values: Vec::new(), stack: Vec::new(), marks: Vec::new(), memo: Vec::new() }
    }

    /// One instruction; `None` if it needs what is not there.
    pub(super) fn step(&mut self) -> Option<Step> {
        match self.take::<1>()?[0] {
            b'.' => return self.pop().map(Step::Stop),
            // PROTO and FRAME: the rest says the same without them.
            0x80 => drop(self.take::<1>()?),
            0x95 => drop(self.take::<8>()?),
            b'(' => self.marks.push(self.stack.len()),
            b'0' => drop(self.pop()?),
            b'1' => drop(self.pop_to_mark()?),
            b'2' => self.stack.push(*self.stack.last()?),
            b'N' => self.push(Value::Other),
            truth @ 0x88..=0x89 => self.push(Value::Integer(i64::from(truth == 0x88))),
            b'J' => self.integer::<4>()?,
            b'K' => self.integer::<1>()?,
            b'M' => self.integer::<2>()?,
            0x8a => {
                let len = self.take::<1>()?[0];
                self.long(len.into())?;
            }
            b'G' => {
                self.take::<8>()?;
                self.push(Value::Other);
            }
            b'X' => self.text::<4>()?,
            0x8c => self.text::<1>()?,
            0x8d => self.text::<8>()?,
            // BINSTRING and BINBYTES in their sizes, and BYTEARRAY8.
            b'T' | b'B' => self.bytes::<4>()?,
            b'U' | b'C' => self.bytes::<1>()?,
            0x8e | 0x96 => self.bytes::<8>()?,
            b')' | b']' | 0x8f => self.push(Value::Sequence(Vec::new())),
            b't' | b'l' | 0x91 => {
                let elements = self.pop_to_mark()?;
                self.push(Value::Sequence(elements));
            }
            count @ 0x85..=0x87 => {
                let first = self.stack.len().checked_sub(usize::from(count - 0x84))?;
                let elements = self.stack.split_off(first);
                self.push(Value::Sequence(elements));
            }
            b'a' => {
                let element = self.pop()?;
                self.extend(vec![element])?;
            }
            b'e' | 0x90 => {
                let elements = self.pop_to_mark()?;
                self.extend(elements)?;
            }
            b'}' => self.push(Value::Dictionary(Vec::new())),
            b's' => {
                let first = self.stack.len().checked_sub(2)?;
                let item = self.stack.split_off(first);
                self.insert(&item)?;
            }
            b'u' => {
                let items = self.pop_to_mark()?;
                self.insert(&items)?;
            }
            b'c' => {
                let name = format!("{}.{}", self.line()?, self.line()?);
                self.push(Value::Global(name));
            }
            0x93 => {
                let [module, name] =
                    [1, 0].map(|below| self.stack.len().checked_sub(1 + below)).map(|at| self.stack.get(at?));
                let name = format!("{}.{}", self.string(*module?)?, self.string(*name?)?);
                self.stack.truncate(self.stack.len() - 2);
                self.push(Value::Global(name));
            }
            // REDUCE and NEWOBJ: a function or class called with arguments.
            b'R' | 0x81 => {
                let (arguments, of) = (self.pop()?, self.pop()?);
                self.call(of, arguments);
            }
            b'b' => {
                let state = self.pop()?;
                if let Value::Object(object) = &mut self.values[*self.stack.last()?] {
                    object.state = Some(state);
                }
            }
            b'Q' => {
                let name = self.pop()?;
                self.push(Value::Outside(name));
            }
            b'q' => self.memorize::<1>()?,
            b'r' => self.memorize::<4>()?,
            0x94 => self.memo.push(Some(*self.stack.last()?)),
            b'h' => self.remember::<1>()?,
            b'j' => self.remember::<4>()?,
            other => return Some(Step::Unknown(other)),
        }
        Some(Step::Next)
    }

    fn take<const LEN: usize>(&mut self) -> Option<[u8; LEN]> {
        self.slice(LEN)?.try_into().ok()
    }

    fn slice(&mut self, len: usize) -> Option<&'a [u8]> {
        let slice = self.bytes.get(self.at..self.at.checked_add(len)?)?;
        self.at += len;
        Some(slice)
    }

    /// A length of `LEN` bytes.
    fn len<const LEN: usize>(&mut self) -> Option<usize> {
        usize::try_from(unsigned(&self.take::<LEN>()?)).ok()
    }

    fn line(&mut self) -> Option<&'a str> {
        let len = self.bytes[self.at..].iter().position(|byte| *byte == b'\n')?;
        let line = self.slice(len + 1)?;
        std::str::from_utf8(&line[..len]).ok()
    }

    fn push(&mut self, value: Value<'a>) {
        self.stack.push(self.values.len());
        self.values.push(value);
    }

    /// The value on top, above the last mark.
    fn pop(&mut self) -> Option<Id> {
        let above = self.marks.last().is_none_or(|mark| self.stack.len() > *mark);
        above.then(|| self.stack.pop())?
    }

    fn pop_to_mark(&mut self) -> Option<Vec<Id>> {
        let mark = self.marks.pop()?;
        (mark <= self.stack.len()).then(|| self.stack.split_off(mark))
    }

    /// Signed where it has 4 bytes.
    fn integer<const LEN: usize>(&mut self) -> Option<()> {
        let value = unsigned(&self.take::<LEN>()?);
        let value = if LEN == 4 { i64::from(value as u32 as i32) } else { value as i64 };
        self.push(Value::Integer(value));
        Some(())
    }

    /// An integer of any length, with its sign; what has more than 64 bits counts nothing.
    fn long(&mut self, len: usize) -> Option<()> {
        let bytes = self.slice(len)?;
        let value = match len {
            0 => Value::Integer(0),
            1..=8 => {
                let unused = 64 - 8 * len as u32;
                Value::Integer(((unsigned(bytes) << unused) as i64) >> unused)
            }
            _ => Value::Other,
        };
        self.push(value);
        Some(())
    }

    fn text<const LEN: usize>(&mut self) -> Option<()> {
        let len = self.len::<LEN>()?;
        let text = std::str::from_utf8(self.slice(len)?).ok()?;
        self.push(Value::Text(text));
        Some(())
    }

    fn bytes<const LEN: usize>(&mut self) -> Option<()> {
        let len = self.len::<LEN>()?;
        let bytes = self.slice(len)?;
        self.push(Value::Bytes(bytes));
        Some(())
    }

    fn string(&self, id: Id) -> Option<&'a str> {
        if let Value::Text(text) = self.values[id] { Some(text) } else { None }
    }

    /// Adds elements to the list on top; what is put into a list of a class of its own is left out.
    fn extend(&mut self, elements: Vec<Id>) -> Option<()> {
        if let Value::Sequence(list) = &mut self.values[*self.stack.last()?] {
            list.extend(elements);
        }
        Some(())
    }

    /// Adds keys and values, in turns, to the dictionary on top.
    fn insert(&mut self, items: &[Id]) -> Option<()> {
        let items = items.as_chunks::<2>().0.iter().map(|[key, value]| (*key, *value));
        match &mut self.values[*self.stack.last()?] {
            Value::Dictionary(dictionary) => dictionary.extend(items),
            Value::Object(object) => object.items.extend(items),
            _ => return None,
        }
        Some(())
    }

    fn call(&mut self, of: Id, arguments: Id) {
        let is_dictionary = matches!(&self.values[of], Value::Global(name) if name == "collections.OrderedDict");
        self.push(match is_dictionary {
            true => Value::Dictionary(Vec::new()),
            false => Value::Object(Object { of, arguments, state: None, items: Vec::new() }),
        });
    }

    /// Keeps the value on top under a number. Numbers count up, so one that is far beyond the rest is a fault.
    fn memorize<const LEN: usize>(&mut self) -> Option<()> {
        let number = self.len::<LEN>()?;
        if number > self.bytes.len() {
            return None;
        }
        self.memo.resize(self.memo.len().max(number + 1), None);
        self.memo[number] = Some(*self.stack.last()?);
        Some(())
    }

    fn remember<const LEN: usize>(&mut self) -> Option<()> {
        let number = self.len::<LEN>()?;
        self.stack.push((*self.memo.get(number)?)?);
        Some(())
    }
}

/// Little-endian, up to 8 bytes.
fn unsigned(bytes: &[u8]) -> u64 {
    bytes.iter().rev().fold(0, |value, byte| value << 8 | u64::from(*byte))
}
