//! Memory in which a thread rearranges what it multiplies: part of the thread, so that nothing is allocated.

use std::cell::RefCell;

/// Bytes for rows of inputs.
const BAND_BYTES: usize = 64 << 10;
/// Bytes for weights of a few output channels.
const FILTER_BYTES: usize = 128 << 10;

/// Holds nothing from one operator to the next.
#[repr(C, align(64))]
pub(super) struct Workspace {
    pub(super) filter: [u8; FILTER_BYTES],
    /// The same, of weights of four bits.
    pub(super) unpacked: [u32; FILTER_BYTES / 4],
    pub(super) band: [u8; BAND_BYTES],
}

std::thread_local! {
    static WORKSPACE: RefCell<Workspace> = const {
        RefCell::new(Workspace {
            filter: [0; FILTER_BYTES],
            unpacked: [0; FILTER_BYTES / 4],
            band: [0; BAND_BYTES],
        })
    };
}

/// Calls `work` with the memory of this thread; `None` where it is in use or gone, as while a thread ends.
pub(super) fn with(work: impl FnOnce(&mut Workspace) -> Option<()>) -> Option<()> {
    WORKSPACE
        .try_with(|workspace| workspace.try_borrow_mut().ok().and_then(|mut workspace| work(&mut workspace)))
        .ok()?
}
