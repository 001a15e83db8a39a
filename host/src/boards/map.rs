//! The table of memory maps, `firmware-example/boards/maps`.

use std::fs;
use std::path::Path;

use anyhow::{Context, bail};

/// In the folder of the boards.
const FILE: &str = "maps";

/// A line of the table. Sizes are in bytes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Map {
    /// Name on the command line, and of the binary.
    pub name: String,
    /// The package that has the binary.
    pub package: String,
    /// Target triple of rustc.
    pub triple: String,
    /// Processor of rustc.
    pub cpu: String,
    /// What probe-rs calls the chip.
    pub chip: String,
    /// Address of the flash.
    pub flash_start: u32,
    /// The firmware's part of the flash, its encoder included.
    pub firmware: usize,
    /// A slot's part, for an encoder that is sent.
    pub slot: usize,
    /// The part of what is learned.
    pub store: usize,
    /// Memory for activations.
    pub arena: usize,
    /// Memory for an image.
    pub image: usize,
    /// Most units of an embedding.
    pub units: usize,
}

impl Map {
    /// Finds a board in the folder of the boards.
    ///
    /// # Errors
    /// If there is none of this name; the message names those that there are.
    pub fn find(name: &str, folder: &Path) -> anyhow::Result<Self> {
        let path = folder.join(FILE);
        let table = fs::read_to_string(&path).with_context(|| format!("reading {}", path.display()))?;
        let all = Self::read(&table).with_context(|| path.display().to_string())?;
        let names = all.iter().map(|map| map.name.as_str()).collect::<Vec<_>>().join(", ");
        let found = all.into_iter().find(|map| map.name == name);
        found.with_context(|| format!("there is no board {name}; there are {names}"))
    }

    /// All lines of a table.
    pub(super) fn read(table: &str) -> anyhow::Result<Vec<Self>> {
        let lines = table.lines().filter(|line| !line.starts_with('#') && !line.trim().is_empty());
        lines.map(|line| Self::line(line).with_context(|| format!("`{line}`"))).collect()
    }

    fn line(line: &str) -> anyhow::Result<Self> {
        let words: Vec<&str> = line.split_whitespace().collect();
        let [name, package, triple, cpu, chip, start, firmware, slot, store, arena, image, units, _, _] = words[..]
        else {
            bail!("it has {} of 14 words", words.len());
        };
        let kib = |word: &str| -> anyhow::Result<usize> {
            Ok(word.parse::<usize>().with_context(|| format!("{word} is no size in KiB"))? << 10)
        };
        let digits = start.strip_prefix("0x").unwrap_or_default();
        Ok(Self {
            name: name.to_owned(),
            package: package.to_owned(),
            triple: triple.to_owned(),
            cpu: cpu.to_owned(),
            chip: chip.to_owned(),
            flash_start: u32::from_str_radix(digits, 16).with_context(|| format!("{start} is no address"))?,
            firmware: kib(firmware)?,
            slot: kib(slot)?,
            store: kib(store.split('@').next().unwrap_or_default())?,
            arena: kib(arena)?,
            image: kib(image)?,
            units: units.parse().with_context(|| format!("{units} is no number of units"))?,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_read_and_short_ones_named() {
        let table = "# board\n\nb p t c CHIP 0x10000000 1 2 3@1 4 5 6 7 8\n";
        let [map] = Map::read(table).unwrap().try_into().unwrap();
        assert_eq!([&*map.name, &*map.package, &*map.triple, &*map.cpu, &*map.chip], ["b", "p", "t", "c", "CHIP"]);
        assert_eq!((map.flash_start, map.firmware, map.slot), (0x1000_0000, 1024, 2048));
        assert_eq!([map.store, map.arena, map.image, map.units], [3072, 4096, 5120, 6]);
        let error = Map::read("b p t").unwrap_err();
        assert_eq!(format!("{error:#}"), "`b p t`: it has 3 of 14 words");
    }

    /// `memory.x` gives the linker the firmware's part and no more, so that no encoder that is sent lies over it.
    #[cfg(feature = "firmware")]
    #[test]
    fn every_board_links_into_its_part() {
        let folder = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../firmware-example/boards"));
        for map in Map::read(&fs::read_to_string(folder.join(FILE)).unwrap()).unwrap() {
            let folder = folder.join(&map.package);
            let Ok(script) = fs::read_to_string(folder.join("memory.x")) else {
                assert_eq!(
                    partitions(&fs::read_to_string(folder.join("partitions.csv")).unwrap()),
                    [map.firmware, map.firmware + 2 * map.slot, map.firmware + 2 * map.slot + map.store]
                );
                continue;
            };
            let flash = script.lines().find(|line| line.trim().starts_with("FLASH")).unwrap();
            // `FLASH : ORIGIN = 0x10000100, LENGTH = 640K - 256`
            let (_, values) = flash.split_once("ORIGIN = 0x").unwrap();
            let (origin, length) = values.split_once(", LENGTH = ").unwrap();
            let origin = u32::from_str_radix(origin, 16).unwrap();
            let (kib, less) = length.trim().split_once('K').unwrap();
            let less: u32 = less.trim().trim_start_matches("- ").parse().unwrap_or(0);
            let end = origin + (kib.parse::<u32>().unwrap() << 10) - less;
            assert_eq!((end - map.flash_start) as usize, map.firmware, "{}", map.name);
        }
    }

    /// Where the partitions of a table end.
    #[cfg(feature = "firmware")]
    fn partitions(table: &str) -> Vec<usize> {
        let lines = table.lines().filter(|line| !line.starts_with('#'));
        let number = |word: &str| usize::from_str_radix(word.trim().strip_prefix("0x").unwrap(), 16).unwrap();
        let ends = lines.map(|line| line.split(',').skip(3).map(number).sum());
        ends.collect()
    }
}
