// What is drawn: pictures, embeddings, maps.

/** The element of an identifier. */
const place = (id) => document.getElementById(id);

/** An element with attributes, properties of `on` as listeners, and children. */
function element(name, attributes = {}, ...children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (key.startsWith("on")) made.addEventListener(key.slice(2), value);
    else made.setAttribute(key, value);
  }
  made.append(...children);
  return made;
}

/** Raw pixels on a canvas of their size; a signal, one column wide, becomes a band for each channel. */
function drawPixels(canvas, pixels, [height, width, channels]) {
  const isSignal = width === 1;
  const band = 8;
  [canvas.width, canvas.height] = isSignal ? [height, channels * band] : [width, height];
  const context = canvas.getContext("2d");
  const image = context.createImageData(canvas.width, canvas.height);
  for (let y = 0; y < canvas.height; y++) {
    for (let x = 0; x < canvas.width; x++) {
      const from = isSignal ? x * channels + Math.floor(y / band) : (y * width + x) * channels;
      const shown = !isSignal && channels >= 3 ? [0, 1, 2] : [0, 0, 0];
      const colour = shown.map((channel) => pixels[from + channel]);
      image.data.set([...colour, 255], (y * canvas.width + x) * 4);
    }
  }
  context.putImageData(image, 0, 0);
  return canvas;
}

/** A colour from blue for -1 by white to red for 1. */
function diverging(value) {
  const strength = Math.min(Math.abs(value), 1);
  const far = value < 0 ? [31, 111, 180] : [206, 62, 44];
  return far.map((end) => Math.round(255 + (end - 255) * strength));
}

/** A bar for each number of an embedding, up or down from real zero. */
function drawEmbedding(canvas, { codes, zeroPoint }) {
  const [bar, half] = [8, 48];
  [canvas.width, canvas.height] = [codes.length * bar, 2 * half];
  const context = canvas.getContext("2d");
  context.clearRect(0, 0, canvas.width, canvas.height);
  const largest = Math.max(1, ...Array.from(codes, (code) => Math.abs(code - zeroPoint)));
  codes.forEach((code, unit) => {
    const value = (code - zeroPoint) / largest;
    context.fillStyle = `rgb(${diverging(value < 0 ? -0.9 : 0.9)})`;
    context.fillRect(unit * bar + 1, value < 0 ? half : half - value * half, bar - 2, Math.abs(value) * half || 1);
  });
}

/** One channel of a map, `[height, width, channels]`. */
function drawMap(canvas, { codes, zeroPoint }, [height, width, channels], channel) {
  [canvas.width, canvas.height] = [width, height];
  const context = canvas.getContext("2d");
  const image = context.createImageData(width, height);
  const values = Array.from({ length: height * width }, (_, cell) => codes[cell * channels + channel] - zeroPoint);
  const largest = Math.max(1, ...values.map(Math.abs));
  values.forEach((value, cell) => image.data.set([...diverging(value / largest), 255], 4 * cell));
  context.putImageData(image, 0, 0);
}

/** How novel each cell is, over a picture: nothing at the threshold, red at four times of it. */
function drawNovelty(canvas, { cells, threshold }, [height, width]) {
  [canvas.width, canvas.height] = [width, height];
  const context = canvas.getContext("2d");
  const image = context.createImageData(width, height);
  const from = threshold;
  cells.forEach((cell, at) => {
    const strength = Math.min(Math.max((cell - from) / (3 * from + 1), 0), 1);
    image.data.set([228, 18, 46, Math.round(200 * strength)], 4 * at);
  });
  context.putImageData(image, 0, 0);
}
