/** The alignment that WebGPU asks of a dynamic offset, at most. */
const ALIGNMENT = 256;

/** The parameters of a batch's dispatches, a block each, as they are copied to the GPU: memory that batches pass on. */
export class ParamBlocks {
  view: DataView<ArrayBuffer>;
  /** So many are taken. */
  bytes = 0;

  constructor(blocks: number) {
    this.view = new DataView(new ArrayBuffer(ALIGNMENT * blocks));
  }

  /** Where a new block of `bytes` begins, zeroed; a multiple of four. */
  reserve(bytes: number): number {
    const offset = this.bytes;
    this.bytes += ALIGNMENT * Math.ceil(bytes / ALIGNMENT);
    if (this.bytes > this.view.byteLength) this.#grow();
    for (let at = offset; at < offset + bytes; at += 4) this.view.setUint32(at, 0);
    return offset;
  }

  #grow(): void {
    const grown = new ArrayBuffer(2 * this.bytes);
    new Uint8Array(grown).set(new Uint8Array(this.view.buffer));
    this.view = new DataView(grown);
  }
}
