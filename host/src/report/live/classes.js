// Classes that are learned from examples, as a board learns them.

const NAME_BYTES = 24;
const NONE = 0xffffffff;

/** Classes by the means of their examples. */
class Classes {
  constructor(encoder, most) {
    const { library } = encoder;
    Object.assign(this, { encoder, library, most });
    const bytes = Math.ceil((32 + most * (48 + 4 * encoder.units)) / 8) * 8;
    this.memory = library.memory(bytes);
    this.result = library.allocate(36);
    this.name = library.allocate(NAME_BYTES + 2);
    library.call("dim_classes_begin_means", this.memory, encoder.model, most);
  }

  /** A longer name than there is room for stays too long, and is refused. */
  named(name) {
    const bytes = new TextEncoder().encode(name).slice(0, NAME_BYTES + 1);
    this.library.bytes(this.name, NAME_BYTES + 2).fill(0);
    return this.library.put(bytes, this.name);
  }

  learn(name, codes) {
    const embedding = this.library.put(codes, this.encoder.vector);
    this.library.call("dim_classes_learn", this.memory, this.named(name), embedding, codes.length, 0);
  }

  forget(name) {
    this.library.call("dim_classes_forget", this.memory, this.named(name));
  }

  /** The nearest class, or undefined where none is learned. */
  classify(codes) {
    if (this.all().length === 0) return undefined;
    const embedding = this.library.put(codes, this.encoder.vector);
    this.library.call("dim_classes_classify", this.memory, embedding, codes.length, this.result);
    const view = this.library.view(this.result, 36);
    const second = view.getUint32(32, true);
    return {
      name: this.library.text(this.result),
      isKnown: view.getUint8(NAME_BYTES + 1) !== 0,
      distance: view.getUint32(28, true),
      second: second === NONE ? undefined : second,
    };
  }

  /** Name and number of examples of each. */
  all() {
    const found = [];
    for (let place = 0; place < this.most; place++) {
      try {
        this.library.call("dim_classes_class", this.memory, place, this.result);
      } catch (error) {
        if (error.status === "DIM_NO_CLASS") continue;
        throw error;
      }
      const examples = this.library.view(this.result, 32).getUint32(28, true);
      found.push({ name: this.library.text(this.result), examples });
    }
    return found;
  }
}
