//! Programs that download: they know the proxies and mirrors of the machine they are on.

use std::io;
use std::path::Path;
use std::process::{Command, Output, Stdio};

use super::error::SourceError;

/// Runs a program in a folder until it ends.
pub(super) fn run(program: &'static str, arguments: &[&str], folder: &Path) -> Result<(), SourceError> {
    let result = Command::new(program).args(arguments).current_dir(folder).stdin(Stdio::null()).output();
    match result {
        Ok(output) if output.status.success() => Ok(()),
        Ok(output) => Err(SourceError::Client { program, reason: reason(program, &output) }),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Err(SourceError::NoClient { program }),
        Err(error) => Err(SourceError::Client { program, reason: error.to_string() }),
    }
}

/// Downloads a file with curl or, where there is none, wget; gives up soon if nobody answers.
pub(super) fn download(url: &str, path: &Path) -> Result<(), SourceError> {
    let folder = path.parent().unwrap_or(Path::new("."));
    let path = path.to_string_lossy();
    let curl = "--fail --location --silent --show-error --connect-timeout 10 --speed-limit 1024 --speed-time 30";
    let wget = "--no-verbose --connect-timeout=10 --read-timeout=30 --tries=1";
    match run("curl", &arguments(curl, ["--output", &path, url]), folder) {
        Err(SourceError::NoClient { .. }) => match run("wget", &arguments(wget, ["-O", &path, url]), folder) {
            Err(SourceError::NoClient { .. }) => Err(SourceError::NoClient { program: "curl or wget" }),
            result => result,
        },
        result => result,
    }
}

fn arguments<'a>(options: &'a str, rest: [&'a str; 3]) -> Vec<&'a str> {
    options.split_whitespace().chain(rest).collect()
}

/// The first line that looks like an error, else the last line, else the exit status.
fn reason(program: &str, output: &Output) -> String {
    let text = String::from_utf8_lossy(&output.stderr);
    let mut lines = text.lines().map(str::trim).filter(|line| !line.is_empty());
    let starts = ["npm error", "npm ERR!", "ERROR:", "E:", "curl:"];
    let error = lines.clone().find(|line| starts.iter().any(|start| line.starts_with(start)));
    match error.or(lines.next_back()) {
        Some(line) => line.strip_prefix(&format!("{program}: ")).unwrap_or(line).to_owned(),
        None => output.status.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn message(script: &str) -> String {
        run("sh", &["-c", script], Path::new("/")).unwrap_err().to_string()
    }

    #[test]
    fn the_reason_is_one_line() {
        let noise = "echo 'WARNING: Retrying after an error' >&2; echo 'ERROR: No matching distribution' >&2; \
                     echo 'see the log' >&2; exit 1";
        assert_eq!(message(noise), "sh failed: ERROR: No matching distribution");
        assert_eq!(message("echo one >&2; echo two >&2; echo >&2; exit 1"), "sh failed: two");
        assert_eq!(message("echo 'sh: no route' >&2; exit 1"), "sh failed: no route");
        assert_eq!(message("exit 3"), "sh failed: exit status: 3");
    }

    #[test]
    fn a_missing_program_is_named() {
        let error = run("dim-no-such-program", &[], Path::new("/")).unwrap_err();
        assert_eq!(error.to_string(), "needs dim-no-such-program, which is not installed");
    }
}
