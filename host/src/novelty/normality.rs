//! Which classes are normal.

/// A class was named that is none.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum NormalityError {
    /// The set has no such class.
    #[error("there is no class {name}; there are {}", .classes.join(", "))]
    NoClass {
        /// As it was named.
        name: String,
        /// Those that there are.
        classes: Vec<String>,
    },
    /// One class was named twice.
    #[error("class {0} cannot be both normal and strange")]
    Both(String),
    /// The images have no classes.
    #[error("its images have no classes, so none can be named")]
    Unlabelled,
}

/// For each class whether it is normal; `None` of one that is left out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Normality(Vec<Option<bool>>);

impl Normality {
    /// By the names of classes. Where only normal ones are named, all others are strange, and the other way round; where both
    /// are, the rest is left out. `None` if none is named.
    ///
    /// # Errors
    /// [`NormalityError`].
    pub fn named(classes: &[String], normal: &[String], strange: &[String]) -> Result<Option<Self>, NormalityError> {
        if normal.is_empty() && strange.is_empty() {
            return Ok(None);
        }
        if classes.is_empty() {
            return Err(NormalityError::Unlabelled);
        }
        for name in normal.iter().chain(strange) {
            if !classes.contains(name) {
                return Err(NormalityError::NoClass { name: name.clone(), classes: classes.to_vec() });
            }
        }
        if let Some(both) = normal.iter().find(|name| strange.contains(name)) {
            return Err(NormalityError::Both(both.clone()));
        }
        let of = |class: &String| match (normal.contains(class), strange.contains(class)) {
            (true, _) => Some(true),
            (_, true) => Some(false),
            _ if normal.is_empty() => Some(true),
            _ if strange.is_empty() => Some(false),
            _ => None,
        };
        Ok(Some(Self(classes.iter().map(of).collect())))
    }

    /// All classes but one are normal, or only this one.
    pub fn but(classes: usize, one: usize, is_normal: bool) -> Self {
        Self((0..classes).map(|class| Some((class == one) == is_normal)).collect())
    }

    /// Whether an image of a class is normal; `None` if it is left out.
    pub fn of(&self, label: u8) -> Option<bool> {
        self.0.get(usize::from(label)).copied().flatten()
    }

    /// The images, by their labels, that are normal or strange.
    pub fn indices(&self, labels: &[u8], is_normal: bool) -> Vec<usize> {
        (0..labels.len()).filter(|index| self.of(labels[*index]) == Some(is_normal)).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(normal: &[&str], strange: &[&str]) -> Result<Option<Vec<Option<bool>>>, NormalityError> {
        let owned = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect::<Vec<_>>();
        let named = Normality::named(&owned(&["a", "b", "c"]), &owned(normal), &owned(strange));
        named.map(|named| named.map(|Normality(of)| of))
    }

    #[test]
    fn classes_that_are_not_named_are_of_the_other_kind() {
        assert_eq!(of(&[], &[]), Ok(None));
        assert_eq!(of(&["b"], &[]), Ok(Some(vec![Some(false), Some(true), Some(false)])));
        assert_eq!(of(&[], &["b"]), Ok(Some(vec![Some(true), Some(false), Some(true)])));
        assert_eq!(of(&["a"], &["c"]), Ok(Some(vec![Some(true), None, Some(false)])));
        assert_eq!(of(&["a"], &["a"]), Err(NormalityError::Both("a".to_owned())));
        assert_eq!(of(&["d"], &[]).unwrap_err().to_string(), "there is no class d; there are a, b, c");
        assert_eq!(Normality::named(&[], &["a".to_owned()], &[]), Err(NormalityError::Unlabelled));
        assert_eq!(Normality::but(3, 1, true), Normality(vec![Some(false), Some(true), Some(false)]));
        assert_eq!(Normality::but(3, 1, false).indices(&[0, 1, 2, 1], false), [1, 3]);
    }
}
