//! The fixed part, the checksum, and headers that are not postcard.

use dim_model_format::{Error, NodeError, TensorError};

use super::{node, tensor};
use crate::draft::{Draft, records, repair_checksum};
use crate::golden::FILE;

/// A damage to the bytes of a file.
type Damage = (fn(&mut Vec<u8>), Error, &'static str);

/// Another header, in a file that is sound around it.
type Header = (fn(&Draft<'_>) -> Vec<u8>, Error, &'static str);

const MAGIC: &str = "not a .dim file: the magic bytes are missing";
const LAYOUT: &str = "the sections of the file are out of order or misaligned";
const HEADER: &str = "the header cannot be decoded";

pub(super) fn rows() -> Vec<(Vec<u8>, Error, &'static str)> {
    let damaged = DAMAGES.iter().map(|(damage, error, text)| {
        let mut file = FILE.to_vec();
        damage(&mut file);
        (file, *error, *text)
    });
    let draft = Draft::of(FILE);
    let misread = HEADERS.iter().map(|(header, error, text)| (draft.file_with(&header(&draft)), *error, *text));
    damaged.chain(misread).collect()
}

/// Writes 32-bit fields and puts the checksum right.
fn state<const N: usize>(file: &mut [u8], fields: [(usize, u32); N]) {
    for (offset, value) in fields {
        file[offset..offset + 4].copy_from_slice(&value.to_le_bytes());
    }
    repair_checksum(file);
}

const DAMAGES: &[Damage] = &[
    (Vec::clear, Error::NotADimFile, MAGIC),
    (|file| file.truncate(7), Error::NotADimFile, MAGIC),
    // What a transfer in text mode does.
    (
        |file| {
            file.remove(4);
        },
        Error::NotADimFile,
        MAGIC,
    ),
    (|file| file.truncate(55), Error::Truncated { needed: 56, got: 55 }, "truncated: 56 bytes needed, 55 found"),
    (|file| file.truncate(394), Error::Truncated { needed: 395, got: 394 }, "truncated: 395 bytes needed, 394 found"),
    (
        |file| file[8] = 2,
        Error::UnsupportedVersion { major: 2, minor: 0 },
        "format version 2.0 is not supported; this reader knows 1.0 to 1.7",
    ),
    (
        |file| file[8] = 0,
        Error::UnsupportedVersion { major: 0, minor: 0 },
        "format version 0.0 is not supported; this reader knows 1.0 to 1.7",
    ),
    (
        |file| file[11] = 1,
        Error::UnsupportedVersion { major: 1, minor: 256 },
        "format version 1.256 is not supported; this reader knows 1.0 to 1.7",
    ),
    // The length of the file: one less, none at all.
    (|file| state(file, [(12, 394)]), Error::BadLayout, LAYOUT),
    (|file| state(file, [(12, 0)]), Error::BadLayout, LAYOUT),
    // A header that reaches into the weights, and one that reaches around 32 bits.
    (|file| state(file, [(24, 288 - 56 + 1)]), Error::BadLayout, LAYOUT),
    (|file| state(file, [(24, u32::MAX)]), Error::BadLayout, LAYOUT),
    // Weights that end where they should, but are not aligned.
    (|file| state(file, [(28, 284), (32, 107)]), Error::BadLayout, LAYOUT),
    (|file| state(file, [(28, 304)]), Error::BadLayout, LAYOUT),
    (|file| state(file, [(28, 0xffff_fff0), (32, 407)]), Error::BadLayout, LAYOUT),
    (|file| state(file, [(32, 102)]), Error::BadLayout, LAYOUT),
    // A proof in a file of version 1.0, and the padding between header and weights.
    (|file| state(file, [(36, 1)]), Error::BadLayout, LAYOUT),
    (|file| state(file, [(283, 1)]), Error::BadLayout, LAYOUT),
    (
        |file| file[394] ^= 1,
        Error::Checksum { stated: 0xb352_5bb0, computed: 0xb252_5bb0 },
        "damaged: the checksum is 0xb2525bb0, the file states 0xb3525bb0",
    ),
];

fn sound(draft: &Draft<'_>) -> Vec<u8> {
    draft.header(&records(&draft.tensors), &records(&draft.nodes), &records(&draft.taps))
}

fn with(draft: &Draft<'_>, position: usize, value: u8) -> Vec<u8> {
    let mut header = sound(draft);
    header[position] = value;
    header
}

fn shorter(mut bytes: Vec<u8>) -> Vec<u8> {
    bytes.pop();
    bytes
}

const HEADERS: &[Header] = &[
    (|_| Vec::new(), Error::Header, HEADER),
    (|draft| shorter(sound(draft)), Error::Header, HEADER),
    (|draft| [sound(draft), vec![0]].concat(), Error::Header, HEADER),
    // A name that is longer than the header, one that is not UTF-8, a seed of more than 64 bits.
    (|draft| [vec![0xff; 4], vec![0x0f], sound(draft)].concat(), Error::Header, HEADER),
    (|draft| with(draft, 1, 0xff), Error::Header, HEADER),
    (|draft| with(draft, 68, 2), Error::Header, HEADER),
    // A rounding and a preprocessing of a later version.
    (|draft| with(draft, 69, 2), Error::Header, HEADER),
    (|draft| with(draft, 73, 2), Error::Header, HEADER),
    (
        |draft| draft.header(&shorter(records(&draft.tensors)), &records(&draft.nodes), &records(&draft.taps)),
        tensor(6, TensorError::Undecodable),
        "tensor 6: cannot be decoded",
    ),
    (
        |draft| draft.header(&records(&draft.tensors), &[6, 0, 0], &records(&draft.taps)),
        node(0, NodeError::Undecodable),
        "node 0: cannot be decoded; its operator may be newer than format 1.7, or left out of this reader",
    ),
    (
        |draft| draft.header(&records(&draft.tensors), &shorter(records(&draft.nodes)), &records(&draft.taps)),
        node(5, NodeError::Undecodable),
        "node 5: cannot be decoded; its operator may be newer than format 1.7, or left out of this reader",
    ),
    (
        |draft| draft.header(&records(&draft.tensors), &records(&draft.nodes), &[3, 6, 6, 6]),
        Error::Tap { tap: 1 },
        "tap 1 cannot be decoded, names no tensor, or stands twice",
    ),
];
