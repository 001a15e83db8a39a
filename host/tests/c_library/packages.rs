//! What other tools read: laid out and spelled as they want it.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::process::Command;

use crate::{encoder, export, run};

fn read(folder: &Path, path: &str) -> String {
    fs::read_to_string(folder.join(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
}

/// Fields of the specification of Arduino's libraries, and its categories.
const FIELDS: [&str; 14] = [
    "name",
    "version",
    "author",
    "maintainer",
    "sentence",
    "paragraph",
    "category",
    "url",
    "architectures",
    "depends",
    "includes",
    "precompiled",
    "ldflags",
    "license",
];
const CATEGORIES: [&str; 9] = [
    "Display",
    "Communication",
    "Signal Input/Output",
    "Sensors",
    "Device Control",
    "Timing",
    "Data Storage",
    "Data Processing",
    "Other",
];

/// What stands in for a board's core, so far that a compiler can read the sketch.
const ARDUINO: &str = "#include <stddef.h>\n#include <stdint.h>\n\
    struct Port { void begin(long); template <class T> void print(T); template <class T> void println(T); void println();\n\
    explicit operator bool(); };\nextern Port Serial;\nvoid delay(unsigned long);\nunsigned long micros();\nlong random(long);\n";

#[test]
fn an_arduino_library_is_laid_out_as_the_ide_wants() {
    let exported = export("cortex-m4-softfp");
    let folder = exported.path();
    // By another program's reader.
    run(Command::new("python3")
        .args(["-m", "zipfile", "-e"])
        .args([folder.join("arduino/dim.zip"), folder.join("ide")]));
    let library = folder.join("ide/dim");
    let properties = read(&library, "library.properties");
    let properties: BTreeMap<&str, &str> = properties.lines().map(|line| line.split_once('=').unwrap()).collect();
    assert!(properties.keys().all(|field| FIELDS.contains(field)), "{properties:?}");
    for field in &FIELDS[..9] {
        assert!(!properties[field].is_empty(), "{field}");
    }
    assert!(CATEGORIES.contains(&properties["category"]));
    assert_eq!((properties["precompiled"], properties["ldflags"]), ("true", "-ldim"));
    for header in properties["includes"].split(',') {
        assert_eq!(read(&library.join("src"), header), read(&folder.join("include"), header));
    }
    // `{build.mcu}/{fpu}-{float-abi}`.
    let archive = fs::read(library.join("src/cortex-m4/fpv4-sp-d16-softfp/libdim.a")).unwrap();
    assert!(archive == fs::read(folder.join("lib/libdim.a")).unwrap());
    assert_eq!(read(&library, "src/dim_encoder.c"), read(folder, "src/dim_encoder.c"));

    // A sketch lies in a folder of its name, and is C++ behind an include of the core.
    let sketch = read(&library, "examples/Embed/Embed.ino");
    fs::write(folder.join("Arduino.h"), ARDUINO).unwrap();
    fs::write(folder.join("sketch.cpp"), format!("#include <Arduino.h>\n{sketch}")).unwrap();
    let mut compiler = Command::new("c++");
    compiler.args(["-std=gnu++11", "-fsyntax-only", "-Wall", "-Wextra", "-Werror"]);
    run(compiler.arg("-I").arg(folder).arg("-I").arg(library.join("src")).arg(folder.join("sketch.cpp")));
}

#[test]
fn a_zephyr_module_has_what_its_schema_knows() {
    let exported = export("cortex-m4-softfp");
    let folder = exported.path();
    let module = read(folder, "zephyr/module.yml");
    let lines: Vec<&str> = module.lines().filter(|line| !line.starts_with('#')).collect();
    assert_eq!(lines, ["name: dim", "build:", "  cmake: zephyr", "  kconfig: zephyr/Kconfig"]);
    // The folder that it names has a CMakeLists.txt, and what that names exists.
    let cmake = read(folder, "zephyr/CMakeLists.txt");
    for path in cmake.split("${DIM_ROOT}/").skip(1).map(|rest| rest.split([')', '\n', ' ']).next().unwrap()) {
        assert!(folder.join(path).exists(), "{path}");
    }
    let kconfig = read(folder, "zephyr/Kconfig");
    let options: Vec<&str> = kconfig.lines().filter_map(|line| line.strip_prefix("config ")).collect();
    for option in cmake.split("CONFIG_").skip(1).map(|rest| rest.split([')', ',']).next().unwrap()) {
        assert!(options.contains(&option), "{option}");
    }
    for text in [module, cmake, kconfig, read(folder, "README.md"), read(folder, "lib/pkgconfig/dim.pc")] {
        assert!(!text.contains('@'), "something is not filled in:\n{text}");
    }
}

#[test]
fn the_array_is_the_file() {
    let exported = export("host");
    let text = read(exported.path(), "src/dim_encoder.c");
    let (_, numbers) = text.split_once("= {\n").unwrap();
    let bytes: Vec<u8> = numbers.split(',').filter_map(|number| number.trim().parse().ok()).collect();
    assert!(bytes == encoder());
    assert!(text.contains("DIM_ALIGNED const uint8_t dim_encoder["));
}

#[test]
fn a_target_that_is_not_there_is_named() {
    let error = dim_host::c_library::CLibrary::locate(None, "z80").unwrap_err().to_string();
    assert!(error.starts_with("there is no target z80; there are cortex-m0plus, cortex-m3, cortex-m4, "), "{error}");
}
