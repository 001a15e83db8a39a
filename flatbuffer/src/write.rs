//! A writer of FlatBuffers: a tree of values, and its bytes.
//!
//! A vtable stands in front of its table. Offsets point forward, so the tree is written from the root
//! to its leaves, and each offset is filled in when its target's place is known.

/// Alignment of byte vectors: `TFLite` asks for it, and `TOSA` for 8.
const BYTES_ALIGNMENT: usize = 16;

/// What a field of a table holds. Fields are written even where they equal the schema's default.
#[derive(Debug, Clone)]
pub enum Value {
    /// `byte`, `ubyte`, `bool`, or an enumeration of bytes.
    Byte(u8),
    /// `int`, or an enumeration of them.
    Int(i32),
    /// `uint`.
    Uint(u32),
    /// `string`.
    String(String),
    /// `[string]`.
    Strings(Vec<String>),
    /// `[ubyte]`, aligned to 16.
    Bytes(Vec<u8>),
    /// `[int]`.
    Ints(Vec<i32>),
    /// `[long]`.
    Longs(Vec<i64>),
    /// `[float]`.
    Floats(Vec<f32>),
    /// A table, or what a union holds.
    Table(Table),
    /// A vector of tables.
    Tables(Vec<Table>),
}

/// Fields by their number in the schema, each at most once.
#[derive(Debug, Clone, Default)]
pub struct Table(pub Vec<(u16, Value)>);

/// The buffer with `root` as its root table and `identifier` as its file identifier.
///
/// Its offsets are right as long as it is shorter than 2 GiB.
pub fn write(root: &Table, identifier: [u8; 4]) -> Vec<u8> {
    let mut buffer = Buffer(vec![0; 4]);
    buffer.0.extend(identifier);
    let root = buffer.table(root);
    buffer.point(0, root);
    buffer.0
}

struct Buffer(Vec<u8>);

impl Buffer {
    /// Writes a table behind its vtable, then what it refers to; returns the place of the table.
    fn table(&mut self, Table(fields): &Table) -> usize {
        let slots = fields.iter().map(|(field, _)| usize::from(*field) + 1).max().unwrap_or(0);
        self.align(4, 0);
        let vtable = self.0.len();
        self.0.resize(vtable + 4 + 2 * slots, 0);
        self.align(4, 0);
        let table = self.0.len();
        self.0.extend(word(table - vtable));
        let mut places = Vec::with_capacity(fields.len());
        for (field, value) in fields {
            let place = self.scalar(value);
            self.set_half(vtable + 4 + 2 * usize::from(*field), place - table);
            places.push(place);
        }
        self.set_half(vtable, 4 + 2 * slots);
        self.set_half(vtable + 2, self.0.len() - table);
        for ((_, value), place) in fields.iter().zip(places) {
            if let Some(target) = self.target(value) {
                self.point(place, target);
            }
        }
        table
    }

    /// Writes what stands in the table itself: a scalar, or room for an offset.
    fn scalar(&mut self, value: &Value) -> usize {
        let (alignment, bytes) = match value {
            Value::Byte(byte) => (1, [*byte, 0, 0, 0]),
            Value::Int(int) => (4, int.to_le_bytes()),
            Value::Uint(uint) => (4, uint.to_le_bytes()),
            _ => (4, [0; 4]),
        };
        self.align(alignment, 0);
        self.0.extend(&bytes[..alignment]);
        self.0.len() - alignment
    }

