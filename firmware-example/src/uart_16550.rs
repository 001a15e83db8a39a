//! The UART of QEMU's machine `virt`, an NS16550A, asked in a loop. QEMU's is open from the start, and as quick as it can be.

unsafe extern "C" {
    /// As the board's memory map has it.
    static _uart: u8;
}

/// Offsets of its registers.
const DATA: usize = 0;
const STATE: usize = 5;

/// Bits of the state.
const RECEIVED: u8 = 1;
const TRANSMIT_IS_EMPTY: u8 = 1 << 5;

/// The open line.
#[derive(Debug)]
pub struct Uart(());

impl Uart {
    /// Opens it.
    pub fn open() -> Self {
        Self(())
    }

    /// Waits for a byte.
    pub fn receive(&mut self) -> u8 {
        while read(STATE) & RECEIVED == 0 {}
        read(DATA)
    }

    /// Sends all of these bytes.
    pub fn send(&mut self, bytes: &[u8]) {
        for byte in bytes {
            while read(STATE) & TRANSMIT_IS_EMPTY == 0 {}
            // SAFETY: a register of the board's UART; nothing else writes to it.
            unsafe { (&raw const _uart).cast_mut().wrapping_add(DATA).write_volatile(*byte) }
        }
    }
}

fn read(register: usize) -> u8 {
    // SAFETY: a register of the board's UART.
    unsafe { (&raw const _uart).wrapping_add(register).read_volatile() }
}
