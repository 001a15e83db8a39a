//! Items as C declares them.

use crate::rust::{Item, Kind, Member};

/// Longest line.
const WIDTH: usize = 120;

/// A declaration with its comment.
pub(crate) fn declaration(item: &Item) -> String {
    let comment = match &item.kind {
        Kind::Function { parameters, .. } => comment(&directed(&item.comment, parameters), ""),
        _ => comment(&item.comment, ""),
    };
    let declared = match &item.kind {
        Kind::Constant { name, value } => format!("#define {name} {}\n", value.replace("u32::MAX", "UINT32_MAX")),
        Kind::Enumeration { name, variants } => {
            let prefix = if name == "TapKind" { "DIM_TAP_" } else { "DIM_" };
            let variant = |variant: &Member| {
                let name = prefix.to_owned() + &screaming(&variant.name);
                format!("{}    {name} = {},\n", self::comment(&variant.comment, "    "), variant.value)
            };
            let variants: String = variants.iter().map(variant).collect();
            format!("typedef int32_t {};\n\n/** Values of #{}. */\nenum {{\n{variants}}};\n", named(name), named(name))
        }
        Kind::Structure { name, fields } => {
            let field = |field: &Member| {
                let declared = variable(&field.value, &field.name);
                format!("{}    {declared};\n", self::comment(&field.comment, "    "))
            };
            let fields: String = fields.iter().map(field).collect();
            format!("typedef struct {} {{\n{fields}}} {};\n", named(name), named(name))
        }
        Kind::Function { name, parameters, result } => {
            let parameters: Vec<_> = parameters.iter().map(|of| variable(&of.value, &of.name)).collect();
            let list = if parameters.is_empty() { "void".to_owned() } else { parameters.join(", ") };
            let line = format!("{}({list});\n", variable(result, name));
            match line.len() > WIDTH {
                true => line.replace('(', "(\n    "),
                false => line,
            }
        }
    };
    comment + &declared
}

/// Says of each parameter whether the function reads or writes it: what is written, Rust points to as `*mut`. What goes on below
/// a parameter moves with it.
fn directed(lines: &[String], parameters: &[Member]) -> Vec<String> {
    let direct = |line: &String| match line.strip_prefix("@param ") {
        Some(rest) => {
            let name = rest.split(' ').next().unwrap();
            let parameter =
                parameters.iter().find(|of| of.name == name).unwrap_or_else(|| panic!("no parameter {name}"));
            let direction = if parameter.value.starts_with("*mut ") { "[out]" } else { "[in] " };
            format!("@param{direction} {rest}")
        }
        None if line.starts_with("          ") => format!("     {line}"),
        None => line.clone(),
    };
    lines.iter().map(direct).collect()
}

fn comment(lines: &[String], indent: &str) -> String {
    match lines {
        [] => String::new(),
        [line] => format!("{indent}/** {line} */\n"),
        lines => {
            let lines: String =
                lines.iter().map(|line| format!("{indent} * {line}").trim_end().to_owned() + "\n").collect();
            format!("{indent}/**\n{lines}{indent} */\n")
        }
    }
}

/// A variable, field or function of a type.
fn variable(of: &str, name: &str) -> String {
    if let Some(array) = of.strip_prefix('[') {
        let (of, length) = array.trim_end_matches(']').split_once("; ").unwrap();
        return format!("{}[{length}]", variable(of, name));
    }
    for (pointer, qualifier) in [("*const ", "const "), ("*mut ", "")] {
        if let Some(of) = of.strip_prefix(pointer) {
            return format!("{qualifier}{} *{name}", named(of));
        }
    }
    format!("{} {name}", named(of))
}

/// The name of a type.
fn named(of: &str) -> String {
    let of = of.strip_prefix("MaybeUninit<").map_or(of, |of| of.trim_end_matches('>'));
    match of {
        "bool" => "bool".to_owned(),
        "c_char" => "char".to_owned(),
        "c_void" => "void".to_owned(),
        "f32" => "float".to_owned(),
        "usize" => "size_t".to_owned(),
        "i8" | "i32" => format!("int{}_t", &of[1..]),
        "u8" | "u16" | "u32" | "u64" => format!("uint{}_t", &of[1..]),
        of => "dim_".to_owned() + &screaming(of).to_lowercase(),
    }
}

/// `NotADimFile` is `NOT_A_DIM_FILE`.
fn screaming(name: &str) -> String {
    let mut screaming = String::new();
    for letter in name.chars() {
        if letter.is_uppercase() && !screaming.is_empty() {
            screaming.push('_');
        }
        screaming.extend(letter.to_uppercase());
    }
    screaming
}

#[test]
fn types_are_those_of_c() {
    for (of, expected) in [
        ("*const Model", "const dim_model *x"),
        ("*mut c_void", "void *x"),
        ("[MaybeUninit<u64>; 24]", "uint64_t x[24]"),
        ("[c_char; DIM_NAME_BYTES + 1]", "char x[DIM_NAME_BYTES + 1]"),
        ("i32", "int32_t x"),
    ] {
        assert_eq!(variable(of, "x"), expected);
    }
    assert_eq!(screaming("NotADimFile"), "NOT_A_DIM_FILE");
}