    /// Writes what a table refers to; `None` for a scalar.
    fn target(&mut self, value: &Value) -> Option<usize> {
        Some(match value {
            Value::Byte(_) | Value::Int(_) | Value::Uint(_) => return None,
            Value::String(text) => self.string(text),
            Value::Strings(texts) => {
                let place = self.vector(texts.len(), 4, texts.iter().map(|_| [0; 4]));
                for (index, text) in texts.iter().enumerate() {
                    let target = self.string(text);
                    self.point(place + 4 + 4 * index, target);
                }
                place
            }
            Value::Bytes(bytes) => self.vector(bytes.len(), BYTES_ALIGNMENT, bytes.iter().map(|byte| [*byte])),
            Value::Ints(ints) => self.vector(ints.len(), 4, ints.iter().map(|int| int.to_le_bytes())),
            Value::Longs(longs) => self.vector(longs.len(), 8, longs.iter().map(|long| long.to_le_bytes())),
            Value::Floats(floats) => self.vector(floats.len(), 4, floats.iter().map(|float| float.to_le_bytes())),
            Value::Table(table) => self.table(table),
            Value::Tables(tables) => {
                let place = self.vector(tables.len(), 4, tables.iter().map(|_| [0; 4]));
                for (index, table) in tables.iter().enumerate() {
                    let target = self.table(table);
                    self.point(place + 4 + 4 * index, target);
                }
                place
            }
        })
    }

    /// Writes a text and a zero behind it.
    fn string(&mut self, text: &str) -> usize {
        let place = self.vector(text.len(), 1, text.bytes().map(|byte| [byte]));
        self.0.push(0);
        place
    }

    /// Writes a number of elements, then the elements; only these are aligned to more than 4.
    fn vector<const N: usize>(
        &mut self,
        len: usize,
        alignment: usize,
        elements: impl Iterator<Item = [u8; N]>,
    ) -> usize {
        self.align(alignment.max(4), 4);
        let place = self.0.len();
        self.0.extend(word(len));
        self.0.extend(elements.flatten());
        place
    }

    /// Fills with zeros until the place `ahead` bytes from here is a multiple of `alignment`.
    fn align(&mut self, alignment: usize, ahead: usize) {
        let place = (self.0.len() + ahead).next_multiple_of(alignment) - ahead;
        self.0.resize(place, 0);
    }

    /// Makes the field at `place` refer to `target`.
    fn point(&mut self, place: usize, target: usize) {
        self.0[place..place + 4].copy_from_slice(&word(target - place));
    }

    fn set_half(&mut self, place: usize, half: usize) {
        self.0[place..place + 2].copy_from_slice(&(half as u16).to_le_bytes());
    }
}

fn word(number: usize) -> [u8; 4] {
    (number as u32).to_le_bytes()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_empty_table() {
        let expected = [
            12, 0, 0, 0, b'T', b'E', b'S', b'T', // root at 12
            4, 0, 4, 0, // vtable: its own bytes, the table's bytes
            4, 0, 0, 0, // table: 4 bytes back to the vtable
        ];
        assert_eq!(write(&Table::default(), *b"TEST"), expected);
    }

    #[test]
    fn scalars_stand_in_the_table_and_others_behind_it() {
        let root = Table(vec![(0, Value::Byte(7)), (2, Value::Int(-2)), (3, Value::String("hi".to_owned()))]);
        let expected = [
            20, 0, 0, 0, b'T', b'E', b'S', b'T', // root at 20
            12, 0, 16, 0, 4, 0, 0, 0, 8, 0, 12, 0, // vtable: fields 0, 2 and 3 at 4, 8 and 12; no field 1
            12, 0, 0, 0, 7, 0, 0, 0, 0xfe, 0xff, 0xff, 0xff, 4, 0, 0, 0, // table
            2, 0, 0, 0, b'h', b'i', 0, // string
        ];
        assert_eq!(write(&root, *b"TEST"), expected);
    }

    #[test]
    fn elements_are_aligned_to_their_size() {
        let root = Table(vec![(0, Value::Longs(vec![-1])), (1, Value::Bytes(vec![1, 2, 3]))]);
        let bytes = write(&root, *b"TEST");
        let table = 16;
        let target = |field: usize| {
            let place = table + 4 + 4 * field;
            place + u32::from_le_bytes([bytes[place], bytes[place + 1], bytes[place + 2], bytes[place + 3]]) as usize
        };
        let [longs, data] = [target(0) + 4, target(1) + 4];
        assert_eq!((longs % 8, data % 16), (0, 0));
        assert_eq!(bytes[longs..longs + 8], [0xff; 8]);
        assert_eq!(bytes[data - 4..], [3, 0, 0, 0, 1, 2, 3]);
    }
}
