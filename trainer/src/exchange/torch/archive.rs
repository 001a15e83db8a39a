//! The two containers of `torch.save`: a pickle, and the bytes of the storages that it names.
//!
//! PyTorch 1.6 and later write a zip archive of stored (not compressed) entries, `NAME/data.pkl` and `NAME/data/KEY`.
//! Earlier ones write pickles one after the other (a magic number, a protocol, facts about the machine, the object, the
//! keys of its storages), then for each storage a number of elements and the elements.

use dim_host::pickle::{Id, Pickle, Value};

use super::TorchError;

/// The object that was saved, and the bytes that its tensors are made of.
#[derive(Debug)]
pub(super) struct Archive<'a> {
    pub(super) pickle: Pickle<'a>,
    storages: Vec<(&'a str, &'a [u8])>,
}

/// What a tensor says of its storage: `("storage", type, key, place, elements)`.
#[derive(Debug, Clone, Copy)]
pub(super) struct Storage<'p> {
    pub(super) key: &'p str,
    pub(super) element: &'p str,
}

impl<'a> Archive<'a> {
    pub(super) fn read(file: &'a [u8]) -> Result<Self, TorchError> {
        match file {
            [b'P', b'K', ..] => Self::zipped(file),
            [0x80, ..] => Self::in_a_row(file),
            _ => Err(TorchError::Unknown),
        }
    }

    /// The bytes of a storage.
    pub(super) fn storage(&self, key: &str) -> Option<&'a [u8]> {
        self.storages.iter().find(|(name, _)| *name == key).map(|(_, bytes)| *bytes)
    }

    fn zipped(file: &'a [u8]) -> Result<Self, TorchError> {
        let entries = zip_entries(file)?;
        let (root, pickle) = entries
            .iter()
            .find_map(|(name, bytes)| Some((name.strip_suffix("data.pkl")?, *bytes)))
            .ok_or_else(|| TorchError::Damaged("the archive has no data.pkl".to_owned()))?;
        let inside = || entries.iter().filter_map(|(name, bytes)| Some((name.strip_prefix(root)?, *bytes)));
        if inside().any(|(name, order)| name == "byteorder" && order == b"big") {
            return Err(TorchError::BigEndian);
        }
        let storages = inside().filter_map(|(name, bytes)| Some((name.strip_prefix("data/")?, bytes)));
        Ok(Self { pickle: Pickle::read(pickle)?, storages: storages.collect() })
    }

    fn in_a_row(file: &'a [u8]) -> Result<Self, TorchError> {
        let mut rest = file;
        let mut next = || -> Result<Pickle<'a>, TorchError> {
            let pickle = Pickle::read(rest)?;
            rest = &rest[pickle.len..];
            Ok(pickle)
        };
        let [_magic, _protocol, machine, object, keys] = [next()?, next()?, next()?, next()?, next()?];
        if machine.item(machine.root, "little_endian").and_then(|truth| machine.integer(truth)) == Some(0) {
            return Err(TorchError::BigEndian);
        }
        let damaged = |what: &str| TorchError::Damaged(what.to_owned());
        let mut storages = Vec::new();
        for key in keys.sequence(keys.root).ok_or_else(|| damaged("the storages have no names"))? {
            let key = keys.text(*key).ok_or_else(|| damaged("a storage has no name"))?;
            let size = outside(&object).find(|storage| storage.key == key).and_then(Storage::bytes);
            let size = size.ok_or_else(|| damaged("a storage is of no tensor"))?;
            let (count, behind) = rest.split_first_chunk::<8>().ok_or_else(|| damaged("it is cut short"))?;
            let len = usize::try_from(u64::from_le_bytes(*count)).ok().and_then(|count| count.checked_mul(size));
            let split = len.and_then(|len| behind.split_at_checked(len));
            let bytes;
            (bytes, rest) = split.ok_or_else(|| damaged("it is cut short"))?;
            storages.push((key, bytes));
        }
        Ok(Self { pickle: object, storages })
    }
}

