import { BUFFER_USAGE, COMPUTE_STAGE } from '../src/device/usage.ts';
import { gridOf } from '../src/plan/grid.ts';
import shader from './copy.wgsl';

/** The workgroup sizes to try. The fastest is the copy that cases are compared with. */
export const COPY_WIDTHS = [64, 256] as const;
const VECTORS_A_LANE = 4;
const VECTOR = 16;

/** A copy of `bytes` from one buffer to another, by a kernel with 16-byte loads and stores. */
export class Copy {
  readonly bytes: number;
  readonly #device: GPUDevice;
  readonly #source: GPUBuffer;
  readonly #sinks: GPUBuffer[];
  readonly #params: GPUBuffer[] = [];
  readonly #pipelines = new Map<number, GPUComputePipeline>();
  readonly #layout: GPUBindGroupLayout;
  readonly #groups: { groups: GPUBindGroup[]; vectors: number }[] = [];
  #calls = 0;

  /** @param outputs the number of buffers that calls write in turn, as many as the contenders use */
  constructor(device: GPUDevice, bytes: number, outputs: number) {
    this.#device = device;
    this.bytes = VECTOR * Math.ceil(bytes / VECTOR);
    const usage = BUFFER_USAGE.STORAGE | BUFFER_USAGE.COPY_SRC | BUFFER_USAGE.COPY_DST;
    const buffer = () => device.createBuffer({ size: this.bytes, usage });
    this.#source = buffer();
    this.#sinks = Array.from({ length: outputs }, buffer);
    const storage = (binding: number, type: GPUBufferBindingType) => ({
      binding,
      visibility: COMPUTE_STAGE,
      buffer: { type },
    });
    this.#layout = device.createBindGroupLayout({
      entries: [storage(0, 'uniform'), storage(1, 'read-only-storage'), storage(2, 'storage')],
    });
    const window = 256 * Math.floor(device.limits.maxStorageBufferBindingSize / 256);
    for (let offset = 0; offset < this.bytes; offset += window)
      this.#addWindow(offset, Math.min(window, this.bytes - offset));
    // Random bits defeat memory compression, and writing them touches every buffer before it is timed.
    this.#fill();
  }

  /** The COPY_WIDTHS that the device supports. */
  get widths(): number[] {
    const { maxComputeInvocationsPerWorkgroup, maxComputeWorkgroupSizeX } = this.#device.limits;
    return COPY_WIDTHS.filter(
      (width) => width <= Math.min(maxComputeInvocationsPerWorkgroup, maxComputeWorkgroupSizeX),
    );
  }

  /** Puts `calls` copies on the queue. */
  queue(calls: number, width: number): void {
    const encoder = this.#device.createCommandEncoder();
    const pass = encoder.beginComputePass();
    pass.setPipeline(this.#pipeline(width));
    for (let call = 0; call < calls; call++) {
      for (const { groups, vectors } of this.#groups) {
        pass.setBindGroup(0, groups[this.#calls % groups.length] as GPUBindGroup);
        const [x, y] = gridOf(
          Math.ceil(vectors / (width * VECTORS_A_LANE)),
          this.#device.limits.maxComputeWorkgroupsPerDimension,
        );
        pass.dispatchWorkgroups(x, y);
      }
      this.#calls++;
    }
    pass.end();
    this.#device.queue.submit([encoder.finish()]);
  }

  dispose(): void {
    for (const buffer of [this.#source, ...this.#sinks, ...this.#params]) buffer.destroy();
  }

  #addWindow(offset: number, size: number): void {
    const vectors = size / VECTOR;
    const params = this.#device.createBuffer({ size: VECTOR, usage: BUFFER_USAGE.UNIFORM | BUFFER_USAGE.COPY_DST });
    this.#device.queue.writeBuffer(params, 0, Uint32Array.of(vectors));
    this.#params.push(params);
    const groups = this.#sinks.map((sink) =>
      this.#device.createBindGroup({
        layout: this.#layout,
        entries: [
          { binding: 0, resource: { buffer: params } },
          { binding: 1, resource: { buffer: this.#source, offset, size } },
          { binding: 2, resource: { buffer: sink, offset, size } },
        ],
      }),
    );
    this.#groups.push({ groups, vectors });
  }

  #pipeline(width: number): GPUComputePipeline {
    const known = this.#pipelines.get(width);
    if (known) return known;
    const device = this.#device;
    const made = device.createComputePipeline({
      layout: device.createPipelineLayout({ bindGroupLayouts: [this.#layout] }),
      compute: { module: device.createShaderModule({ code: shader.text }), constants: { WORKGROUP_SIZE: width } },
    });
    this.#pipelines.set(width, made);
    return made;
  }

  #fill(): void {
    const chunk = new Uint32Array(2 ** 18);
    let bits = 1;
    for (let i = 0; i < chunk.length; i++) {
      bits ^= bits << 13; // Marsaglia's xorshift
      bits ^= bits >>> 17;
      bits ^= bits << 5;
      chunk[i] = bits;
    }
    for (let offset = 0; offset < this.bytes; offset += chunk.byteLength) {
      const bytes = Math.min(chunk.byteLength, this.bytes - offset);
      for (const buffer of [this.#source, ...this.#sinks])
        this.#device.queue.writeBuffer(buffer, offset, chunk, 0, bytes / 4);
    }
  }
}
