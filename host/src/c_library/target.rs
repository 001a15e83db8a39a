//! The table of processors, `capi/targets`.

use std::fs;
use std::path::Path;

use anyhow::{Context, bail};

/// In the folder of the C interface.
const FILE: &str = "targets";

/// A line of the table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Target {
    /// Name on the command line.
    pub(super) name: String,
    /// Target triple of rustc; `None` for this machine.
    pub(super) triple: Option<String>,
    /// Processor of rustc, where it is told one.
    pub(super) cpu: Option<String>,
    /// What a C compiler has to be told.
    pub(super) options: Vec<String>,
    /// Where an Arduino library has it.
    pub(super) arduino: Option<String>,
}

impl Target {
    /// Finds a processor in the folder of the C interface.
    pub(super) fn find(name: &str, folder: &Path) -> anyhow::Result<Self> {
        let path = folder.join(FILE);
        let table = fs::read_to_string(&path).with_context(|| format!("reading {}", path.display()))?;
        let all = Self::read(&table).with_context(|| path.display().to_string())?;
        let names = all.iter().map(|target| target.name.as_str()).collect::<Vec<_>>().join(", ");
        let found = all.into_iter().find(|target| target.name == name);
        found.with_context(|| format!("there is no target {name}; there are {names}"))
    }

    fn read(table: &str) -> anyhow::Result<Vec<Self>> {
        let lines = table.lines().filter(|line| !line.starts_with('#') && !line.trim().is_empty());
        lines.map(|line| Self::line(line).with_context(|| format!("`{line}`"))).collect()
    }

    fn line(line: &str) -> anyhow::Result<Self> {
        let words: Vec<&str> = line.split_whitespace().collect();
        let [name, triple, cpu, options, arduino] = words[..] else { bail!("it has {} of 5 words", words.len()) };
        let some = |word: &str| (word != "-").then(|| word.to_owned());
        Ok(Self {
            name: name.to_owned(),
            triple: some(triple).filter(|triple| triple != "host"),
            cpu: some(cpu),
            options: some(options).map(|all| all.split(',').map(str::to_owned).collect()).unwrap_or_default(),
            arduino: some(arduino),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_read_and_short_ones_named() {
        let [m, host] =
            Target::read("# name\n\nm triple cpu -a,-b=c mcu/fpu\nhost host - - -\n").unwrap().try_into().unwrap();
        assert_eq!((m.triple.as_deref(), m.cpu.as_deref()), (Some("triple"), Some("cpu")));
        assert_eq!((m.options, m.arduino.as_deref()), (vec!["-a".to_owned(), "-b=c".to_owned()], Some("mcu/fpu")));
        assert_eq!((host.triple, host.cpu, host.options, host.arduino), (None, None, vec![], None));
        assert_eq!(format!("{:#}", Target::read("m t c").unwrap_err()), "`m t c`: it has 3 of 5 words");
    }
}
