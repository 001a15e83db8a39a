// Brings a picture to what an encoder sees, with the numbers of `dim embed`: transparency becomes white, colours become grey as in
// ITU-R BT.601, and the middle that has the proportions of the goal is scaled.

/** Pixels `[height, width, channels]` of an `ImageData`, for an encoder of that shape. */
function seen({ data, width, height }, [toHeight, toWidth, channels]) {
  const pixels = new Uint8Array(width * height * channels);
  for (let at = 0; at < width * height; at++) {
    const alpha = data[4 * at + 3];
    const over = (value) => Math.floor((value * alpha + 255 * (255 - alpha) + 127) / 255);
    const [red, green, blue] = [0, 1, 2].map((channel) => over(data[4 * at + channel]));
    if (channels === 1) pixels[at] = Math.floor((299 * red + 587 * green + 114 * blue + 500) / 1000);
    else pixels.set([red, green, blue], 3 * at);
  }
  return scaled(pixels, [width, channels], middle([height, width], [toHeight, toWidth]), [toHeight, toWidth]);
}

/** The largest region in the middle that has the proportions of `to`: where rows and columns begin, and how many there are. */
function middle([height, width], to) {
  const of = (extent, numerator, denominator) =>
    Math.max(Math.floor((extent * numerator + Math.floor(denominator / 2)) / denominator), 1);
  const [rows, columns] =
    width * to[0] > height * to[1] ? [height, of(height, to[1], to[0])] : [of(width, to[0], to[1]), width];
  const begins = (extent, part) => Math.floor((extent - part) / 2);
  return { row: begins(height, rows), rows, column: begins(width, columns), columns };
}

/** Each new pixel is the mean of those below a triangle around its place. All sums are rounded to 32 bits, as the program's. */
function scaled(image, [width, channels], region, [height, columns]) {
  const [across, down] = [shares(region.columns, columns), shares(region.rows, height)];
  const lineLength = columns * channels;
  const lines = new Float32Array(region.rows * lineLength);
  for (let row = 0; row < region.rows; row++) {
    const source = ((region.row + row) * width + region.column) * channels;
    for (let x = 0; x < columns; x++) {
      const { first, weights } = across[x];
      for (let tap = 0; tap < weights.length; tap++) {
        for (let channel = 0; channel < channels; channel++) {
          const product = Math.fround(weights[tap] * image[source + (first + tap) * channels + channel]);
          lines[row * lineLength + x * channels + channel] += product;
        }
      }
    }
  }
  const result = new Uint8Array(height * lineLength);
  const sums = new Float32Array(lineLength);
  for (let y = 0; y < height; y++) {
    sums.fill(0);
    const { first, weights } = down[y];
    for (let tap = 0; tap < weights.length; tap++) {
      for (let at = 0; at < lineLength; at++) {
        sums[at] += Math.fround(weights[tap] * lines[(first + tap) * lineLength + at]);
      }
    }
    for (let at = 0; at < lineLength; at++) {
      result[y * lineLength + at] = Math.min(Math.max(Math.floor(sums[at] + 0.5), 0), 255);
    }
  }
  return result;
}

/** For each of `to` new places, the first of the `from` old ones that counts, and the shares of it and of those after it. */
function shares(from, to) {
  const step = from / to;
  const reach = Math.max(step, 1);
  return Array.from({ length: to }, (_, index) => {
    const centre = (index + 0.5) * step;
    const first = Math.floor(Math.max(centre - reach + 0.5, 0));
    const end = Math.min(Math.floor(centre + reach + 0.5), from);
    const weights = [];
    for (let old = first; old < end; old++) weights.push(Math.max(1 - Math.abs(old + 0.5 - centre) / reach, 0));
    let sum = 0;
    for (const weight of weights) sum += weight;
    return { first, weights: Float32Array.from(weights, (weight) => weight / sum) };
  });
}
