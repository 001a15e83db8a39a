//! The mean embedding of each class, in codes.

use dim_model_format::{Model, mean_code, write_prototypes};

/// Mean codes of each class, `None` for a class without images.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ClassMeans(Vec<Option<Vec<i8>>>);

/// Means of the embeddings of each class, rounded to nearest, ties away from zero.
///
/// # Panics
/// If a label is not below `classes`, or the rows have several lengths.
pub fn class_means(rows: &[Vec<i8>], labels: &[u8], classes: usize) -> ClassMeans {
    let mut sums = vec![(0_i64, Vec::<i64>::new()); classes];
    for (row, label) in rows.iter().zip(labels) {
        let (count, sum) = &mut sums[usize::from(*label)];
        *count += 1;
        sum.resize(row.len(), 0);
        for (sum, code) in sum.iter_mut().zip(row) {
            *sum += i64::from(*code);
        }
    }
    let mean =
        |(count, sum): (i64, Vec<i64>)| (count > 0).then(|| sum.iter().map(|sum| mean_code(*sum, count)).collect());
    ClassMeans(sums.into_iter().map(mean).collect())
}

impl ClassMeans {
    /// The numbers of classes with images, in the order that they have in the file.
    pub fn present(&self) -> impl Iterator<Item = usize> {
        self.0.iter().enumerate().filter(|(_, codes)| codes.is_some()).map(|(class, _)| class)
    }

    /// The file that a device reads, without the classes that have no images; `None` if there is none that has, if a
    /// class has no name, or if something exceeds the format.
    pub fn to_file(&self, model: &Model<'_>, names: &[String]) -> Option<Vec<u8>> {
        let named = names.iter().map(String::as_str).zip(&self.0);
        let classes: Vec<(&str, &[i8])> =
            named.filter_map(|(name, codes)| codes.as_deref().map(|codes| (name, codes))).collect();
        let is_whole = names.len() == self.0.len() && !classes.is_empty();
        if is_whole { write_prototypes(model, &classes) } else { None }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn means_are_rounded_to_nearest() {
        let rows = [vec![1, -128, 127], vec![2, -128, 127], vec![-1, 0, 0], vec![-2, 0, 1]];
        let means = class_means(&rows, &[0, 0, 2, 2], 3);
        assert_eq!(means, ClassMeans(vec![Some(vec![2, -128, 127]), None, Some(vec![-2, 0, 1])]));
        assert_eq!(means.present().collect::<Vec<_>>(), [0, 2]);
    }
}
