// The parts of an ELF file of 32 bits that lie in the Pico's flash.

const FLASH_START = 0x10000000;
const LOADED = 1;

/** Copies what is loaded to the flash, an array from its start. */
export function load(elf, flash) {
  const [headers, size, count] = [elf.readUInt32LE(28), elf.readUInt16LE(42), elf.readUInt16LE(44)];
  for (let header = headers; header < headers + size * count; header += size) {
    const [type, offset, , address, bytes] = [0, 4, 8, 12, 16].map((at) => elf.readUInt32LE(header + at));
    const at = address - FLASH_START;
    if (type === LOADED && bytes > 0 && at >= 0 && at < flash.length) flash.set(elf.subarray(offset, offset + bytes), at);
  }
}
