//! The UART of Arm's MPS2 and MPS3 boards (Application Note AN386, "CMSDK APB UART"), asked in a loop.

unsafe extern "C" {
    /// UART0, as the board's memory map has it.
    static _uart: u32;
}

/// Words of its registers.
const DATA: usize = 0;
const STATE: usize = 1;
const CONTROL: usize = 2;
const BAUD_DIVIDER: usize = 4;

/// Bits of the state.
const TRANSMIT_IS_FULL: u32 = 1;
const RECEIVE_IS_FULL: u32 = 2;
/// Bits of the control register: both directions.
const ENABLE: u32 = 3;
/// The least that there is.
const QUICKEST: u32 = 16;

/// The open line.
#[derive(Debug)]
pub struct Uart(());

impl Uart {
    /// Opens it, as quick as it is.
    pub fn open() -> Self {
        write(BAUD_DIVIDER, QUICKEST);
        write(CONTROL, ENABLE);
        Self(())
    }

    /// Waits for a byte.
    pub fn receive(&mut self) -> u8 {
        while read(STATE) & RECEIVE_IS_FULL == 0 {}
        let [byte, ..] = read(DATA).to_le_bytes();
        byte
    }

    /// Sends all of these bytes.
    pub fn send(&mut self, bytes: &[u8]) {
        for byte in bytes {
            while read(STATE) & TRANSMIT_IS_FULL != 0 {}
            write(DATA, (*byte).into());
        }
    }
}

fn read(register: usize) -> u32 {
    // SAFETY: a register of the board's UART.
    unsafe { (&raw const _uart).wrapping_add(register).read_volatile() }
}

fn write(register: usize, value: u32) {
    // SAFETY: a register of the board's UART; nothing else writes to it.
    unsafe { (&raw const _uart).cast_mut().wrapping_add(register).write_volatile(value) }
}
