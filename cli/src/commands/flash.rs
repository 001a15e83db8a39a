//! `dim flash`: a board's firmware with an encoder, built and flashed.

use std::process::ExitCode;

use anyhow::{Context, bail};
use dim_host::boards::{Firmware, Flashed, fits, flash, hex_image, uf2_image};
use dim_host::persist;
use dim_model_format::Model;

use super::input::{read, unusable};
use crate::arguments::FlashArgs;

pub(super) fn run(args: &FlashArgs) -> anyhow::Result<ExitCode> {
    let file = read(&args.file)?;
    let model = Model::parse(&file).with_context(|| unusable(&args.file))?;
    let firmware = Firmware::locate(args.firmware.as_deref(), &args.board)?;
    let map = firmware.map();
    fits(&model, map).with_context(|| args.file.display().to_string())?;
    let elf = firmware.build(&file[..model.file_bytes()])?;
    let identity = model.identity();
    if let Some(out) = &args.out {
        let image = match out.extension().and_then(|extension| extension.to_str()) {
            Some("uf2") => uf2_image(map, &elf)?,
            Some("hex") => hex_image(map, &elf)?.into_bytes(),
            Some("elf") => elf,
            _ => bail!("{}: an image is a .uf2, a .hex or an .elf file", out.display()),
        };
        persist::write(out, &image)?;
        println!("{}: encoder {identity} for {}, {} bytes", out.display(), map.name, image.len());
        return Ok(ExitCode::SUCCESS);
    }
    match flash(&firmware, &elf)? {
        Flashed::Drive(drive) => println!("encoder {identity} is on {}, by {}", map.name, drive.display()),
        Flashed::Bootloader => println!("encoder {identity} is on {}, by espflash", map.name),
        Flashed::Probe => println!("encoder {identity} is on {}, by probe-rs", map.name),
    }
    Ok(ExitCode::SUCCESS)
}
