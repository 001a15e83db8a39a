//! Compares what engines computed, byte by byte.

use std::collections::BTreeMap;

use serde::Serialize;

use super::Outputs;

/// The outputs of one engine, a case each.
#[derive(Debug, Clone, Copy)]
pub struct Engine<'a> {
    /// Name for the report.
    pub name: &'static str,
    /// `[case]`
    pub outputs: &'a [Outputs],
}

impl<'a> Engine<'a> {
    /// Names an engine's outputs.
    pub const fn new(name: &'static str, outputs: &'a [Outputs]) -> Self {
        Self { name, outputs }
    }
}

/// What a comparison found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Comparison {
    /// Places at which any engine has a byte.
    pub compared_bytes: usize,
    /// Places at which the engines do not all have the same byte.
    pub mismatched_bytes: usize,
    /// The first of them.
    pub first_mismatch: Option<Mismatch>,
}

/// A byte on which engines do not agree.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Mismatch {
    /// Number of the image, from 0.
    pub case: usize,
    /// `embedding` or `feature_map`.
    pub tensor: &'static str,
    /// Element of the tensor, channels innermost.
    pub index: usize,
    /// What each engine computed there, by name; `None` where it computed nothing.
    pub values: BTreeMap<&'static str, Option<i8>>,
}

impl std::fmt::Display for Mismatch {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "case {}, {}[{}]:", self.case, self.tensor, self.index)?;
        self.values.iter().try_for_each(|(engine, value)| match value {
            Some(value) => write!(f, " {engine} {value}"),
            None => write!(f, " {engine} nothing"),
        })
    }
}

/// Compares every byte of embedding and feature map of every case; a byte that an engine lacks is a mismatch.
pub fn compare(engines: &[Engine<'_>]) -> Comparison {
    let mut comparison = Comparison { compared_bytes: 0, mismatched_bytes: 0, first_mismatch: None };
    let cases = engines.iter().map(|engine| engine.outputs.len()).max().unwrap_or(0);
    for case in 0..cases {
        comparison.tensor(engines, case, "embedding", |outputs| &outputs.embedding);
        comparison.tensor(engines, case, "feature_map", |outputs| &outputs.feature_map);
    }
    comparison
}

impl Comparison {
    fn tensor(&mut self, engines: &[Engine<'_>], case: usize, tensor: &'static str, of: fn(&Outputs) -> &[i8]) {
        let tensors: Vec<&[i8]> = engines.iter().map(|engine| engine.outputs.get(case).map_or(&[][..], of)).collect();
        let len = tensors.iter().map(|values| values.len()).max().unwrap_or(0);
        self.compared_bytes += len;
        for index in 0..len {
            let values = tensors.iter().map(|values| values.get(index).copied());
            if values.clone().all(|value| Some(value) == values.clone().next()) {
                continue;
            }
            self.mismatched_bytes += 1;
            self.first_mismatch.get_or_insert_with(|| {
                let values = engines.iter().map(|engine| engine.name).zip(values).collect();
                Mismatch { case, tensor, index, values }
            });
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn outputs() -> Vec<Outputs> {
        vec![Outputs { embedding: vec![1, 2], feature_map: vec![3, 4, 5] }; 2]
    }

    #[test]
    fn equal_outputs_match() {
        let [a, b] = [outputs(), outputs()];
        let found = compare(&[Engine::new("a", &a), Engine::new("b", &b)]);
        assert_eq!(found, Comparison { compared_bytes: 10, mismatched_bytes: 0, first_mismatch: None });
    }

    #[test]
    fn every_engine_can_be_the_one_that_differs() {
        for wrong in 0..3 {
            let mut all = [outputs(), outputs(), outputs()];
            all[wrong][1].feature_map[2] = -5;
            all[wrong][1].feature_map[0] = 0;
            let names = ["a", "b", "c"];
            let found = compare(&[0, 1, 2].map(|i| Engine::new(names[i], &all[i])));
            assert_eq!(found.mismatched_bytes, 2);
            let first = found.first_mismatch.unwrap();
            assert_eq!((first.case, first.tensor, first.index), (1, "feature_map", 0));
            assert_eq!(first.values[names[wrong]], Some(0));
            assert_eq!(first.values[names[(wrong + 1) % 3]], Some(3));
        }
    }

    #[test]
    fn a_missing_byte_and_a_missing_case_are_mismatches() {
        let [whole, mut short] = [outputs(), outputs()];
        short.pop();
        short[0].embedding.pop();
        let found = compare(&[Engine::new("whole", &whole), Engine::new("short", &short)]);
        assert_eq!((found.compared_bytes, found.mismatched_bytes), (10, 6));
        assert_eq!(found.first_mismatch.unwrap().to_string(), "case 0, embedding[1]: short nothing whole 2");
    }
}
