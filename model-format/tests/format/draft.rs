//! A file in parts that can be changed at will and put together without the writer and its checks.

use dim_model_format::{About, Input, Model, Node, Rounding, Tap, Tensor};

/// CRC-32/ISO-HDLC, bit by bit.
pub(crate) fn crc32(bytes: &[u8]) -> u32 {
    !bytes.iter().fold(u32::MAX, |crc, byte| {
        (0..8).fold(crc ^ u32::from(*byte), |crc, _| (crc >> 1) ^ (0xedb8_8320 & (crc & 1).wrapping_neg()))
    })
}

/// States the checksum of the bytes as they are, so that parsing goes on to the checks behind it.
pub(crate) fn repair_checksum(file: &mut [u8]) {
    let (body, stated) = file.split_last_chunk_mut::<4>().unwrap();
    *stated = crc32(body).to_le_bytes();
}

/// The contents of a file.
#[derive(Debug, Clone)]
pub(crate) struct Draft<'a> {
    pub(crate) about: About<'a>,
    pub(crate) rounding: Rounding,
    pub(crate) input: Input,
    pub(crate) tensors: Vec<Tensor>,
    pub(crate) nodes: Vec<Node>,
    pub(crate) taps: Vec<Tap>,
    pub(crate) weights: Vec<u8>,
    pub(crate) minor: u16,
    pub(crate) arena_bytes: u32,
    pub(crate) scratch_bytes: u32,
}

impl<'a> Draft<'a> {
    pub(crate) fn of(file: &'a [u8]) -> Self {
        let model = Model::parse(file).unwrap();
        let weights_end = model.file_bytes() - 4;
        Self {
            about: model.about(),
            rounding: model.graph().rounding,
            input: model.graph().input,
            tensors: model.tensors().collect(),
            nodes: model.nodes().collect(),
            taps: model.taps().collect(),
            weights: file[weights_end - model.weight_bytes()..weights_end].to_vec(),
            minor: model.format_version()[1],
            arena_bytes: model.arena_bytes().try_into().unwrap(),
            scratch_bytes: model.scratch_bytes().try_into().unwrap(),
        }
    }

    /// The header of an `About` and a `Graph` with these lists, which may hold anything.
    pub(crate) fn header(&self, tensors: &[u8], nodes: &[u8], taps: &[u8]) -> Vec<u8> {
        postcard::to_allocvec(&(self.about, self.rounding, self.input, tensors, nodes, taps)).unwrap()
    }

    pub(crate) fn file(&self) -> Vec<u8> {
        self.file_with(&self.header(&records(&self.tensors), &records(&self.nodes), &records(&self.taps)))
    }

    /// The file around a header, which may be anything. The identity is left out: parsing does not look at it.
    pub(crate) fn file_with(&self, header: &[u8]) -> Vec<u8> {
        let mut file = vec![0; 56];
        file.extend(header);
        file.resize(file.len().next_multiple_of(16), 0);
        let weights_offset = file.len();
        file.extend(&self.weights);
        file.extend([0; 4]);
        let [arena, scratch] = [self.arena_bytes, self.scratch_bytes].map(|bytes| bytes as usize);
        let sizes = [file.len(), arena, scratch, header.len(), weights_offset, self.weights.len()];
        file[..10].copy_from_slice(b"\x93DIM\r\n\x1a\n\x01\x00");
        file[10..12].copy_from_slice(&self.minor.to_le_bytes());
        for (field, size) in file[12..36].chunks_mut(4).zip(sizes) {
            field.copy_from_slice(&u32::try_from(size).unwrap().to_le_bytes());
        }
        repair_checksum(&mut file);
        file
    }
}

/// The records of a list, one after the other.
pub(crate) fn records<T: serde::Serialize>(list: &[T]) -> Vec<u8> {
    list.iter().flat_map(|record| postcard::to_allocvec(record).unwrap()).collect()
}
