//! How the C library takes memory, and what it does with memory that was given back.

/// Starts the program once more with glibc told to keep freed memory, and to ask for large pages, where nobody told it
/// anything.
///
/// A training step takes and gives back a few hundred blocks of megabytes. glibc returns each to the system at once, and
/// the page faults of taking it anew are 12 % of the time of a step of conv32. With pages of 2 MiB instead of 4 KiB, which
/// the system gives where `/sys/kernel/mm/transparent_hugepage/enabled` is not `never`, the processor looks up fewer
/// addresses: 5 % less. A heap for each thread would come in pieces of 64 MiB, of which glibc returns those that are empty,
/// whatever it was told; one for all of them takes a tenth off a step of edge32, and some memory. The settings are read when a
/// program starts, so it has to start again; where that fails it goes on as it is.
#[cfg(all(target_os = "linux", target_env = "gnu"))]
pub(super) fn keep_freed_memory() {
    use std::os::unix::process::CommandExt;

    /// Blocks of any size come from the heap, which is one, never trimmed, and of large pages.
    const KEEP: &str = "glibc.malloc.mmap_threshold=4294967295:glibc.malloc.trim_threshold=4294967295:\
        glibc.malloc.hugetlb=1:glibc.malloc.arena_max=1";
    const NAME: &str = "GLIBC_TUNABLES";

    if std::env::var_os(NAME).is_some() {
        return;
    }
    if let Ok(program) = std::env::current_exe() {
        let error = std::process::Command::new(program).args(std::env::args_os().skip(1)).env(NAME, KEEP).exec();
        drop(error);
    }
}

/// Other systems keep freed memory on their own.
#[cfg(not(all(target_os = "linux", target_env = "gnu")))]
pub(super) fn keep_freed_memory() {}
