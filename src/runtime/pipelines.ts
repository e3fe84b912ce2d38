import { GradfoldError } from '../core/errors.ts';
import { COMPUTE_STAGE } from '../device/usage.ts';
import { Cause } from './causes.ts';
import { type KernelSource, type LinkedKernel, link, sourceKey } from './link.ts';

/** A variant and its pipeline. `ready` never rejects; when it resolves, `pipeline` or `failure` is set. */
export interface Pipeline {
  /** Identifies the variant. */
  readonly key: string;
  /** Unique per device. */
  readonly id: number;
  readonly kernel: LinkedKernel;
  readonly layout: GPUBindGroupLayout;
  readonly ready: Promise<void>;
  pipeline: GPUComputePipeline | undefined;
  failure: Cause | undefined;
}

/**
 * Keeps the owners of devices alive while they compile. Dawn compiles on its own threads and crashes the process if its
 * objects are collected before they finish, and a caller may drop a backend at any time.
 */
const compiling = new Map<Promise<void>, unknown>();

/** Pipelines by variant, each created once, asynchronously. */
export class PipelineCache {
  readonly #device: GPUDevice;
  readonly #owner: unknown;
  readonly #pipelines = new Map<string, Pipeline>();
  /** Counts of the keys and pipelines made so far. */
  readonly made = { keys: 0, pipelines: 0 };
  /** Pipelines by source object, which ops reuse: building a key takes longer than the rest of a launch. */
  readonly #bySource = new WeakMap<KernelSource, Pipeline>();

  /** `owner` stays referenced while a pipeline is being created. */
  constructor(device: GPUDevice, owner: unknown) {
    this.#device = device;
    this.#owner = owner;
  }

  get(source: KernelSource): Pipeline {
    let pipeline = this.#bySource.get(source);
    if (!pipeline) {
      pipeline = this.#byKey(source);
      this.#bySource.set(source, pipeline);
    }
    return pipeline;
  }

  #byKey(source: KernelSource): Pipeline {
    const key = sourceKey(source);
    this.made.keys++;
    const known = this.#pipelines.get(key);
    if (known) return known;
    this.made.pipelines++;
    const made = this.#create(key, link(source));
    this.#pipelines.set(key, made);
    compiling.set(made.ready, this.#owner);
    void made.ready.then(() => compiling.delete(made.ready));
    return made;
  }

  /** Resolves when no pipeline is being created anymore. */
  async settled(): Promise<void> {
    await Promise.all([...this.#pipelines.values()].map((pipeline) => pipeline.ready));
  }

  #create(key: string, kernel: LinkedKernel): Pipeline {
    const device = this.#device;
    device.pushErrorScope('validation');
    const entries: GPUBindGroupLayoutEntry[] = kernel.bindings.map(({ access, stride }, index) => ({
      binding: index + 1,
      visibility: COMPUTE_STAGE,
      buffer: { type: access === 'read' ? 'read-only-storage' : 'storage', minBindingSize: stride },
    }));
    entries.unshift({ binding: 0, visibility: COMPUTE_STAGE, buffer: { type: 'uniform', hasDynamicOffset: true } });
    const layout = device.createBindGroupLayout({ label: kernel.entry, entries });
    const module = device.createShaderModule({ label: kernel.entry, code: kernel.code });
    const creation = device.createComputePipelineAsync({
      label: kernel.entry,
      layout: device.createPipelineLayout({ bindGroupLayouts: [layout] }),
      compute: { module, entryPoint: kernel.entry },
    });
    // The creation reports what is wrong, and so does a device that is lost meanwhile.
    const scope = device.popErrorScope().catch(() => null);
    const made: Pipeline = {
      key,
      id: this.#pipelines.size,
      kernel,
      layout,
      pipeline: undefined,
      failure: undefined,
      ready: creation.then(
        async (pipeline) => {
          await scope;
          made.pipeline = pipeline;
        },
        async (cause: unknown) => {
          await scope;
          made.failure = Cause.failure(await compileError(kernel, module, cause));
        },
      ),
    };
    return made;
  }
}

/** Returns the compiler's messages, each with the file and line of its part. */
async function compileError(kernel: LinkedKernel, module: GPUShaderModule, cause: unknown): Promise<Error> {
  const info = await module.getCompilationInfo().catch(() => undefined);
  const errors = (info?.messages ?? []).filter((message) => message.type === 'error');
  const lines = errors.map((message) => `${kernel.origin(message.lineNum)}: ${message.message}`);
  const what = lines.length > 0 ? lines.join('\n') : String(cause instanceof Error ? cause.message : cause);
  return new GradfoldError(`${kernel.entry} could not be compiled on this adapter:\n${what}`, { cause });
}
