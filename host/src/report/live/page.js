// The page: what it is given is in the element `given`, as JSON.

const MOST_CLASSES = 16;
const NEAREST = 8;

const decoded = (text) => Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
const squaredDistance = (a, b) => a.reduce((sum, code, unit) => sum + (code - b[unit]) ** 2, 0);
const agrees = (a, b) => a.length === b.length && a.every((code, at) => code === b[at]);

class Page {
  static async open() {
    const given = JSON.parse(place("given").textContent);
    const library = await Library.open({ plain: decoded(given.plain), vectors: decoded(given.vectors) });
    new Page(given, library);
  }

  constructor(given, library) {
    Object.assign(this, { given, library, encoder: new Encoder(library, decoded(given.file)), channel: 0 });
    const { encoder } = this;
    this.classes = new Classes(encoder, MOST_CLASSES);
    this.normal = encoder.mapCodes > 0 ? new Normal(encoder) : undefined;
    this.examples = given.examples.map((example) => {
      const pixels = decoded(example.pixels);
      const expected = new Int8Array(decoded(example.embedding).buffer);
      return { ...example, pixels, expected, ...encoder.encode(pixels) };
    });
    this.showProof();
    this.showExamples();
    this.listen();
    this.board = new BoardPart(this);
    if (this.examples.length > 0) this.look(this.examples[0].pixels);
    document.body.dataset.ready = "true";
  }

  /** Computes and shows everything about an image of the encoder's size. */
  look(pixels) {
    const start = performance.now();
    const { embedding, map } = this.encoder.encode(pixels);
    const milliseconds = performance.now() - start;
    Object.assign(this, { pixels, embedding, map });
    place("looked").hidden = false;
    drawPixels(place("seen"), pixels, this.encoder.imageShape);
    drawEmbedding(place("embedding"), embedding);
    document.body.dataset.embedding = Array.from(embedding.codes).join(" ");
    place("time").textContent = `${milliseconds.toFixed(1)} ms in this browser`;
    this.showMap();
    this.showNearest();
    this.showVerdict();
    this.showNovelty();
  }

  showProof() {
    const proves = this.encoder.proves();
    const different = this.examples.filter(({ expected, embedding }) => !agrees(expected, embedding.codes)).length;
    const count = this.examples.length;
    const proof = { true: "It proves its file here", false: "It is disproved here: do not trust what it computes" };
    const said = [
      proof[proves] ?? "Its file states no proof",
      count > 0 ? `${count - different} of ${count} embeddings equal those of the program, byte for byte` : [],
      this.library.hasVectors ? "with vectors of 128 bits" : "without vectors",
    ];
    place("proof").textContent = said.flat().join("; ") + ".";
    place("proof").className = proves === false || different > 0 ? "bad" : "good";
  }

  showExamples() {
    const shown = this.examples.map((example) => {
      const canvas = drawPixels(document.createElement("canvas"), example.pixels, this.encoder.imageShape);
      return element("button", { class: "example", title: example.class, onclick: () => this.look(example.pixels) }, canvas);
    });
    place("examples").replaceChildren(...shown);
  }

  showMap() {
    if (!this.map) return;
    place("map-part").hidden = false;
    place("channel").max = this.encoder.mapShape[2] - 1;
    drawMap(place("map"), this.map, this.encoder.mapShape, this.channel);
    place("channel-name").textContent = `channel ${this.channel} of ${this.encoder.mapShape[2]}`;
  }

  showNearest() {
    const near = this.examples.map((example) => ({
      example,
      distance: squaredDistance(this.embedding.codes, example.embedding.codes),
    }));
    near.sort((a, b) => a.distance - b.distance);
    const row = ({ example, distance }) =>
      element(
        "figure",
        {},
        drawPixels(document.createElement("canvas"), example.pixels, this.encoder.imageShape),
        element("figcaption", {}, example.class || "", element("small", {}, `${distance}`)),
      );
    place("nearest").replaceChildren(...near.slice(0, NEAREST).map(row));
  }

  showVerdict() {
    const verdict = this.classes.classify(this.embedding.codes);
    const said = place("verdict");
    if (!verdict) said.textContent = "No class is taught yet.";
    else if (verdict.isKnown) said.textContent = `${verdict.name}, at a squared distance of ${verdict.distance}.`;
    else said.textContent = `Unknown: ${verdict.name} is the nearest, at ${verdict.distance}, farther than its examples say.`;
    said.className = verdict ? (verdict.isKnown ? "good" : "bad") : "";
    const row = ({ name, examples }) =>
      element(
        "li",
        {},
        element("b", {}, name),
        ` ${examples} `,
        element("button", { onclick: () => this.teach(() => this.classes.forget(name)) }, "forget"),
      );
    place("classes").replaceChildren(...this.classes.all().map(row));
  }

