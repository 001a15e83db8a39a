// A boot ROM of our own, for the package has none: each function is a breakpoint that JavaScript answers, and a return.
// RP2040 datasheet, section 2.8.3, has the tables and the functions.

const BYTES = 16384;
const STACK = 0x20042000;
const FUNCTIONS = 0x200;
const DATA = 0x300;
const CODE = 0x400;
/** The first number of the breakpoints. */
const FIRST = 0x80;
const BREAKPOINT = 0xbe00;
const RETURN = 0x4770;

/** By their two letters; `r` are the registers. */
function functions(chip, flash) {
  const { core } = chip;
  const copy = (r) => {
    for (let i = 0; i < r[2]; i++) chip.writeUint8(r[0] + i, chip.readUint8(r[1] + i));
  };
  const fill = (r) => {
    for (let i = 0; i < r[2]; i++) chip.writeUint8(r[0] + i, r[1] & 255);
  };
  return [
    ['', (r) => (r[0] = find(chip, r[0], r[1]))],
    ['IF', () => {}],
    ['EX', () => {}],
    ['FC', () => {}],
    ['CX', () => {}],
    ['RE', (r) => flash.erase(r[0], r[1])],
    ['RP', (r) => flash.program(r[0], Uint8Array.from({ length: r[2] }, (_, i) => chip.readUint8(r[1] + i)))],
    ['MC', copy],
    ['C4', copy],
    ['MS', fill],
    ['S4', fill],
  ].map(([name, run]) => [name, () => run(core.registers)]);
}

/** What the ROM's own function for it does: the entry of a table that has this code, or 0. */
function find(chip, table, code) {
  for (let at = table; chip.readUint16(at) !== 0; at += 4) {
    if (chip.readUint16(at) === code) return chip.readUint16(at + 2);
  }
  return 0;
}

/** Fills the chip's ROM; `flash` erases and programs. */
export function install(chip, flash) {
  const rom = new DataView(new ArrayBuffer(BYTES));
  const half = (at, value) => rom.setUint16(at, value, true);
  rom.setUint32(0, STACK, true);
  // `Mu`, then 1 for the RP2040, and the version of the ROM.
  [0x4d, 0x75, 1, 2].forEach((byte, i) => rom.setUint8(0x10 + i, byte));
  half(0x14, FUNCTIONS);
  half(0x16, DATA);
  half(0x18, CODE | 1);
  const all = functions(chip, flash);
  all.forEach(([name], i) => {
    half(CODE + 4 * i, BREAKPOINT | (FIRST + i));
    half(CODE + 4 * i + 2, RETURN);
    if (i > 0) {
      half(FUNCTIONS + 4 * (i - 1), name.charCodeAt(0) | (name.charCodeAt(1) << 8));
      half(FUNCTIONS + 4 * (i - 1) + 2, (CODE + 4 * i) | 1);
    }
  });
  chip.bootrom.set(new Uint32Array(rom.buffer));
  chip.onBreak = (number) => {
    const found = all[number - FIRST];
    if (!found) throw new Error(`the firmware stopped at breakpoint ${number}`);
    found[1]();
  };
}
