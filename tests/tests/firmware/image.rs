//! The image of the least firmware, for a Cortex-M4 without floating-point unit, so that floating-point arithmetic
//! would be the call of a library.

use std::fs;
use std::process::Command;

use dim_conformance::{benchmark, graphs};
use dim_model_format::FilterLayout;
use elf::ElfBytes;
use elf::endian::LittleEndian;

use crate::budgets::{self, Code};
use crate::thumb::{instructions, is_float, mark};
use crate::{differs, is_blessing, project, target_dir};

/// The targets of Armv7E-M without and with floating-point unit.
const TRIPLE: &str = "thumbv7em-none-eabi";
const TRIPLE_WITH_FLOATS: &str = "thumbv7em-none-eabihf";
/// Every operator, none of them by tiles.
const EVERY_OPERATOR: &[&str] = &["--no-default-features", "--features", "qemu,every-operator"];
/// The operators of ResNet-8, without and with tiles.
const RESNET8: &[&str] = &["--no-default-features", "--features", "qemu"];
const RESNET8_BY_TILES: &[&str] = &["--no-default-features", "--features", "qemu,tiles"];
/// Bytes that they may take, parser and start-up included.
const MOST_OF_RESNET8: u64 = 14 << 10;

/// Builds `firmware-example/src/bin/minimal.rs` with ResNet-8, and gives its image; the linker refuses an image that can
/// panic.
fn build(triple: &str, features: &[&str]) -> Vec<u8> {
    let folder = tempfile::tempdir().unwrap();
    let [model, cases] = ["encoder.dim", "cases.bin"].map(|name| folder.path().join(name));
    fs::write(&model, graphs::resnet8(benchmark::SEED, FilterLayout::Paired)).unwrap();
    fs::write(&cases, []).unwrap();
    let target = target_dir("minimal");
    fs::create_dir_all(&target).unwrap();
    // Two tests would otherwise take each other's image.
    let lock = fs::File::create(target.join("image.lock")).unwrap();
    lock.lock().unwrap();
    let output = Command::new("cargo")
        .args(["build", "--profile", "size", "--locked", "--bin", "minimal", "--target", triple])
        .args(features)
        .current_dir(project("firmware-example"))
        .env("CARGO_TARGET_DIR", &target)
        .env("DIM_MODEL", &model)
        .env("DIM_CASES", &cases)
        .env_remove("RUSTFLAGS")
        .env_remove("CARGO_ENCODED_RUSTFLAGS")
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    fs::read(target.join(triple).join("size/minimal")).unwrap()
}

fn section_bytes(image: &[u8], name: &str) -> u64 {
    let image = ElfBytes::<LittleEndian>::minimal_parse(image).unwrap();
    image.section_header_by_name(name).unwrap().unwrap().sh_size
}

/// A name of the standard library's panics, or of what they print with.
fn is_of_panics(name: &str) -> bool {
    let parts = ["9panicking", "4core3fmt", "rust_begin_unwind", "slice_index_fail", "unwrap_failed", "expect_failed"];
    parts.iter().any(|part| name.contains(part))
}

/// A name of the library that does floating-point arithmetic with integers.
fn is_of_floats(name: &str) -> bool {
    let ends =
        ["sf2", "sf3", "df2", "df3", "sfsi", "sidf", "sisf", "dfsi", "2f", "2d", "f2iz", "f2uiz", "d2iz", "d2uiz"];
    name.starts_with("__aeabi_f")
        || name.starts_with("__aeabi_d")
        || name.starts_with("__") && ends.iter().any(|end| name.ends_with(end))
}

#[test]
fn an_image_has_no_panic_no_formatting_and_no_float_and_is_small() {
    let bytes = build(TRIPLE, &[]);
    let image = ElfBytes::<LittleEndian>::minimal_parse(&bytes).unwrap();
    let (symbols, strings) = image.symbol_table().unwrap().unwrap();
    let names: Vec<&str> = symbols.iter().map(|symbol| strings.get(symbol.st_name as usize).unwrap()).collect();
    assert!(names.iter().any(|name| name.contains("dim_runtime")), "the names in the image are those of Rust");
    let unwanted: Vec<_> = names.iter().filter(|name| is_of_panics(name) || is_of_floats(name)).collect();
    assert!(unwanted.is_empty(), "{unwanted:?}");

    let code = Code {
        text: section_bytes(&build(TRIPLE, EVERY_OPERATOR), ".text"),
        text_by_tiles: section_bytes(&bytes, ".text"),
        text_of_resnet8: section_bytes(&build(TRIPLE, RESNET8), ".text"),
        text_of_resnet8_by_tiles: section_bytes(&build(TRIPLE, RESNET8_BY_TILES), ".text"),
        rodata: section_bytes(&bytes, ".rodata"),
    };
    assert!(code.text_of_resnet8 <= MOST_OF_RESNET8, "{code:?}");
    if is_blessing() {
        return budgets::write("code", &code);
    }
    let stated: Code = budgets::read("code");
    let sizes =
        |code: &Code| [code.text, code.text_by_tiles, code.text_of_resnet8, code.text_of_resnet8_by_tiles, code.rodata];
    let grown = sizes(&code).into_iter().zip(sizes(&stated)).any(|(code, stated)| differs(code, stated, 0));
    assert!(!grown, "the image has {code:?}, tests/budgets/code.toml states {stated:?}: bless what is right");
}

/// Where there is a floating-point unit, no name tells; only moving a tensor's scale is left to it.
#[test]
fn an_image_for_a_floating_point_unit_does_not_calculate_with_it() {
    let bytes = build(TRIPLE_WITH_FLOATS, &[]);
    let image = ElfBytes::<LittleEndian>::minimal_parse(&bytes).unwrap();
    let text = image.section_header_by_name(".text").unwrap().unwrap();
    let (code, _) = image.section_data(&text).unwrap();
    let (symbols, strings) = image.symbol_table().unwrap().unwrap();
    let marks = symbols.iter().filter_map(|symbol| {
        let name = strings.get(symbol.st_name as usize).unwrap();
        let at = symbol.st_value.checked_sub(text.sh_addr)?;
        mark(name).map(|is_code| (at as usize, is_code))
    });
    let found = instructions(code, marks.collect());
    assert!(found.len() > 5_000, "{} instructions", found.len());
    let floats: Vec<_> = found.iter().filter(|(_, instruction)| is_float(*instruction)).collect();
    assert!(floats.is_empty(), "{floats:x?}");
}

#[test]
fn unwanted_names_are_known() {
    for name in
        ["_ZN4core9panicking18panic_bounds_check17h0E", "_RNvNtCs0_4core9panicking5panic", "_ZN4core3fmt5write17h0E"]
    {
        assert!(is_of_panics(name), "{name}");
    }
    for name in ["__aeabi_fcmpeq", "__aeabi_dadd", "__aeabi_ui2f", "__aeabi_f2iz", "__addsf3", "__nesf2"] {
        assert!(is_of_floats(name), "{name}");
    }
    for name in ["__aeabi_memcpy4", "__aeabi_uidiv", "_ZN11dim_runtime7encoder3run17h0E", "__vector_table"] {
        assert!(!is_of_panics(name) && !is_of_floats(name), "{name}");
    }
}
