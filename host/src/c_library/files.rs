//! What is exported, and where it lies.

use std::fs;
use std::path::Path;

use anyhow::Context;
use dim_model_format::Model;

use super::encoder::{array, header};
use super::target::Target;
use super::zip::zip;

/// What a folder is made of.
pub(super) struct Package<'p> {
    /// The source of the C interface.
    pub(super) folder: &'p Path,
    pub(super) target: &'p Target,
    pub(super) model: &'p Model<'p>,
    pub(super) file: &'p [u8],
    pub(super) archive: &'p [u8],
}

/// Texts in which something is filled in, and where they go.
const TEXTS: [(&str, &str); 8] = [
    ("README.md", "README.md"),
    ("CMakeLists.txt", "CMakeLists.txt"),
    ("cmake/dim-config.cmake", "lib/cmake/dim/dim-config.cmake"),
    ("cmake/dim-config-version.cmake", "lib/cmake/dim/dim-config-version.cmake"),
    ("dim.pc", "lib/pkgconfig/dim.pc"),
    ("zephyr/module.yml", "zephyr/module.yml"),
    ("zephyr/Kconfig", "zephyr/Kconfig"),
    ("zephyr/CMakeLists.txt", "zephyr/CMakeLists.txt"),
];
const EXAMPLES: [&str; 2] = ["examples/embed.c", "examples/CMakeLists.txt"];
const VERSION: &str = env!("CARGO_PKG_VERSION");

/// Every file of the folder by its path in it.
pub(super) fn files(package: &Package<'_>) -> anyhow::Result<Vec<(String, Vec<u8>)>> {
    let interface = package.read("include/dim.h")?;
    let abi = interface.lines().find_map(|line| line.strip_prefix("#define DIM_ABI "));
    let abi = abi.context("include/dim.h states no DIM_ABI")?;
    let mut files = vec![
        ("include/dim_encoder.h".to_owned(), header(package.model, package.file.len(), abi).into_bytes()),
        ("include/dim.h".to_owned(), interface.clone().into_bytes()),
        ("src/dim_encoder.c".to_owned(), array(package.file).into_bytes()),
        ("lib/libdim.a".to_owned(), package.archive.to_vec()),
    ];
    for (from, to) in TEXTS {
        files.push((to.to_owned(), package.filled(&format!("package/{from}"))?.into_bytes()));
    }
    for example in EXAMPLES {
        files.push((example.to_owned(), package.read(example)?.into_bytes()));
    }
    if let Some(folder) = &package.target.arduino {
        let library = format!("dim/src/{folder}/libdim.a");
        let properties = package.filled("package/arduino/library.properties")?;
        let sketch = package.read("package/arduino/Embed.ino")?;
        let encoder = [0, 1, 2].map(|index| files[index].1.as_slice());
        let arduino = zip(&[
            ("dim/library.properties".to_owned(), properties.as_bytes()),
            ("dim/src/dim_encoder.h".to_owned(), encoder[0]),
            ("dim/src/dim.h".to_owned(), encoder[1]),
            ("dim/src/dim_encoder.c".to_owned(), encoder[2]),
            (library, package.archive),
            ("dim/examples/Embed/Embed.ino".to_owned(), sketch.as_bytes()),
        ]);
        files.push(("arduino/dim.zip".to_owned(), arduino.context("the library is too long for a zip file")?));
    }
    Ok(files)
}

impl Package<'_> {
    fn read(&self, path: &str) -> anyhow::Result<String> {
        let path = self.folder.join(path);
        fs::read_to_string(&path).with_context(|| format!("reading {}", path.display()))
    }

    /// A text with what stands between two `@` filled in.
    fn filled(&self, path: &str) -> anyhow::Result<String> {
        let mut text = self.read(path)?;
        // Whatever has a meaning in one of the texts is left out.
        let name: String =
            self.model.about().name.chars().filter(|c| c.is_alphanumeric() || " -_.+".contains(*c)).collect();
        let mut numbers = VERSION.split('.');
        let options = match self.target.options.as_slice() {
            [] => "this machine's compiler".to_owned(),
            options => format!("`{}`", options.join(" ")),
        };
        for (key, value) in [
            ("@NAME@", name.as_str()),
            ("@IDENTITY@", &self.model.identity().to_string()),
            ("@TARGET@", &self.target.name),
            ("@OPTIONS@", &options),
            ("@VERSION@", VERSION),
            ("@MAJOR@", numbers.next().unwrap_or_default()),
            ("@MINOR@", numbers.next().unwrap_or_default()),
        ] {
            text = text.replace(key, value);
        }
        Ok(text)
    }
}
