// Where rp2040js 1.4.1 is not as the chip is, for what the firmware uses.

const UART_DATA = 0;
const UART_INTERRUPTS_BY_FILL = 0x34;
const UART_DMA = 0x48;
const UART_SENT = 1 << 5;
const XIP_CONTROL = 0x14000;
const XIP_STATUS = 8;
/** Nothing is being read ahead, and the cache is flushed. */
const XIP_IDLE = 3;
const USB_OUT_CONTROL = 0x84;
const USB_AVAILABLE = 1 << 10;
const USB_FULL = 1 << 15;
const USB_LENGTH = 0x3ff;
const PACKET = 64;

/** The control block of the flash's cache is missing. */
export function addCacheControl(chip) {
  chip.peripherals[XIP_CONTROL] = {
    readUint32: (offset) => ((offset & 0xfff) === XIP_STATUS ? XIP_IDLE : 0),
    writeUint32() {},
    writeUint32Atomic() {},
  };
}

/** Calls `reset` when the watchdog fires, which it does once: a counter that is at zero would fire for ever. */
export function mendWatchdog(watchdog, reset) {
  watchdog.onWatchdogTrigger = () => {
    watchdog.alarm.enable = false;
    reset();
  };
}

/** It is never ready with what it sends but always says so; and registers without a meaning here are read as ones. */
export function mendUart(uart, chip) {
  const read = uart.readUint32.bind(uart);
  const write = uart.writeUint32.bind(uart);
  const isIgnored = (offset) => offset === UART_DMA || offset === UART_INTERRUPTS_BY_FILL;
  uart.checkInterrupts = () => chip.setInterrupt(uart.irq, (uart.interruptStatus & uart.interruptMask) !== 0);
  uart.readUint32 = (offset) => (isIgnored(offset) ? 0 : read(offset));
  uart.writeUint32 = (offset, value) => {
    if (isIgnored(offset)) return;
    write(offset, value);
    if (offset === UART_DATA) {
      uart.interruptStatus |= UART_SENT;
      uart.checkInterrupts();
    }
  };
}

/** A buffer for what comes over USB stays available until something comes. */
export class UsbReceiver {
  constructor(chip, port) {
    this.chip = chip;
    this.port = port;
    this.isWaiting = false;
    const updated = chip.usbCtrl.DPRAMUpdated.bind(chip.usbCtrl);
    chip.usbCtrl.DPRAMUpdated = (offset, value) => {
      if (port.outEndpoint > 0 && offset === this.control()) this.isWaiting = (value & USB_AVAILABLE) !== 0;
      else updated(offset, value);
    };
  }

  control() {
    return USB_OUT_CONTROL + 8 * this.port.outEndpoint;
  }

  /** Takes a packet off the front of `bytes`, if the firmware waits for one. */
  take(bytes) {
    if (!this.port.initialized || !this.isWaiting || bytes.length === 0) return;
    this.isWaiting = false;
    const { chip, port } = this;
    const packet = bytes.splice(0, PACKET);
    chip.usbDPRAM.set(packet, chip.usbCtrl.getEndpointBufferOffset(port.outEndpoint, true));
    const kept = chip.usbDPRAMView.getUint32(this.control(), true) & ~(USB_LENGTH | USB_AVAILABLE);
    chip.usbDPRAMView.setUint32(this.control(), kept | USB_FULL | packet.length, true);
    chip.usbCtrl.indicateBufferReady(port.outEndpoint, true);
  }
}
