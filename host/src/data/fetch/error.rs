//! Why a data set could not be fetched.

use std::io;
use std::path::{Path, PathBuf};

use super::name::FetchName;

/// A data set that was not fetched.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum FetchError {
    /// The folder or a file in it cannot be written.
    #[error("{path}: cannot be written; free space or choose another folder with --dir", path = path.display())]
    Write {
        /// The file or folder.
        path: PathBuf,
        /// The reason of the operating system.
        source: io::Error,
    },
    /// Every source failed.
    #[error("{dataset} could not be fetched: {}", describe(attempts))]
    NoSource {
        /// What was asked for.
        dataset: FetchName,
        /// Each source that was tried, in order.
        attempts: Vec<Attempt>,
    },
}

impl FetchError {
    /// For `map_err`: names the file or folder that cannot be written.
    pub(super) fn write(path: &Path) -> impl FnOnce(io::Error) -> Self {
        move |source| Self::Write { path: path.to_owned(), source }
    }
}

/// One source that failed.
#[derive(Debug)]
pub struct Attempt {
    /// Which source.
    pub source: &'static str,
    /// Why it failed.
    pub error: SourceError,
    /// What makes this source work.
    pub remedy: &'static str,
}

/// Why one source failed; one line each.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum SourceError {
    /// The program that asks this source is not installed.
    #[error("needs {program}, which is not installed")]
    NoClient {
        /// Name of the program.
        program: &'static str,
    },
    /// The program that asks this source failed.
    #[error("{program} failed: {reason}")]
    Client {
        /// Name of the program.
        program: &'static str,
        /// The line of its output that says why.
        reason: String,
    },
    /// A file on the way cannot be read, unpacked or written.
    #[error("{file}: {source}")]
    File {
        /// Name of the file.
        file: String,
        /// Reason of the operating system or of the decoder.
        source: io::Error,
    },
    /// A file is not what it must be.
    #[error("{file}: found {found}, expected {expected}")]
    Content {
        /// Name of the file.
        file: String,
        /// What is in it.
        found: String,
        /// What must be in it.
        expected: String,
    },
    /// A file differs from the known one.
    #[error("{file}: MD5 {found}, expected {expected}")]
    WrongMd5 {
        /// Name of the file.
        file: String,
        /// MD5 of what was brought, in hexadecimal.
        found: String,
        /// The known MD5, in hexadecimal.
        expected: String,
    },
}

impl SourceError {
    /// For `map_err`: names the file that an operation failed on.
    pub(super) fn file(file: impl Into<String>) -> impl FnOnce(io::Error) -> Self {
        let file = file.into();
        move |source| Self::File { file, source }
    }

    /// A file that is not what it must be.
    pub(super) fn content(
        file: impl Into<String>,
        found: impl std::fmt::Display,
        expected: impl std::fmt::Display,
    ) -> Self {
        Self::Content { file: file.into(), found: found.to_string(), expected: expected.to_string() }
    }
}

fn describe(attempts: &[Attempt]) -> String {
    let failures: Vec<String> =
        attempts.iter().map(|attempt| format!("{}: {}", attempt.source, attempt.error)).collect();
    let remedies: Vec<&str> = attempts.iter().map(|attempt| attempt.remedy).collect();
    format!("{}; remedy: {}", failures.join("; "), remedies.join(", or "))
}
