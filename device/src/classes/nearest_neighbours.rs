//! Classes by examples that are kept: the class of most of an image's nearest ones.

use dim_link::Verdict;

use super::examples::Examples;
use super::judgement::Judgement;
use super::kept_examples::{Classifier, KeptExamples};
use super::votes::vote;

/// `EXAMPLES` embeddings of up to `UNITS` int8 codes, of up to `CLASSES` classes, of which the nearest `NEIGHBOURS` vote.
///
/// # Formula
/// Distances are sums of squared differences; of equal ones the example in the earlier place is nearer. The class with most of
/// the nearest votes wins, of several that of the nearest.
pub type NearestNeighbours<const UNITS: usize, const CLASSES: usize, const EXAMPLES: usize, const NEIGHBOURS: usize> =
    KeptExamples<Nearest<NEIGHBOURS>, UNITS, CLASSES, EXAMPLES>;

/// Decides for [`NearestNeighbours`], and remembers nothing.
#[derive(Debug, Clone, Copy)]
pub struct Nearest<const NEIGHBOURS: usize>;

impl<const UNITS: usize, const CLASSES: usize, const EXAMPLES: usize, const NEIGHBOURS: usize>
    Classifier<UNITS, CLASSES, EXAMPLES> for Nearest<NEIGHBOURS>
{
    fn new() -> Self {
        Self
    }

    fn forget(&mut self) {}

    fn classify<'e>(
        &mut self,
        examples: &'e Examples<UNITS, CLASSES, EXAMPLES>,
        embedding: &[i8],
    ) -> Option<Verdict<'e>> {
        let judged = vote::<NEIGHBOURS>(examples.kept(), embedding, NEIGHBOURS)?;
        let Judgement { class, distance, second, is_known } = judged;
        let class = examples.name(u16::try_from(class).ok()?)?;
        Some(Verdict { class, distance, second, is_known })
    }
}

#[cfg(test)]
mod tests {
    use super::super::head::{Head, LearnError};
    use super::*;

    type Four = NearestNeighbours<1, 3, 4, 3>;

    fn learned(examples: &[(&str, i8)]) -> Four {
        let mut head = Four::new();
        for (class, code) in examples {
            head.learn(class, &[*code]).unwrap();
        }
        head
    }

    #[test]
    fn most_of_the_nearest_win_and_then_the_nearest() {
        let mut head = learned(&[("a", 0), ("b", 10), ("b", 12)]);
        let verdict = head.classify(&[4]).unwrap();
        assert_eq!((verdict.class, verdict.distance, verdict.second), ("b", 36, Some(16)));
        let mut head = learned(&[("a", 0), ("b", 10), ("c", 12)]);
        assert_eq!(head.classify(&[4]).unwrap().class, "a");
        assert_eq!(head.classify(&[6]).unwrap().class, "b");
        assert_eq!(Four::new().classify(&[6]), None);
    }

    #[test]
    fn an_example_of_the_class_with_the_most_is_replaced() {
        let mut head = learned(&[("a", 0), ("a", 50), ("a", 53), ("b", 54)]);
        assert_eq!(head.learn("b", &[90]), Ok(2));
        let codes: Vec<i8> = head.examples.iter().map(|example| example.codes[0]).collect();
        // FNV-1a of 90 is 0xdf0c214d, and 0xdf0c21 modulo 3 is 1.
        assert_eq!(codes, [0, 90, 53, 54]);
        let mut head = NearestNeighbours::<1, 2, 2, 1>::new();
        assert_eq!(
            [head.learn("a", &[0]), head.learn("b", &[1]), head.learn("b", &[2])],
            [Ok(1), Ok(1), Err(LearnError::Full)]
        );
    }

    /// The examples of `a` are 10 apart: 400 is four times the square.
    #[test]
    fn what_is_farther_than_the_examples_are_is_unknown() {
        let mut head = learned(&[("a", 0), ("a", 10)]);
        assert!(head.classify(&[30]).unwrap().is_known);
        assert!(!head.classify(&[31]).unwrap().is_known);
    }

    #[test]
    fn an_example_of_a_class_that_is_gone_is_refused() {
        let mut head = learned(&[("a", 5)]);
        let mut value = [0; 8];
        let length = head.write(3, &mut value).unwrap();
        assert!(head.forget(Some("a")) && !head.forget(Some("a")));
        assert_eq!((head.unsaved(), head.classify(&[5])), (Some(0), None));
        assert!(!head.read(3, &value[..length]));
        assert_eq!(head.examples.iter().count(), 0);
    }
}
