//! A reader of FlatBuffers that nobody vouches for: every offset is checked where it is followed.
//!
//! What is read borrows from the bytes, so that a file of a few bytes cannot ask for memory, whatever it refers to
//! how often.

/// The bytes at this place are not what they should be, or refer to what is outside of the file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Damaged(pub usize);

type Result<T> = core::result::Result<T, Damaged>;

/// A table in the bytes of a file.
#[derive(Debug, Clone, Copy)]
pub struct Record<'a> {
    bytes: &'a [u8],
    table: usize,
    /// Offset in the table of each field, 0 for those that are not there.
    slots: &'a [[u8; 2]],
}

/// The root table. The identifier, if there is one, is in bytes 4 to 8.
pub fn root(bytes: &[u8]) -> Result<Record<'_>> {
    Record::referred_to(bytes, 0)
}

impl<'a> Record<'a> {
    /// The table whose offset stands at `place`.
    fn referred_to(bytes: &'a [u8], place: usize) -> Result<Self> {
        let table = target(bytes, place)?;
        let back = i64::from(i32::from_le_bytes(read(bytes, table)?));
        let vtable = i64::try_from(table).ok().and_then(|table| usize::try_from(table - back).ok());
        let vtable = vtable.ok_or(Damaged(table))?;
        let length = usize::from(u16::from_le_bytes(read(bytes, vtable)?));
        let entries = bytes.get(vtable..vtable + length).and_then(|vtable| vtable.get(4..)).ok_or(Damaged(vtable))?;
        Ok(Self { bytes, table, slots: entries.as_chunks().0 })
    }

    /// A `byte`, a `bool`, or an enumeration of bytes; the schema's default where it is left out.
    pub fn byte(&self, field: usize, default: u8) -> Result<u8> {
        Ok(self.scalar(field)?.map_or(default, |[byte]| byte))
    }

    /// An `int`.
    pub fn int(&self, field: usize, default: i32) -> Result<i32> {
        Ok(self.scalar(field)?.map_or(default, i32::from_le_bytes))
    }

    /// A `uint`.
    pub fn uint(&self, field: usize, default: u32) -> Result<u32> {
        Ok(self.scalar(field)?.map_or(default, u32::from_le_bytes))
    }

    /// A `string`, which should be UTF-8, or a vector of bytes; empty where it is left out.
    pub fn bytes(&self, field: usize) -> Result<&'a [u8]> {
        Ok(self.vector::<1>(field)?.as_flattened())
    }

    /// The elements of a vector, `N` bytes each; none where it is left out.
    pub fn vector<const N: usize>(&self, field: usize) -> Result<&'a [[u8; N]]> {
        let Some(place) = self.place(field) else { return Ok(&[]) };
        elements(self.bytes, place)
    }

    /// A table, or what a union holds.
    pub fn record(&self, field: usize) -> Result<Option<Self>> {
        self.place(field).map(|place| Self::referred_to(self.bytes, place)).transpose()
    }

    /// The tables of a vector; none where it is left out.
    pub fn records(&self, field: usize) -> Result<Records<'a>> {
        let len = self.vector::<4>(field)?.len();
        let start = self.place(field).map_or(Ok(0), |place| target(self.bytes, place))? + 4;
        Ok(Records { bytes: self.bytes, start, len })
    }

    /// The texts of a `[string]`, which should be UTF-8; none where it is left out.
    pub fn strings(&self, field: usize) -> Result<impl Iterator<Item = Result<&'a [u8]>> + use<'a>> {
        let Records { bytes, start, len } = self.records(field)?;
        Ok((0..len).map(move |index| elements::<1>(bytes, start + 4 * index).map(<[_]>::as_flattened)))
    }

    fn scalar<const N: usize>(&self, field: usize) -> Result<Option<[u8; N]>> {
        self.place(field).map(|place| read(self.bytes, place)).transpose()
    }

    /// Where a field stands, if the table has it.
    fn place(&self, field: usize) -> Option<usize> {
        let offset = usize::from(u16::from_le_bytes(*self.slots.get(field)?));
        (offset > 0).then_some(self.table + offset)
    }
}

/// A vector of tables; each is looked up when it is asked for.
#[derive(Debug, Clone, Copy)]
pub struct Records<'a> {
    bytes: &'a [u8],
    start: usize,
    len: usize,
}

impl<'a> Records<'a> {
    /// How many there are.
    pub const fn len(&self) -> usize {
        self.len
    }

