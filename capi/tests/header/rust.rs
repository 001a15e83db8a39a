//! What a source file of the crate gives to C, read line by line: the files are formatted, and this is all that they have.

/// An item with its comment, line by line.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Item {
    pub(crate) comment: Vec<String>,
    pub(crate) kind: Kind,
}

/// Types are as in Rust.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Constant { name: String, value: String },
    Enumeration { name: String, variants: Vec<Member> },
    Structure { name: String, fields: Vec<Member> },
    Function { name: String, parameters: Vec<Member>, result: String },
}

/// A variant and its number, or a field or a parameter and its type.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Member {
    pub(crate) comment: Vec<String>,
    pub(crate) name: String,
    pub(crate) value: String,
}

/// The items of a file that C sees, in order.
pub(crate) fn items(source: &str) -> Vec<Item> {
    let mut items = Vec::new();
    let mut comment = Vec::new();
    let mut attributes = String::new();
    let mut lines = source.lines();
    while let Some(line) = lines.next() {
        if let Some(text) = line.strip_prefix("///") {
            comment.push(text.strip_prefix(' ').unwrap_or(text).to_owned());
            continue;
        }
        if line.starts_with("#[") {
            attributes += line;
            continue;
        }
        let is_of_c = attributes.contains("#[repr(") || attributes.contains("no_mangle");
        let kind = if let Some(constant) = line.strip_prefix("pub const ") {
            let (name, value) = constant.split_once(": ").unwrap();
            let value = value.split_once(" = ").unwrap().1.trim_end_matches(';');
            Some(Kind::Constant { name: name.to_owned(), value: value.to_owned() })
        } else if let Some(name) = line.strip_prefix("pub enum ").filter(|_| is_of_c) {
            Some(Kind::Enumeration { name: word(name), variants: members(&mut lines, " = ") })
        } else if let Some(name) = line.strip_prefix("pub struct ").filter(|_| is_of_c) {
            Some(Kind::Structure { name: word(name), fields: members(&mut lines, ": ") })
        } else if line.contains(" extern \"C\" fn ") && is_of_c {
            let mut declared = line.to_owned();
            while !declared.ends_with('{') {
                declared += lines.next().unwrap().trim();
            }
            Some(function(&declared))
        } else {
            None
        };
        let comment = std::mem::take(&mut comment);
        attributes.clear();
        items.extend(kind.map(|kind| Item { comment, kind }));
    }
    items
}

fn word(text: &str) -> String {
    text.split([' ', '(']).next().unwrap().to_owned()
}

/// Up to the line that closes the braces.
fn members<'a>(lines: &mut impl Iterator<Item = &'a str>, between: &str) -> Vec<Member> {
    let mut members = Vec::new();
    let mut comment = Vec::new();
    for line in lines.take_while(|line| *line != "}").map(str::trim) {
        match line.strip_prefix("/// ") {
            Some(text) => comment.push(text.to_owned()),
            None => {
                let (name, value) = line.trim_start_matches("pub ").trim_end_matches(',').split_once(between).unwrap();
                let comment = std::mem::take(&mut comment);
                members.push(Member { comment, name: name.to_owned(), value: value.to_owned() });
            }
        }
    }
    members
}

fn function(declared: &str) -> Kind {
    let (_, rest) = declared.split_once(" fn ").unwrap();
    let (name, rest) = rest.split_once('(').unwrap();
    let (parameters, result) = rest.split_once(") -> ").unwrap();
    let parameters = parameters.split(',').filter_map(|parameter| parameter.split_once(':')).map(|(name, value)| {
        Member { comment: Vec::new(), name: name.trim().to_owned(), value: value.trim().to_owned() }
    });
    Kind::Function { name: name.to_owned(), parameters: parameters.collect(), result: result.replace(" {", "") }
}

#[test]
fn items_are_read() {
    let source = "//! A file.\n\n/// Two\n/// lines.\npub const N: usize = 3;\n\n#[repr(i32)]\npub enum E {\n    /// a\n    \
                  A = 0,\n}\n\npub struct Hidden {\n}\n\n#[unsafe(no_mangle)]\npub unsafe extern \"C\" fn dim_f(\n    \
                  a: *const i8,\n    b: usize,\n) -> Status {\n}\n";
    let member = |name: &str, value: &str, comment: &[&str]| Member {
        comment: comment.iter().map(|line| (*line).to_owned()).collect(),
        name: name.to_owned(),
        value: value.to_owned(),
    };
    let parameters = vec![member("a", "*const i8", &[]), member("b", "usize", &[])];
    let expected = [
        Item {
            comment: vec!["Two".to_owned(), "lines.".to_owned()],
            kind: Kind::Constant { name: "N".to_owned(), value: "3".to_owned() },
        },
        Item {
            comment: vec![],
            kind: Kind::Enumeration { name: "E".to_owned(), variants: vec![member("A", "0", &["a"])] },
        },
        Item {
            comment: vec![],
            kind: Kind::Function { name: "dim_f".to_owned(), parameters, result: "Status".to_owned() },
        },
    ];
    assert_eq!(items(source), expected);
}