  /** What changes classes, and says in a line why where it cannot. */
  teach(change) {
    try {
      change();
      place("teach-error").textContent = "";
    } catch (error) {
      place("teach-error").textContent = error.message;
    }
    this.showVerdict();
  }

  showNovelty() {
    if (!this.normal) return;
    place("novelty-part").hidden = false;
    const said = place("novelty");
    if (!this.normal.isReady) {
      said.textContent = `${this.normal.maps.length} normal images so far; three are the least.`;
      return;
    }
    const score = this.normal.judge(this.map.codes);
    const [value, threshold] = [score.value, score.threshold].map((number) => (number / 256).toFixed(2));
    const isNovel = score.value > score.threshold;
    said.textContent = `${isNovel ? "Novel" : "Normal"}: ${value}, and ${threshold} is the most of a normal image.`;
    said.className = isNovel ? "bad" : "good";
    drawPixels(place("novel-picture"), this.pixels, this.encoder.imageShape);
    drawNovelty(place("novel-cells"), score, this.encoder.mapShape);
  }

  learnNormal(maps) {
    this.normal.learn(maps.map((map) => map.codes));
    this.showNovelty();
  }

  listen() {
    place("file").addEventListener("change", ({ target }) => this.open(target.files[0]));
    addEventListener("dragover", (event) => event.preventDefault());
    addEventListener("drop", (event) => {
      event.preventDefault();
      this.open(event.dataTransfer.files[0]);
    });
    place("camera").addEventListener("click", () => this.switchCamera());
    place("channel").addEventListener("input", ({ target }) => {
      this.channel = Number(target.value);
      this.showMap();
    });
    place("teach").addEventListener("submit", (event) => {
      event.preventDefault();
      this.teach(() => this.classes.learn(place("class-name").value.trim(), this.embedding.codes));
    });
    place("teach-all").addEventListener("click", () =>
      this.teach(() => {
        for (const { class: name, embedding } of this.examples) if (name) this.classes.learn(name, embedding.codes);
      }),
    );
    place("normal-one").addEventListener("click", () => this.learnNormal([this.map]));
    place("normal-class").addEventListener("click", () => {
      const name = place("class-name").value.trim();
      this.learnNormal(this.examples.filter((example) => !name || example.class === name).map(({ map }) => map));
    });
  }

  /** A picture's file, or pixels of the encoder's size as they are. */
  async open(file) {
    if (!file) return;
    const said = place("file-error");
    said.textContent = "";
    try {
      if (file.size === this.encoder.imageBytes && !file.type.startsWith("image/")) {
        this.look(new Uint8Array(await file.arrayBuffer()));
        return;
      }
      if (![1, 3].includes(this.encoder.imageShape[2]) || this.encoder.imageShape[1] === 1) {
        throw new Error(`${file.name}: this encoder takes ${this.encoder.imageBytes} raw bytes, no picture`);
      }
      const picture = await createImageBitmap(file, { colorSpaceConversion: "none", premultiplyAlpha: "none" });
      this.look(seen(pixelsOf(picture, picture.width, picture.height), this.encoder.imageShape));
    } catch (error) {
      said.textContent = error.message || `${file.name}: no picture that this browser can read`;
    }
  }

  async switchCamera() {
    if (this.stream) {
      this.stream.getTracks().forEach((track) => track.stop());
      this.stream = undefined;
      place("camera").textContent = "Camera";
      return;
    }
    try {
      this.stream = await navigator.mediaDevices.getUserMedia({ video: { width: 640, height: 480 } });
    } catch (error) {
      place("file-error").textContent = `camera: ${error.message}`;
      return;
    }
    place("camera").textContent = "Stop";
    const video = place("video");
    video.srcObject = this.stream;
    await video.play();
    const frame = () => {
      if (!this.stream) return;
      this.look(seen(pixelsOf(video, video.videoWidth, video.videoHeight), this.encoder.imageShape));
      requestAnimationFrame(frame);
    };
    frame();
  }
}

function pixelsOf(picture, width, height) {
  const canvas = element("canvas", { width, height });
  const context = canvas.getContext("2d", { willReadFrequently: true });
  context.drawImage(picture, 0, 0);
  return context.getImageData(0, 0, width, height);
}

Page.open().catch((error) => {
  place("proof").textContent = `This page cannot compute: ${error.message}`;
  place("proof").className = "bad";
});