    /// Whether there are none.
    pub const fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// Table `index`, if there are so many.
    pub fn get(&self, index: usize) -> Option<Result<Record<'a>>> {
        (index < self.len).then(|| Record::referred_to(self.bytes, self.start + 4 * index))
    }

    /// All of them.
    pub fn iter(self) -> impl Iterator<Item = Result<Record<'a>>> {
        (0..self.len).map_while(move |index| self.get(index))
    }
}

/// The elements of the vector to which the offset at `place` refers.
fn elements<const N: usize>(bytes: &[u8], place: usize) -> Result<&[[u8; N]]> {
    let vector = target(bytes, place)?;
    let count = u32::from_le_bytes(read(bytes, vector)?) as usize;
    let elements = &bytes[vector + 4..];
    let length = count.checked_mul(N).filter(|length| *length <= elements.len()).ok_or(Damaged(vector))?;
    Ok(elements[..length].as_chunks().0)
}

/// What the offset at `place` refers to.
fn target(bytes: &[u8], place: usize) -> Result<usize> {
    let offset = u32::from_le_bytes(read(bytes, place)?) as usize;
    place.checked_add(offset).filter(|target| *target < bytes.len()).ok_or(Damaged(place))
}

fn read<const N: usize>(bytes: &[u8], place: usize) -> Result<[u8; N]> {
    bytes.get(place..).and_then(|rest| rest.first_chunk()).copied().ok_or(Damaged(place))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Table, Value, write};

    fn sample() -> Vec<u8> {
        let inner = |number| Table(vec![(1, Value::Int(number))]);
        let fields = vec![
            (0, Value::Byte(7)),
            (2, Value::Uint(u32::MAX)),
            (3, Value::String("name".to_owned())),
            (4, Value::Longs(vec![-1, 2])),
            (5, Value::Table(inner(-3))),
            (7, Value::Strings(vec!["a".to_owned(), "bc".to_owned()])),
            // Last, since the zero behind a text is not read.
            (6, Value::Tables(vec![inner(4), inner(5)])),
        ];
        write(&Table(fields), *b"TEST")
    }

    fn read_all(bytes: &[u8]) -> Result<i64> {
        root(bytes).and_then(|root| {
            let mut sum = i64::from(root.byte(0, 0)?) + i64::from(root.uint(2, 0)?) + root.bytes(3)?.len() as i64;
            sum += root.vector::<8>(4)?.iter().map(|long| i64::from_le_bytes(*long) % 100).sum::<i64>();
            sum += root.record(5)?.map_or(Ok(0), |inner| inner.int(1, 0))? as i64;
            for inner in root.records(6)?.iter() {
                sum += i64::from(inner?.int(1, 0)?);
            }
            for text in root.strings(7)? {
                sum += text?.len() as i64;
            }
            Ok(sum)
        })
    }

    #[test]
    fn reads_what_was_written() {
        let bytes = sample();
        let root = root(&bytes).unwrap();
        assert_eq!((root.byte(0, 1), root.byte(1, 1), root.byte(99, 1)), (Ok(7), Ok(1), Ok(1)));
        assert_eq!((root.uint(2, 0), root.int(1, -5)), (Ok(u32::MAX), Ok(-5)));
        assert_eq!(root.bytes(3).unwrap(), b"name");
        let longs = root.vector::<8>(4).unwrap().iter().map(|long| i64::from_le_bytes(*long));
        assert_eq!(longs.collect::<Vec<_>>(), [-1, 2]);
        assert_eq!(root.record(5).unwrap().unwrap().int(1, 0), Ok(-3));
        let inner = root.records(6).unwrap().iter().map(|inner| inner.unwrap().int(1, 0).unwrap());
        assert_eq!(inner.collect::<Vec<_>>(), [4, 5]);
        assert_eq!(root.strings(7).unwrap().collect::<Vec<_>>(), [Ok(&b"a"[..]), Ok(b"bc")]);
        assert!(root.records(8).unwrap().is_empty());
        assert_eq!(root.strings(8).unwrap().count(), 0);
    }

    #[test]
    fn damaged_bytes_are_refused_or_read_and_never_panic() {
        let bytes = sample();
        for length in 0..bytes.len() {
            assert!(read_all(&bytes[..length]).is_err(), "{length}");
        }
        for place in 0..bytes.len() {
            for damage in [0x01, 0x80, 0xff] {
                let mut damaged = bytes.clone();
                damaged[place] ^= damage;
                let _ = read_all(&damaged);
            }
        }
    }
}
