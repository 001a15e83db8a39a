// The C interface of dim-capi, compiled to WebAssembly; capi/include/dim.h says what each function does. Structures lie in
// memory as on any machine with pointers of four bytes.

/** A call that failed, with the name of its status. */
class DimError extends Error {
  constructor(call, status) {
    super(`${call}: ${status}`);
    this.status = status;
  }
}

/** The module, and its memory, which is handed out once and never given back. */
class Library {
  /** The module with vectors where they are known, else the one without; both give the same bits. */
  static async open({ plain, vectors }) {
    const hasVectors = WebAssembly.validate(vectors);
    const instead = () => {
      throw new DimError("dim", "something panicked");
    };
    const { instance } = await WebAssembly.instantiate(hasVectors ? vectors : plain, {
      env: { dim_something_can_panic: instead },
    });
    return new Library(instance.exports, hasVectors);
  }

  constructor(functions, hasVectors) {
    this.functions = functions;
    this.hasVectors = hasVectors;
    this.next = functions.__heap_base.value;
  }

  /** Address of so many bytes, which are 0. */
  allocate(count, alignment = 16) {
    const address = Math.ceil(this.next / alignment) * alignment;
    this.next = address + count;
    const missing = this.next - this.functions.memory.buffer.byteLength;
    if (missing > 0) this.functions.memory.grow(Math.ceil(missing / 65536));
    return address;
  }

  bytes(address, count) {
    return new Uint8Array(this.functions.memory.buffer, address, count);
  }

  view(address, count) {
    return new DataView(this.functions.memory.buffer, address, count);
  }

  /** A copy of int8 codes. */
  codes(address, count) {
    return new Int8Array(this.functions.memory.buffer, address, count).slice();
  }

  put(values, address) {
    new Uint8Array(this.functions.memory.buffer, address, values.length).set(
      new Uint8Array(values.buffer, values.byteOffset, values.length),
    );
    return address;
  }

  /** A `dim_memory` of so many bytes. */
  memory(count) {
    const [data, memory] = [this.allocate(count), this.allocate(8)];
    const view = this.view(memory, 8);
    view.setUint32(0, data, true);
    view.setUint32(4, count, true);
    return memory;
  }

  /** Text until its zero. */
  text(address) {
    const bytes = this.bytes(address, this.functions.memory.buffer.byteLength - address);
    return new TextDecoder().decode(bytes.slice(0, bytes.indexOf(0)));
  }

  /** Calls a function that returns a status, and throws what is not well. */
  call(name, ...values) {
    const status = this.functions[name](...values);
    if (status !== 0) throw new DimError(name, this.text(this.functions.dim_status_name(status)));
  }
}
