/** The largest alignment that WebGPU may require of a dynamic offset. */
const ALIGNMENT = 256;

/** The parameters of a batch's dispatches, one block each, as they are copied to the GPU. Batches reuse the memory. */
export class ParamBlocks {
  view: DataView<ArrayBuffer>;
  /** Bytes in use. */
  bytes = 0;

  constructor(blocks: number) {
    this.view = new DataView(new ArrayBuffer(ALIGNMENT * blocks));
  }

  /** Reserves a zeroed block. @param bytes a multiple of four @returns its offset */
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
