// An emulated Raspberry Pi Pico whose UART0, or USB serial port, is a TCP port of this machine.
//
//   node pico.mjs FIRMWARE.elf [--usb] [--port N] [--flash FILE] [--cut N]
//
// It prints the port, which the system chooses for 0. FILE keeps the flash from run to run. At the N-th erase or write the
// power is cut when half of it is done, and the board starts again. At SIGTERM it says what it did.
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { parseArgs } from 'node:util';

import { Board } from './board.mjs';
import { load } from './elf.mjs';

const FLASH_BYTES = 2 << 20;
const { values: options, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    usb: { type: 'boolean', default: false },
    port: { type: 'string', default: '0' },
    flash: { type: 'string' },
    cut: { type: 'string', default: '0' },
  },
});
if (positionals.length !== 1) {
  console.error('usage: node pico.mjs FIRMWARE.elf [--usb] [--port N] [--flash FILE] [--cut N]');
  process.exit(2);
}

const flash = new Uint8Array(FLASH_BYTES).fill(0xff);
if (options.flash && existsSync(options.flash)) flash.set(readFileSync(options.flash));
load(readFileSync(positionals[0]), flash);
const board = new Board(flash, { usb: options.usb, cut: Number(options.cut) });

// One connection at a time; what the board says while nobody listens is lost.
let socket = null;
const server = createServer((connection) => {
  socket = connection;
  connection.setNoDelay(true);
  connection.on('data', (bytes) => board.receive(bytes));
  connection.on('error', () => {});
  connection.on('close', () => {
    if (socket === connection) socket = null;
  });
});
server.listen(Number(options.port), '127.0.0.1', () => console.log(`port ${server.address().port}`));

function run() {
  const isBusy = board.run(100_000);
  const bytes = board.sent();
  if (socket && bytes.length > 0) socket.write(bytes);
  if (isBusy) setImmediate(run);
  else setTimeout(run, 1);
}
run();

process.on('SIGTERM', () => {
  if (options.flash) writeFileSync(options.flash, board.flash);
  console.log(JSON.stringify(board.done));
  process.exit(0);
});
