// A board at the other end of a line, asked as `dim device` asks it. A line has `send(bytes)`, and gives what arrives to `receive`.

/** Requests and replies, in the order in which dim-link numbers them. */
const REQUEST = { hello: 0, image: 2, embed: 3, read: 4, learn: 5, classify: 6, forget: 7, class: 8, learnNormal: 9, setThreshold: 10, judge: 11, forgetNormal: 12 };
const FAILURES = ["the frame was damaged", "a part was out of place", "no whole image has arrived", "its encoder has changed",
  "its flash failed", "it has no room for another class or example", "the name is empty or too long", "there is no class",
  "it keeps classes of another encoder", "its encoder has no local feature map", "too few normal images were shown"];

const PATIENCE = 1000;
const TRIES = 5;

class Board {
  constructor(line) {
    Object.assign(this, { line, number: Math.floor(Math.random() * 0x40000000), arriving: [] });
    line.receive = (bytes) => this.receive(bytes);
  }

  /** Who the board is. */
  async greet() {
    const reader = await this.ask([REQUEST.hello]);
    const [version, name, encoder] = [reader.number(), reader.text(), reader.text()];
    const identity = Array.from(reader.take(16), (byte) => byte.toString(16).padStart(2, "0")).join("");
    reader.number();
    const image = [reader.number(), reader.number(), reader.number()];
    const [units, classes, mostClasses, ticksPerSecond, chunk] = Array.from({ length: 5 }, () => reader.number());
    this.greeting = { version, name, encoder, identity, image, units, classes, mostClasses, ticksPerSecond, chunk };
    return this.greeting;
  }

  /** Sends the image that is then learned, classified or judged. */
  async show(pixels) {
    const { chunk } = this.greeting;
    for (let offset = 0; offset < pixels.length; offset += chunk) {
      await this.ask([REQUEST.image, ...varint(offset), ...withLength(pixels.slice(offset, offset + chunk))]);
    }
  }

  /** Codes of the embedding of the image. */
  async embed() {
    await this.ask([REQUEST.embed]);
    const codes = [];
    while (codes.length < this.greeting.units) {
      const reader = await this.ask([REQUEST.read, ...varint(codes.length)]);
      reader.number();
      codes.push(...new Int8Array(reader.take(reader.number()).buffer));
    }
    return codes;
  }

  /** Examples that the class has now. */
  async learn(name) {
    return (await this.ask([REQUEST.learn, ...text(name)])).number();
  }

  async classify() {
    const reader = await this.ask([REQUEST.classify]);
    const [name, distance, second] = [reader.text(), reader.number(), reader.option(() => reader.number())];
    return { name, distance, second, isKnown: reader.bool() };
  }

  /** A class, or all where no name is given. */
  async forget(name) {
    await this.ask([REQUEST.forget, ...(name === undefined ? [0] : [1, ...text(name)])]);
  }

  async classes() {
    const found = [];
    for (let place = 0; place < this.greeting.mostClasses; place++) {
      const reader = await this.ask([REQUEST.class, ...varint(place)]);
      const known = reader.option(() => ({ name: reader.text(), examples: reader.number() }));
      if (known) found.push(known);
    }
    return found;
  }

  /** Counts the image among the normal ones, takes it for the threshold, or judges it. */
  async novelty(request) {
    const reader = await this.ask([REQUEST[request]]);
    const [images, value, row, column] = Array.from({ length: 4 }, () => reader.number());
    return { images, value, row, column, threshold: reader.option(() => reader.number()) };
  }

  async forgetNormal() {
    await this.ask([REQUEST.forgetNormal]);
  }

  /** The answer to a request, which is sent again where none comes: the board knows its number and does it once. */
  async ask(message) {
    this.number += 1;
    const bytes = frame(this.number, message);
    for (let attempt = 0; attempt < TRIES; attempt++) {
      const answer = new Promise((resolve) => (this.answered = resolve));
      const late = new Promise((resolve) => setTimeout(resolve, PATIENCE << attempt));
      await this.line.send(bytes);
      const reader = await Promise.race([answer, late]);
      if (reader) return this.checked(reader);
    }
    throw new Error("the board does not answer");
  }

  checked(reader) {
    const kind = reader.number();
    if (kind !== 9) return reader;
    throw new Error(`the board: ${FAILURES[reader.number()] ?? "it was not done"}`);
  }

  receive(bytes) {
    for (const byte of bytes) {
      if (byte !== 0) {
        this.arriving.push(byte);
        continue;
      }
      const answer = opened(this.arriving);
      this.arriving = [];
      if (answer && answer.number === this.number) this.answered?.(answer.reader);
    }
  }
}
