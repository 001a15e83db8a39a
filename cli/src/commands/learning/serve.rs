//! `dim serve`: a device of this machine for others.

use std::process::ExitCode;
use std::sync::mpsc::channel;

use anyhow::Context;
use dim_trainer::device::lend;

use crate::arguments::ServeArgs;

pub(super) fn run(args: &ServeArgs) -> anyhow::Result<ExitCode> {
    let ServeArgs { device, listen } = args;
    lend(device, *listen, || {
        let (sender, ended) = channel();
        ctrlc::set_handler(move || {
            // Nobody listens any more at the second Ctrl-C.
            let _ = sender.send(());
        })
        .context("listening for Ctrl-C")?;
        println!("lends {device} to who has the secret, as remote:{listen}, until Ctrl-C");
        ended.recv().context("listening for Ctrl-C")
    })?;
    Ok(ExitCode::SUCCESS)
}
