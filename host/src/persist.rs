//! Files that appear whole or not at all.

use std::io::{self, Write};
use std::path::Path;

use anyhow::Context;

/// Writes `bytes` to a temporary file beside `path`, flushes it to the disk and renames it.
///
/// # Errors
/// Naming `path`; whatever stood there before is untouched.
pub fn write(path: &Path, bytes: &[u8]) -> anyhow::Result<()> {
    try_write(path, bytes).with_context(|| format!("writing {}", path.display()))
}

fn try_write(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let folder = match path.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        _ => Path::new("."),
    };
    std::fs::create_dir_all(folder)?;
    let mut file = tempfile::Builder::new().prefix(".dim-").suffix(".tmp").tempfile_in(folder)?;
    file.write_all(bytes)?;
    file.as_file().sync_all()?;
    // A temporary file is private to its owner; the result is as public as any other new file.
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        file.as_file().set_permissions(std::fs::Permissions::from_mode(0o644))?;
    }
    file.persist(path).map_err(|error| error.error)?;
    Ok(())
}
