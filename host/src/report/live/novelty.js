// What normal images look like, and how far others are from them, as a board tells.

/** Statistics of every cell of the local feature map. */
class Normal {
  constructor(encoder) {
    const { library } = encoder;
    Object.assign(this, { encoder, library, maps: [] });
    this.memory = library.memory(64 + 8 * encoder.mapCodes);
    this.score = library.allocate(16);
    this.cellCount = encoder.mapShape[0] * encoder.mapShape[1];
    this.cellScores = library.allocate(4 * this.cellCount);
  }

  /** Learns more normal images. Every third of all is for the threshold, which holds for what was learned before it. */
  learn(maps) {
    this.maps.push(...maps);
    this.library.call("dim_novelty_begin", this.memory, this.encoder.model);
    const isForThreshold = (_, number) => number % 3 === 2;
    const take = (call) => (codes) => {
      const map = this.library.put(codes, this.encoder.localMap);
      this.library.call(call, this.memory, map, codes.length, 0);
    };
    this.maps.filter((...of) => !isForThreshold(...of)).forEach(take("dim_novelty_learn"));
    this.maps.filter(isForThreshold).forEach(take("dim_novelty_set_threshold"));
  }

  /** Whether there are enough to judge by. */
  get isReady() {
    return this.maps.length >= 3;
  }

  /** Score in steps of 1/256, its threshold, the worst cell, and the scores of all cells. */
  judge(codes) {
    const map = this.library.put(codes, this.encoder.localMap);
    this.library.call("dim_novelty_judge", this.memory, map, codes.length, this.score);
    const view = this.library.view(this.score, 16);
    const [value, row, column, threshold] = [0, 4, 8, 12].map((at) => view.getUint32(at, true));
    this.library.call("dim_novelty_cells", this.memory, map, codes.length, this.cellScores, this.cellCount);
    const cells = new Uint32Array(this.library.functions.memory.buffer, this.cellScores, this.cellCount).slice();
    return { value, row, column, threshold, cells };
  }
}
