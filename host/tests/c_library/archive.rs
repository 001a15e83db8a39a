//! The archive: one object, in which nothing can panic, and which needs nothing that a C compiler does not bring.

use std::fs;

use elf::ElfBytes;
use elf::endian::LittleEndian;

use crate::export;

/// How a symbol that other objects see is bound.
const GLOBAL: u8 = 1;

/// The object in a library, behind its index of symbols.
fn object(library: &[u8]) -> &[u8] {
    let size = |at: usize| str::from_utf8(&library[at + 48..at + 58]).unwrap().trim().parse::<usize>().unwrap();
    let index = size(8);
    let member = 68 + index.next_multiple_of(2);
    assert_eq!(
        (&library[..8], &library[8..10], &library[member..member + 6]),
        (&b"!<arch>\n"[..], &b"/ "[..], &b"dim.o/"[..])
    );
    let object = &library[member + 60..][..size(member)];
    assert_eq!(member + 60 + object.len().next_multiple_of(2), library.len(), "nothing else is in it");
    object
}

#[test]
fn nothing_panics_allocates_or_calculates_with_floats() {
    for target in ["cortex-m0plus", "cortex-m4-softfp", "cortex-m55"] {
        let exported = export(target);
        let library = fs::read(exported.path().join("lib/libdim.a")).unwrap();
        let object = ElfBytes::<LittleEndian>::minimal_parse(object(&library)).unwrap();
        let (symbols, strings) = object.symbol_table().unwrap().unwrap();
        let name = |at: u32| strings.get(at as usize).unwrap();
        let named = symbols.iter().skip(1).map(|of| (name(of.st_name), of.is_undefined(), of.st_bind()));
        let (needed, defined): (Vec<_>, Vec<_>) = named.partition(|(_, is_undefined, _)| *is_undefined);
        for part in ["panic", "3fmt", "unwind", "slice_index_fail", "unwrap_failed", "alloc"] {
            let found: Vec<_> = defined.iter().chain(&needed).filter(|(name, ..)| name.contains(part)).collect();
            assert!(found.is_empty(), "{target}: {found:?}");
        }
        // Memory is moved, and integers of 64 bits divided and shifted, by the run-time ABI for the Arm architecture.
        let is_allowed = |name: &str| {
            let rest = name.strip_prefix("__aeabi_").unwrap_or_default();
            [
                "memcpy", "memmove", "memset", "memcmp", "memclr", "ldivmod", "uldivmod", "uidiv", "lmul", "llsl",
                "llsr", "lasr",
            ]
            .iter()
            .any(|start| rest.starts_with(start) || name == *start)
                || name == "__clzsi2"
        };
        let others: Vec<_> = needed.iter().map(|(name, ..)| *name).filter(|name| !is_allowed(name)).collect();
        assert!(others.is_empty(), "{target}: {others:?}");
        let header = fs::read_to_string(exported.path().join("include/dim.h")).unwrap();
        let functions = defined.iter().filter(|(name, _, bind)| *bind == GLOBAL && name.starts_with("dim_"));
        let mut count = 0;
        for (name, ..) in functions {
            assert!(header.contains(&format!("{name}(")), "{name} is not declared");
            count += 1;
        }
        assert!(count > 20, "{target}: {count} functions");
    }
}
