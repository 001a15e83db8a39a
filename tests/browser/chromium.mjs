// Headless Chromium, spoken to by the DevTools protocol over a pipe: messages of JSON, each ended by a zero. Nothing beside node
// and the browser is needed.
import { spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const PATIENCE = 60_000;

/** A page in a browser of its own. */
export class Page {
  static async open(url, prepare = async () => {}) {
    const folder = mkdtempSync(join(tmpdir(), "dim-chromium-"));
    const flags = ["--headless", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--remote-debugging-pipe", "--use-fake-device-for-media-stream",
      "--use-fake-ui-for-media-stream", "--window-size=1280,1400", `--user-data-dir=${folder}`, "about:blank"];
    const program = process.env.DIM_CHROMIUM ?? "chromium";
    const browser = spawn(program, flags, { stdio: ["ignore", "ignore", "ignore", "pipe", "pipe"] });
    const page = new Page(browser, folder);
    const { targetInfos } = await page.send("Target.getTargets");
    const target = targetInfos.find(({ type }) => type === "page");
    ({ sessionId: page.session } = await page.send("Target.attachToTarget", { targetId: target.targetId, flatten: true }));
    await page.send("Runtime.enable");
    await page.send("Log.enable");
    await page.send("Network.enable");
    await page.send("Page.enable");
    await prepare(page);
    await page.send("Page.navigate", { url });
    return page;
  }

  constructor(browser, folder) {
    Object.assign(this, { browser, folder, waiting: new Map(), number: 0, complaints: [], requests: [] });
    let rest = "";
    browser.stdio[4].setEncoding("utf8").on("data", (text) => {
      const messages = (rest + text).split("\0");
      rest = messages.pop();
      messages.forEach((message) => this.receive(JSON.parse(message)));
    });
    browser.on("error", (error) => this.waiting.forEach(({ reject }) => reject(error)));
  }

  receive({ id, method, params, result, error }) {
    if (id !== undefined) {
      const { resolve, reject } = this.waiting.get(id);
      this.waiting.delete(id);
      error ? reject(new Error(error.message)) : resolve(result);
    } else if (method === "Runtime.exceptionThrown") {
      const { exceptionDetails: details } = params;
      this.complaints.push(details.exception?.description ?? details.text);
    } else if (method === "Log.entryAdded" && params.entry.level === "error") {
      this.complaints.push(params.entry.text);
    } else if (method === "Runtime.bindingCalled") {
      this.called?.(JSON.parse(params.payload));
    } else if (method === "Network.requestWillBeSent") {
      this.requests.push(params.request.url);
    }
  }

  send(method, params = {}) {
    const id = ++this.number;
    this.browser.stdio[3].write(JSON.stringify({ id, method, params, sessionId: this.session }) + "\0");
    return new Promise((resolve, reject) => {
      const late = setTimeout(() => reject(new Error(`no answer to ${method} ${JSON.stringify(params).slice(0, 200)}`)), PATIENCE);
      const settled = (settle) => (value) => (clearTimeout(late), settle(value));
      this.waiting.set(id, { resolve: settled(resolve), reject: settled(reject) });
    });
  }

  /** The value of an expression in the page; promises are awaited. */
  async value(expression) {
    const asked = { expression, returnByValue: true, awaitPromise: true };
    const { result, exceptionDetails } = await this.send("Runtime.evaluate", asked);
    if (exceptionDetails) throw new Error(exceptionDetails.exception?.description ?? exceptionDetails.text);
    return result.value;
  }

  /** Waits until an expression is true. */
  async until(expression) {
    const start = Date.now();
    while (!(await this.value(expression))) {
      if (Date.now() - start > PATIENCE) throw new Error(`never true: ${expression}`);
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }

  text(id) {
    return this.value(`document.getElementById(${JSON.stringify(id)}).textContent`);
  }

  /** Clicks, as a mouse does, in the middle of the first element of a selector. */
  async click(selector) {
    const rectangle = `(() => {
      const element = document.querySelector(${JSON.stringify(selector)});
      element.scrollIntoView({ block: "center" });
      const { x, y, width, height } = element.getBoundingClientRect();
      return { x: x + width / 2, y: y + height / 2 };
    })()`;
    const at = await this.value(rectangle);
    for (const type of ["mousePressed", "mouseReleased"]) {
      await this.send("Input.dispatchMouseEvent", { type, ...at, button: "left", clickCount: 1 });
    }
  }

  /** Types into an element. */
  async type(selector, text) {
    await this.value(`document.querySelector(${JSON.stringify(selector)}).select()`);
    await this.send("Input.insertText", { text });
  }

  /** Gives files to an input. */
  async choose(selector, files) {
    const { root } = await this.send("DOM.getDocument");
    const { nodeId } = await this.send("DOM.querySelector", { nodeId: root.nodeId, selector });
    await this.send("DOM.setFileInputFiles", { nodeId, files });
  }

  /** The whole page as PNG. */
  async picture() {
    const { data } = await this.send("Page.captureScreenshot", { captureBeyondViewport: true });
    return Buffer.from(data, "base64");
  }

  async close() {
    const ended = new Promise((resolve) => this.browser.on("exit", resolve));
    this.send("Browser.close").catch(() => {});
    await ended;
    rmSync(this.folder, { recursive: true, force: true, maxRetries: 5 });
  }
}
