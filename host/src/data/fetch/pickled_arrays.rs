//! Pickles of NumPy's arrays, in lists and dictionaries. Nothing of a pickle is run; a class or function that is none of
//! those that arrays need is refused by its name.

use std::borrow::Cow;

use super::error::SourceError;
use crate::npy::{Element, is_readable, number};
use crate::pickle::{Id, Object, Pickle, Value};

/// What NumPy before and since 2.0 writes, and what turns a text into bytes.
const KNOWN: [&str; 5] = [
    "_codecs.encode",
    "numpy._core.multiarray._reconstruct",
    "numpy.core.multiarray._reconstruct",
    "numpy.dtype",
    "numpy.ndarray",
];

/// Where the content of an array is in its state.
const CONTENT: usize = 4;

/// A pickle that holds nothing but arrays, texts and integers, in lists, tuples and dictionaries.
pub(super) struct PickledArrays<'a> {
    pickle: Pickle<'a>,
    /// For messages.
    file: &'a str,
}

/// An array of one or two extents.
#[derive(Debug)]
pub(super) struct Array<'a> {
    /// `[rows]` or `[rows, columns]`
    pub(super) shape: Vec<usize>,
    is_fortran_order: bool,
    element: Element,
    bytes: Cow<'a, [u8]>,
}

impl<'a> PickledArrays<'a> {
    /// Reads the pickle at the start of `bytes`, which are in a file of this name.
    pub(super) fn read(bytes: &'a [u8], file: &'a str) -> Result<Self, SourceError> {
        let pickle = Pickle::read(bytes).map_err(|error| SourceError::content(file, error, "a pickle of arrays"))?;
        let foreign = pickle.values.iter().find_map(|value| match value {
            Value::Global(name) if !KNOWN.contains(&&**name) => Some(name),
            _ => None,
        });
        match foreign {
            Some(name) => Err(SourceError::content(file, format!("{name} in the pickle"), "only arrays")),
            None => Ok(Self { pickle, file }),
        }
    }

    /// The value that was pickled.
    pub(super) fn root(&self) -> Id {
        self.pickle.root
    }

    /// Elements of a list, a tuple or an array of objects.
    pub(super) fn elements(&self, id: Id) -> Result<&[Id], SourceError> {
        let objects = || self.pickle.sequence(self.state(id)?[CONTENT]);
        self.pickle.sequence(id).or_else(objects).ok_or_else(|| self.unfit("a list"))
    }

    /// The value under a key of a dictionary.
    pub(super) fn item(&self, id: Id, key: &str) -> Result<Id, SourceError> {
        self.pickle.item(id, key).ok_or_else(|| self.unfit(format!("{key:?} in a dictionary")))
    }

    /// A text.
    pub(super) fn text(&self, id: Id) -> Result<&'a str, SourceError> {
        self.pickle.text(id).ok_or_else(|| self.unfit("a text"))
    }

    /// An array of numbers.
    pub(super) fn array(&self, id: Id) -> Result<Array<'a>, SourceError> {
        self.numbers(id).ok_or_else(|| self.unfit("an array of numbers with one or two extents"))
    }

    fn numbers(&self, id: Id) -> Option<Array<'a>> {
        let &[_, shape, element, is_fortran_order, content] = self.state(id)?;
        let extent = |id: &Id| usize::try_from(self.pickle.integer(*id)?).ok();
        let shape: Vec<usize> = self.pickle.sequence(shape)?.iter().map(extent).collect::<Option<_>>()?;
        let is_fortran_order = self.pickle.integer(is_fortran_order)? != 0;
        let element = self.element(element).filter(|element| is_readable(*element))?;
        let bytes = self.bytes(content)?;
        let elements = shape.iter().try_fold(1_usize, |elements, extent| elements.checked_mul(*extent))?;
        let fits = matches!(shape.len(), 1 | 2) && elements.checked_mul(element.bytes) == Some(bytes.len());
        fits.then_some(Array { shape, is_fortran_order, element, bytes })
    }

    /// What an array is made of: a version, the shape, the type, whether the first index runs fastest, and the content.
    fn state(&self, id: Id) -> Option<&[Id; 5]> {
        let object = self.made_by(id, |name| name.ends_with("multiarray._reconstruct"))?;
        self.pickle.sequence(object.state?)?.try_into().ok()
    }

    /// Type of an array's elements: `f8` and the like, and then the order of its bytes.
    fn element(&self, id: Id) -> Option<Element> {
        let object = self.made_by(id, |name| name == "numpy.dtype")?;
        let name = self.any_text(*self.pickle.sequence(object.arguments)?.first()?)?;
        let order = self.any_text(*self.pickle.sequence(object.state?)?.get(1)?)?;
        Element::parse(&format!("{order}{name}"))
    }

    /// Bytes, or the text that they are in Latin-1.
    fn bytes(&self, id: Id) -> Option<Cow<'a, [u8]>> {
        if let Value::Bytes(bytes) = self.pickle.values[id] {
            return Some(Cow::Borrowed(bytes));
        }
        let object = self.made_by(id, |name| name == "_codecs.encode")?;
        let &[text, encoding] = self.pickle.sequence(object.arguments)? else { return None };
        self.pickle.text(encoding).filter(|encoding| *encoding == "latin1")?;
        let byte = |character| u8::try_from(u32::from(character)).ok();
        self.pickle.text(text)?.chars().map(byte).collect::<Option<_>>().map(Cow::Owned)
    }

    /// A text of Python 3 or 2.
    fn any_text(&self, id: Id) -> Option<&'a str> {
        match self.pickle.values[id] {
            Value::Bytes(bytes) => std::str::from_utf8(bytes).ok(),
            _ => self.pickle.text(id),
        }
    }

    fn made_by(&self, id: Id, is_maker: impl Fn(&str) -> bool) -> Option<&Object> {
        let Value::Object(object) = &self.pickle.values[id] else { return None };
        self.pickle.global(object.of).is_some_and(is_maker).then_some(object)
    }

    fn unfit(&self, expected: impl std::fmt::Display) -> SourceError {
        SourceError::content(self.file, "a pickle of something else", expected)
    }
}

impl Array<'_> {
    /// The numbers, row after row.
    pub(super) fn numbers(&self) -> impl Iterator<Item = f64> {
        let (rows, columns) = (self.shape[0], self.shape.get(1).copied().unwrap_or(1));
        let len = self.element.bytes;
        (0..rows * columns).map(move |index| {
            let at = if self.is_fortran_order { index % columns * rows + index / columns } else { index };
            number(&self.bytes[at * len..][..len], self.element)
        })
    }
}
