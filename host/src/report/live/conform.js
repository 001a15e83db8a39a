// What `dim conform` has node run behind library.js and encoder.js: MODULE, FILE and IMAGES are files, and so is OUTPUTS, to which the
// codes of embedding and local feature map of every image go.

const { readFileSync, writeFileSync } = require("node:fs");
const [moduleFile, modelFile, imagesFile, outputsFile] = process.argv.slice(2);

Library.open({ plain: readFileSync(moduleFile), vectors: new Uint8Array() }).then((library) => {
  const encoder = new Encoder(library, readFileSync(modelFile));
  const images = readFileSync(imagesFile);
  const parts = [];
  for (let at = 0; at < images.length; at += encoder.imageBytes) {
    const { embedding, map } = encoder.encode(images.subarray(at, at + encoder.imageBytes));
    parts.push(Buffer.from(embedding.codes.buffer), map ? Buffer.from(map.codes.buffer) : Buffer.alloc(0));
  }
  writeFileSync(outputsFile, Buffer.concat(parts));
  process.exitCode = encoder.proves() === false ? 1 : 0;
});
