// A Pico that is switched on: the chip, its flash, and the line. A reset by the watchdog makes a new chip with the same flash.
import { ConsoleLogger, LogLevel, Simulator, USBCDC } from 'rp2040js';

import { UsbReceiver, addCacheControl, mendUart, mendWatchdog } from './gaps.mjs';
import { install } from './rom.mjs';

const FLASH_START = 0x10000000;
const RAM_END = 0x20040000;
const WATCHDOG = 0x40058;
const NANOSECONDS_A_CYCLE = 8;
/** How often, in instructions, the line is looked at. */
const LOOK = 256;

export class Board {
  constructor(flash, { usb, cut }) {
    Object.assign(this, { flash, usb, cut });
    /** What it did since the start: operations of the flash, starts, and the most bytes of stack that were seen. */
    this.done = { instructions: 0, flashOperations: 0, starts: 0, stack: 0 };
    this.incoming = [];
    this.outgoing = [];
    this.switchOn();
  }

  switchOn() {
    const simulator = new Simulator();
    this.chip = simulator.rp2040;
    this.clock = simulator.clock;
    this.isReset = false;
    this.incoming.length = 0;
    this.done.starts += 1;
    const { chip } = this;
    chip.logger = new ConsoleLogger(LogLevel.Error, true);
    chip.flash.set(this.flash);
    install(chip, {
      erase: (at, bytes) => chip.flash.fill(0xff, at, at + this.whole(bytes)),
      program: (at, bytes) => bytes.subarray(0, this.whole(bytes.length)).forEach((byte, i) => (chip.flash[at + i] &= byte)),
    });
    addCacheControl(chip);
    mendWatchdog(chip.peripherals[WATCHDOG], () => (this.isReset = true));
    for (const uart of chip.uart) mendUart(uart, chip);
    if (this.usb) {
      const port = new USBCDC(chip.usbCtrl);
      port.onSerialData = (bytes) => this.outgoing.push(...bytes);
      this.usbReceiver = new UsbReceiver(chip, port);
    } else {
      chip.uart[0].onByte = (byte) => this.outgoing.push(byte);
    }
    chip.core.reset();
    // The second stage of the boot, on the stack that the ROM states.
    chip.core.PC = FLASH_START;
  }

  /** How many of so many bytes an operation of the flash comes to: half of them where the power is cut. */
  whole(bytes) {
    this.done.flashOperations += 1;
    if (this.done.flashOperations !== this.cut) return bytes;
    this.isReset = true;
    return bytes >> 1;
  }

  receive(bytes) {
    this.incoming.push(...bytes);
  }

  /** What it has sent since it was asked last. */
  sent() {
    return Uint8Array.from(this.outgoing.splice(0));
  }

  /** Runs so many instructions; false if it waits for something that has not come. */
  run(instructions) {
    for (let i = 0; i < instructions; i++) {
      const { core } = this.chip;
      if (core.waiting || i % LOOK === 0) {
        this.feed();
        this.done.stack = Math.max(this.done.stack, RAM_END - core.registers[13]);
      }
      if (core.waiting) {
        const next = this.clock.nanosToNextAlarm;
        this.clock.tick(next > 0 ? next : 1000);
        if (next <= 0) return false;
      } else {
        this.clock.tick(core.executeInstruction() * NANOSECONDS_A_CYCLE);
        this.done.instructions += 1;
      }
      if (this.isReset) {
        this.flash = this.chip.flash.slice(0, this.flash.length);
        this.switchOn();
      }
    }
    return true;
  }

  /** Hands on what has come, as far as the chip takes it now. */
  feed() {
    if (this.usb) {
      this.usbReceiver.take(this.incoming);
      return;
    }
    const uart = this.chip.uart[0];
    while (uart.enabled && this.incoming.length > 0 && !uart.rxFIFO.full) uart.feedByte(this.incoming.shift());
  }
}
