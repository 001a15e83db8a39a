//! What a pickle describes.

/// Place of a value in a [`Pickle`](super::Pickle). Values are shared, as Python's are.
pub type Id = usize;

/// A value.
#[derive(Debug)]
pub enum Value<'a> {
    /// None, a real number, or an integer of more than 64 bits.
    Other,
    /// Truth is 1, and its contrary 0.
    Integer(i64),
    /// A text.
    Text(&'a str),
    /// Bytes, and texts of Python 2.
    Bytes(&'a [u8]),
    /// A tuple, list or set.
    Sequence(Vec<Id>),
    /// In the order in which items were added.
    Dictionary(Vec<(Id, Id)>),
    /// Name of a class or function, with its module.
    Global(String),
    /// What a class or function makes of its arguments.
    Object(Object),
    /// What stands outside of the pickle under this name.
    Outside(Id),
}

/// What a class or function makes.
#[derive(Debug)]
pub struct Object {
    /// The class or function.
    pub of: Id,
    /// Its arguments, a tuple.
    pub arguments: Id,
    /// What the object is told when it is made, if anything.
    pub state: Option<Id>,
    /// What was put into it as into a dictionary.
    pub items: Vec<(Id, Id)>,
}
