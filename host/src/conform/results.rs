//! Reads what the firmware computed; the bytes are specified in `firmware-example/src/results.rs`, which writes them.

use anyhow::{Context, ensure};

use super::Outputs;

const MAGIC: &[u8; 8] = b"DIMRESLT";
const VERSION: u16 = 1;
const HEADER_BYTES: usize = 20;
const COUNT_BYTES: usize = 8;

/// One case as the device ran it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct CaseResult {
    pub(super) instructions: u64,
    pub(super) outputs: Outputs,
}

/// The cases in a file of results; one that was cut short by the end of the run does not count.
pub(super) fn read_results(file: &[u8]) -> anyhow::Result<Vec<CaseResult>> {
    let (header, records) = file.split_first_chunk::<HEADER_BYTES>().context("the device wrote no results")?;
    ensure!(header.starts_with(MAGIC), "what the device wrote is not a file of results");
    let version = u16::from_le_bytes([header[8], header[9]]);
    ensure!(version == VERSION, "the firmware writes results of version {version}, this program reads {VERSION}");
    let length = |at: usize| -> anyhow::Result<usize> {
        let bytes = [header[at], header[at + 1], header[at + 2], header[at + 3]];
        Ok(usize::try_from(u32::from_le_bytes(bytes))?)
    };
    let [embedding, feature_map] = [length(12)?, length(16)?];
    let cases = records.chunks_exact(COUNT_BYTES + embedding + feature_map).map(|record| {
        let (instructions, outputs) = record.split_first_chunk::<COUNT_BYTES>().context("a record without a count")?;
        let (embedding, feature_map) = outputs.split_at(embedding);
        let [embedding, feature_map] = [embedding, feature_map].map(signed);
        Ok(CaseResult { instructions: u64::from_le_bytes(*instructions), outputs: Outputs { embedding, feature_map } })
    });
    cases.collect()
}

fn signed(bytes: &[u8]) -> Vec<i8> {
    bytes.iter().map(|byte| byte.cast_signed()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const FILE: &[u8] = b"DIMRESLT\x01\0\0\0\x02\0\0\0\x01\0\0\0\
        \x10\x27\0\0\0\0\0\0\xff\x02\x80\
        \0\0\0\0\x01\0\0\0\0\x7f\x07";

    #[test]
    fn the_bytes_are_as_specified() {
        let outputs = Outputs { embedding: vec![-1, 2], feature_map: vec![-128] };
        let first = CaseResult { instructions: 10_000, outputs };
        let outputs = Outputs { embedding: vec![0, 127], feature_map: vec![7] };
        assert_eq!(read_results(FILE).unwrap(), [first.clone(), CaseResult { instructions: 1 << 32, outputs }]);
        assert_eq!(read_results(&FILE[..FILE.len() - 1]).unwrap(), [first]);
    }

    #[test]
    fn other_files_are_refused() {
        let message = |file: &[u8]| read_results(file).unwrap_err().to_string();
        assert_eq!(message(&FILE[..19]), "the device wrote no results");
        assert_eq!(message(b"DIMCASES............"), "what the device wrote is not a file of results");
        let newer = [b"DIMRESLT\x02", &FILE[9..]].concat();
        assert_eq!(message(&newer), "the firmware writes results of version 2, this program reads 1");
    }
}