/// The storage that stands outside of a pickle under `id`.
pub(super) fn storage<'p>(pickle: &'p Pickle<'_>, id: Id) -> Option<Storage<'p>> {
    let Value::Outside(name) = pickle.values[id] else { return None };
    let [_, element, key, ..] = *pickle.sequence(name)? else { return None };
    let element = pickle.global(element)?;
    Some(Storage { key: pickle.text(key)?, element: element.strip_prefix("torch.").unwrap_or(element) })
}

fn outside<'p>(pickle: &'p Pickle<'_>) -> impl Iterator<Item = Storage<'p>> {
    (0..pickle.values.len()).filter_map(|id| storage(pickle, id))
}

impl Storage<'_> {
    /// Bytes of an element, by the name of the storage's class.
    pub(super) fn bytes(self) -> Option<usize> {
        Some(match self.element {
            "DoubleStorage" | "LongStorage" => 8,
            "FloatStorage" | "IntStorage" => 4,
            "HalfStorage" | "BFloat16Storage" | "ShortStorage" => 2,
            "CharStorage" | "ByteStorage" | "BoolStorage" => 1,
            _ => return None,
        })
    }
}

/// Name and bytes of every entry of a zip archive (APPNOTE 4.3), each held to its checksum.
fn zip_entries(file: &[u8]) -> Result<Vec<(&str, &[u8])>, TorchError> {
    let damaged = |what: &str| TorchError::Damaged(what.to_owned());
    let cut = || damaged("the zip archive is cut short");
    let end = file.windows(4).rposition(|bytes| bytes == b"PK\x05\x06").ok_or_else(cut)?;
    let end = Fields(file.get(end..).ok_or_else(cut)?);
    let (count, mut at) = (end.u16(10).ok_or_else(cut)?, end.u32(16).ok_or_else(cut)?);
    let mut entries = Vec::new();
    for _ in 0..count {
        let entry = Fields(file.get(at..).filter(|rest| rest.starts_with(b"PK\x01\x02")).ok_or_else(cut)?);
        let read = || Some([entry.u16(28)?, entry.u16(30)?, entry.u16(32)?]);
        let [name_len, extra_len, comment_len] = read().ok_or_else(cut)?;
        let name = entry.0.get(46..46 + name_len).and_then(|name| std::str::from_utf8(name).ok()).ok_or_else(cut)?;
        let read = || Some((entry.u16(10)?, entry.u32(16)?, entry.u32(20)?, entry.u32(42)?));
        let (method, checksum, len, header) = read().ok_or_else(cut)?;
        if method != 0 {
            return Err(damaged("an entry of the zip archive is compressed, which torch.save does not do"));
        }
        let local = Fields(file.get(header..).filter(|rest| rest.starts_with(b"PK\x03\x04")).ok_or_else(cut)?);
        let read = || Some(30 + local.u16(26)? + local.u16(28)?);
        let start = read().ok_or_else(cut)?;
        let bytes = start.checked_add(len).and_then(|end| local.0.get(start..end)).ok_or_else(cut)?;
        let mut sum = flate2::Crc::new();
        sum.update(bytes);
        // PyTorch can be told to leave checksums out.
        if checksum != 0 && sum.sum() as usize != checksum {
            return Err(TorchError::Damaged(format!("the checksum of {name} is wrong")));
        }
        entries.push((name, bytes));
        at += 46 + name_len + extra_len + comment_len;
    }
    Ok(entries)
}

/// Little-endian fields of a zip record.
struct Fields<'a>(&'a [u8]);

impl Fields<'_> {
    fn u16(&self, at: usize) -> Option<usize> {
        self.0.get(at..)?.first_chunk().map(|bytes| u16::from_le_bytes(*bytes).into())
    }

    fn u32(&self, at: usize) -> Option<usize> {
        self.0.get(at..)?.first_chunk().and_then(|bytes| u32::from_le_bytes(*bytes).try_into().ok())
    }
}
