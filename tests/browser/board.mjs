// The page's code for boards, against a device behind TCP: prints as JSON what it answers about an image of raw pixels.
//
//     node board.mjs PORT PIXELS
import { readFileSync } from "node:fs";
import { connect } from "node:net";

const [port, file] = process.argv.slice(2);
const source = ["link", "board"].map((name) => readFileSync(new URL(`../../host/src/report/live/${name}.js`, import.meta.url), "utf8"));
const { Board } = new Function(`${source.join("\n")}; return { Board };`)();

const socket = connect(Number(port), "127.0.0.1");
await new Promise((resolve, reject) => socket.on("connect", resolve).on("error", reject));
const line = { send: (bytes) => new Promise((resolve) => socket.write(bytes, resolve)) };
const board = new Board(line);
socket.on("data", (bytes) => {
  // The line may lose bytes: once, one is left out.
  line.receive(line.hasLost ? bytes : bytes.subarray(1));
  line.hasLost = true;
});

const pixels = new Uint8Array(readFileSync(file));
const said = { greeting: await board.greet() };
await board.forget().catch(() => {});
await board.show(pixels);
said.embedding = await board.embed();
said.unknown = await board.classify().catch((error) => error.message);
said.learned = [await board.learn("eins"), await board.learn("eins"), await board.learn("zwei, größer")];
said.verdict = await board.classify();
said.classes = await board.classes();
await board.forget("eins");
said.left = await board.classes();
said.normal = [await board.novelty("learnNormal"), await board.novelty("learnNormal"), await board.novelty("setThreshold"), await board.novelty("judge")];
console.log(JSON.stringify(said));
socket.end();
