// The page of `dim look` with a board on its serial port: the port is one of this script's, and what is written to it goes to a device
// behind TCP. Prints as JSON what the page says after each click.
//
//     node board_page.mjs PAGE PORT
import { connect } from "node:net";
import { pathToFileURL } from "node:url";

import { Page } from "./chromium.mjs";

const [address, port] = process.argv.slice(2);
const socket = connect(Number(port), "127.0.0.1");
await new Promise((resolve, reject) => socket.on("connect", resolve).on("error", reject));

const SERIAL = `
  const port = {
    open: async () => {},
    readable: new ReadableStream({ start: (arriving) => (globalThis.arrive = (bytes) => arriving.enqueue(Uint8Array.from(bytes))) }),
    writable: new WritableStream({ write: (bytes) => toBoard(JSON.stringify(Array.from(bytes))) }),
  };
  Object.defineProperty(navigator, "serial", { value: { requestPort: async () => port } });`;
const page = await Page.open(pathToFileURL(address).href, async (page) => {
  await page.send("Runtime.addBinding", { name: "toBoard" });
  await page.send("Page.addScriptToEvaluateOnNewDocument", { source: SERIAL });
  page.called = (bytes) => socket.write(Uint8Array.from(bytes));
  socket.on("data", (bytes) => page.value(`arrive([${Array.from(bytes)}])`));
});
const said = {};
try {
  await page.until(`document.body?.dataset.ready === "true"`);
  const press = async (id) => {
    await page.value(`document.getElementById("board").textContent = "…"`);
    await page.click(`#${id}`);
    await page.until(`document.getElementById("board").textContent !== "…"`);
    return page.text("board");
  };
  said.connected = await press("connect");
  await page.type("#class-name", "mine");
  said.learned = await press("board-learn");
  said.classified = await press("board-classify");
  said.normal = [await press("board-normal"), await press("board-normal"), await press("board-threshold")];
  said.judged = await press("board-judge");
  await page.type("#class-name", " ");
  said.refused = await press("board-learn");
  said.complaints = page.complaints;
} finally {
  await page.close();
  socket.end();
}
console.log(JSON.stringify(said));
