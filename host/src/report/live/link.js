// Messages between this page and a board, byte for byte those of dim-link: a frame is the postcard of a number and a message and
// their CRC-32, without zeros by COBS, and a zero ends it.

/** CRC-32 as Ethernet and zip have it. */
function crc32(bytes) {
  let crc = 0xffffffff;
  for (const byte of bytes) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit++) crc = (crc >>> 1) ^ (crc & 1 ? 0xedb88320 : 0);
  }
  return ~crc >>> 0;
}

/** Bytes without zeros. */
function stuffed(bytes) {
  const out = [0];
  let lengthAt = 0;
  for (const byte of bytes) {
    if (byte !== 0) out.push(byte);
    if (byte === 0 || out.length - lengthAt === 255) {
      out[lengthAt] = out.length - lengthAt;
      lengthAt = out.length;
      out.push(0);
    }
  }
  out[lengthAt] = out.length - lengthAt;
  return out;
}

/** The bytes again, or undefined where blocks are cut. */
function unstuffed(bytes) {
  const out = [];
  for (let at = 0; at < bytes.length; ) {
    const length = bytes[at];
    if (at + length > bytes.length) return undefined;
    out.push(...bytes.slice(at + 1, at + length));
    at += length;
    if (length < 255 && at < bytes.length) out.push(0);
  }
  return out;
}

/** A number without a sign, seven bits a byte. */
function varint(number) {
  const out = [];
  for (; number > 0x7f; number = Math.floor(number / 128)) out.push((number % 128) | 0x80);
  return [...out, number];
}

const withLength = (bytes) => [...varint(bytes.length), ...bytes];
const text = (string) => withLength(new TextEncoder().encode(string));

/** A frame of a message, given as postcard's bytes. */
function frame(number, message) {
  const body = [...varint(number), ...message];
  const crc = crc32(body);
  return Uint8Array.from([...stuffed([...body, ...[0, 8, 16, 24].map((shift) => (crc >>> shift) & 255)]), 0]);
}

/** Reads postcard's bytes. */
class Postcard {
  constructor(bytes) {
    Object.assign(this, { bytes, at: 0 });
  }

  byte() {
    if (this.at >= this.bytes.length) throw new Error("the board's answer ends too early");
    return this.bytes[this.at++];
  }

  number() {
    let [value, factor, byte] = [0, 1, 0x80];
    for (; byte & 0x80; factor *= 128) {
      byte = this.byte();
      value += (byte & 0x7f) * factor;
    }
    return value;
  }

  take(count) {
    return Uint8Array.from({ length: count }, () => this.byte());
  }

  text() {
    return new TextDecoder().decode(this.take(this.number()));
  }

  bool() {
    return this.byte() !== 0;
  }

  option(read) {
    return this.bool() ? read() : undefined;
  }
}

/** The number and the message of a frame without its zero; undefined where it is damaged. */
function opened(line) {
  const bytes = unstuffed(line);
  if (!bytes || bytes.length < 5) return undefined;
  const [body, crc] = [bytes.slice(0, -4), bytes.slice(-4)];
  if (crc.reduce((sum, byte, at) => sum + byte * 256 ** at, 0) !== crc32(body)) return undefined;
  const reader = new Postcard(body);
  return { number: reader.number(), reader };
}
