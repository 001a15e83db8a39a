// An encoder on its file.

const ABI = 1;
const TAP_FEATURE_MAP = 0;

/** Computes embeddings and local feature maps, bit for bit as a microcontroller does. */
class Encoder {
  constructor(library, file) {
    this.library = library;
    this.model = library.allocate(192);
    const bytes = library.put(file, library.allocate(file.length));
    library.call("dim_parse_abi", ABI, this.model, bytes, file.length);

    const sizes = library.allocate(52);
    library.call("dim_model_sizes", this.model, sizes);
    const view = library.view(sizes, 52);
    const [, arena, image, units, map] = [0, 4, 8, 12, 16].map((at) => view.getUint32(at, true));
    const shape = (at) => [0, 2, 4].map((extent) => view.getUint16(at + extent, true));
    Object.assign(this, { arenaBytes: arena, imageBytes: image, units, mapCodes: map });
    /** `[height, width, channels]`. */
    this.imageShape = shape(20);
    this.mapShape = shape(26);
    this.hasProof = view.getUint8(32) !== 0;

    this.arena = library.memory(arena);
    this.image = library.allocate(image);
    this.tensor = library.allocate(20);
    this.vector = library.allocate(units);
    this.localMap = library.allocate(map);
  }

  /** Whether this browser makes the bits that the file was written with; undefined if the file states none. */
  proves() {
    if (!this.hasProof) return undefined;
    try {
      this.library.call("dim_prove", this.model, this.arena);
      return true;
    } catch (error) {
      if (error.status === "DIM_DISPROVED") return false;
      throw error;
    }
  }

  /** Codes of the embedding, and of the local feature map where the encoder taps one, of raw pixels. */
  encode(pixels) {
    const { library } = this;
    library.put(pixels, this.image);
    library.call("dim_encode", this.model, this.arena, this.image, pixels.length, this.tensor);
    const embedding = this.taken();
    let map;
    if (this.mapCodes > 0) {
      library.call("dim_tap", this.model, this.arena, TAP_FEATURE_MAP, this.tensor);
      map = this.taken();
    }
    return { embedding, map };
  }

  /** What `dim_tensor` tells of. */
  taken() {
    const view = this.library.view(this.tensor, 20);
    const codes = this.library.codes(view.getUint32(0, true), view.getUint32(4, true));
    return { codes, zeroPoint: view.getInt8(14), scale: view.getFloat32(16, true) };
  }
}
