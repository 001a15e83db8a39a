//! The UART of Arm's MPS2 boards (Application Note AN386, "CMSDK APB UART"), asked in a loop.

/// UART0.
const BASE: usize = 0x4000_4000;
const DATA: usize = BASE;
const STATE: usize = BASE + 4;
const CONTROL: usize = BASE + 8;
const BAUD_DIVIDER: usize = BASE + 16;

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
    unsafe { (register as *const u32).read_volatile() }
}

fn write(register: usize, value: u32) {
    // SAFETY: a register of the board's UART; nothing else writes to it.
    unsafe { (register as *mut u32).write_volatile(value) }
}
