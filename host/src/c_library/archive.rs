//! Static libraries as GNU's `ar` writes them.
//!
//! rustc's has the one object of this project beside hundreds of Rust's `compiler_builtins`, with code of LLVM in them that
//! other tools trip over. Of those, nothing is needed but what libgcc and a C library have.

use super::symbols::defined;

const MAGIC: &[u8] = b"!<arch>\n";
/// Bytes of what stands before a member.
const HEAD_BYTES: usize = 60;
/// In the library that is written.
const MEMBER: &str = "dim.o/";

/// A library of the one object whose name starts so; `None` if the bytes are none, or have not one such object.
pub(super) fn keep(archive: &[u8], name: &str) -> Option<Vec<u8>> {
    let mut found = members(archive)?.into_iter().filter(|(of, _)| of.starts_with(name));
    match (found.next(), found.next()) {
        (Some((_, object)), None) => write(object),
        _ => None,
    }
}

/// Names and bytes.
fn members(archive: &[u8]) -> Option<Vec<(String, &[u8])>> {
    let mut rest = archive.strip_prefix(MAGIC)?;
    let mut long_names: &[u8] = &[];
    let mut members = Vec::new();
    while !rest.is_empty() {
        let (head, behind) = rest.split_at_checked(HEAD_BYTES)?;
        let text = str::from_utf8(head).ok()?;
        let bytes: usize = text.get(48..58)?.trim_end().parse().ok()?;
        let (content, behind) = behind.split_at_checked(bytes)?;
        rest = behind.get(bytes % 2..).unwrap_or_default();
        match text.get(..16)?.trim_end() {
            "//" => long_names = content,
            "/" | "/SYM64/" => {}
            name => {
                let long = name.strip_prefix('/').map(|at| long_names.get(at.parse::<usize>().ok()?..));
                let name = long.unwrap_or(Some(name.as_bytes()))?.split(|byte| *byte == b'/').next()?;
                members.push((String::from_utf8_lossy(name).into_owned(), content));
            }
        }
    }
    Some(members)
}

/// A library of one object, the same bytes whenever it is written.
fn write(object: &[u8]) -> Option<Vec<u8>> {
    let names = defined(object)?;
    // How many symbols there are, where the member of each starts, and their names; numbers are big-endian.
    let mut index = u32::try_from(names.len()).ok()?.to_be_bytes().to_vec();
    let strings: usize = names.iter().map(|name| name.len() + 1).sum();
    let length = index.len() + names.len() * 4 + strings;
    let member = MAGIC.len() + HEAD_BYTES + length.next_multiple_of(2);
    let member = u32::try_from(member).ok()?;
    names.iter().for_each(|_| index.extend(member.to_be_bytes()));
    names.iter().for_each(|name| index.extend(name.bytes().chain([0])));
    let mut archive = MAGIC.to_vec();
    for (name, content) in [("/", index.as_slice()), (MEMBER, object)] {
        archive.extend(format!("{name:<16}{:<12}{:<6}{:<6}{:<8}{:<10}`\n", 0, 0, 0, 644, content.len()).bytes());
        archive.extend(content);
        archive.resize(archive.len().next_multiple_of(2), b'\n');
    }
    Some(archive)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn other_bytes_are_no_library() {
        for bytes in [&b"!<arch>\n"[..], b"", b"!<arch>\nshort", b"\x7fELF"] {
            assert_eq!(keep(bytes, "dim"), None);
        }
        let head = format!("{:<16}{:<12}{:<6}{:<6}{:<8}{:<10}`\n", "dim.o/", 0, 0, 0, 644, 4);
        assert_eq!(keep(&[MAGIC, head.as_bytes(), b"code"].concat(), "dim"), None, "no object of ELF");
        assert_eq!(members(&[MAGIC, head.as_bytes(), b"code"].concat()).unwrap(), [("dim.o".to_owned(), &b"code"[..])]);
    }
}
