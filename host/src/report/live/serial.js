// A serial port as a line, where the browser has Web Serial.

class SerialLine {
  /** Asks which port, and opens it. */
  static async open() {
    const port = await navigator.serial.requestPort();
    await port.open({ baudRate: 115200 });
    return new SerialLine(port);
  }

  constructor(port) {
    this.writer = port.writable.getWriter();
    this.listen(port.readable.getReader());
  }

  async send(bytes) {
    await this.writer.write(bytes);
  }

  async listen(reader) {
    for (;;) {
      const { value, done } = await reader.read();
      if (done) return;
      this.receive?.(value);
    }
  }
}

/** What the page says of a board, and asks it about the picture that is shown. */
class BoardPart {
  constructor(page) {
    this.page = page;
    if (!navigator.serial) return;
    place("board-part").hidden = false;
    const press = (id, work) => place(id).addEventListener("click", () => this.say(work));
    press("connect", () => this.connect());
    press("board-classify", async () => {
      const { name, distance, isKnown } = await this.shown(() => this.board.classify());
      return `${isKnown ? name : `unknown, nearest to ${name}`}, at a squared distance of ${distance}`;
    });
    press("board-learn", async () => {
      const name = place("class-name").value.trim();
      const examples = await this.shown(() => this.board.learn(name));
      return `${name} has ${examples} examples now`;
    });
    press("board-normal", async () => {
      const { images } = await this.shown(() => this.board.novelty("learnNormal"));
      return `${images} normal images`;
    });
    press("board-threshold", async () => {
      const { threshold } = await this.shown(() => this.board.novelty("setThreshold"));
      return `${(threshold / 256).toFixed(2)} is the most of a normal image`;
    });
    press("board-judge", async () => {
      const { value, threshold } = await this.shown(() => this.board.novelty("judge"));
      const kind = threshold === undefined ? "no threshold is set" : value > threshold ? "novel" : "normal";
      return `${(value / 256).toFixed(2)}: ${kind}`;
    });
  }

  async connect() {
    this.board = new Board(await SerialLine.open());
    const { name, encoder, identity, image } = await this.board.greet();
    const ours = this.page.encoder.imageShape;
    if (image.some((extent, at) => extent !== ours[at])) {
      throw new Error(`${name} runs ${encoder}, whose images are ${image.join("x")} and not ${ours.join("x")}`);
    }
    place("board-actions").hidden = false;
    const isOurs = identity === this.page.given.identity;
    const classes = (await this.board.classes()).map(({ name, examples }) => `${name} ${examples}`).join(", ");
    return `${name} runs ${encoder}, ${isOurs ? "the encoder of this page" : "another encoder"}; classes: ${classes || "none"}`;
  }

  async shown(ask) {
    await this.board.show(this.page.pixels);
    return ask();
  }

  async say(work) {
    const said = place("board");
    try {
      said.className = "status";
      said.textContent = "…";
      said.textContent = await work();
    } catch (error) {
      said.className = "status bad";
      said.textContent = error.message;
    }
  }
}
