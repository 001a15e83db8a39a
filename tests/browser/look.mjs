// Drives a page of `dim look` by clicks, in headless Chromium, and prints as JSON what it shows.
//
//     node look.mjs PAGE PICTURE... [--picture-of-the-page FILE]
import { writeFileSync } from "node:fs";
import { resolve } from "node:path";
import { pathToFileURL } from "node:url";

import { Page } from "./chromium.mjs";

const [address, ...rest] = process.argv.slice(2);
const at = rest.indexOf("--picture-of-the-page");
const [pictures, shot] = at < 0 ? [rest] : [rest.slice(0, at), rest[at + 1]];

const page = await Page.open(pathToFileURL(address).href);
const shown = {};
try {
  await page.until(`document.body?.dataset.ready === "true" || document.getElementById("proof")?.className === "bad"`);
  shown.proof = await page.text("proof");
  const codes = async () => (await page.value("document.body.dataset.embedding")).split(" ").map(Number);
  shown.first = await codes();

  shown.pictures = [];
  for (const picture of pictures) {
    await page.value("delete document.body.dataset.embedding");
    await page.choose("#file", [resolve(picture)]);
    await page.until(`document.body.dataset.embedding || document.getElementById("file-error").textContent`);
    const error = await page.text("file-error");
    shown.pictures.push(error ? { error } : { codes: await codes() });
  }

  const examples = await page.value(`document.querySelectorAll("#examples button").length`);
  const look = (example) => page.click(`#examples button:nth-child(${example + 1})`);
  await look(0);
  shown.nearest = await page.value(`[...document.querySelectorAll("#nearest small")].map((near) => Number(near.textContent))`);
  shown.untaught = await page.text("verdict");
  await page.type("#class-name", "mine");
  await page.click("#teach button");
  shown.taught = await page.text("verdict");
  shown.classes = await page.text("classes");
  await page.type("#class-name", "a name that is longer than its place");
  await page.click("#teach button");
  shown.refused = await page.text("teach-error");
  await page.click("#teach-all");
  await look(examples - 1);
  shown.taughtAll = await page.text("verdict");
  await page.click("#classes li button");
  shown.forgotten = await page.text("classes");

  const novelty = async () => page.value(`!document.getElementById("novelty-part").hidden`);
  if (await novelty()) {
    shown.noNormal = await page.text("novelty");
    await page.value(`document.getElementById("class-name").value = ""`);
    await page.click("#normal-class");
    shown.novelty = await page.text("novelty");
  }

  await page.click("#camera");
  await page.until(`document.getElementById("camera").textContent === "Stop" || document.getElementById("file-error").textContent`);
  await page.value(`delete document.body.dataset.embedding`);
  await page.until("document.body.dataset.embedding");
  shown.camera = (await codes()).length;
  await page.click("#camera");

  await look(0);
  shown.complaints = page.complaints;
  shown.requests = page.requests.filter((url) => !/^(file|blob|data|about):/.test(url));
  if (shot) writeFileSync(shot, await page.picture());
} finally {
  await page.close();
}
console.log(JSON.stringify(shown));
