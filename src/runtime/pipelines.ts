import { GradfoldError } from '../core/errors.ts';
import { COMPUTE_STAGE } from '../device/usage.ts';
import { Cause } from './causes.ts';
import { type KernelSource, type LinkedKernel, link, sourceKey } from './link.ts';

/** A variant on its way to a pipeline. `pipeline` or `failure` is set once `ready` has resolved; it never rejects. */
export interface Pipeline {
  /** Which variant it is. */
  readonly key: string;
  /** Of those of its device. */
  readonly id: number;
  readonly kernel: LinkedKernel;
  readonly layout: GPUBindGroupLayout;
  readonly ready: Promise<void>;
  pipeline: GPUComputePipeline | undefined;
  failure: Cause | undefined;
}

/**
 * What owns the devices that compile right now. Dawn compiles on threads of its own, and takes the process with it if
 * its objects are collected before they are done: a caller may let go of a backend at any time.
 */
const compiling = new Map<Promise<void>, unknown>();

/** Pipelines by variant, created asynchronously, each once. */
export class PipelineCache {
  readonly #device: GPUDevice;
  readonly #owner: unknown;
  readonly #pipelines = new Map<string, Pipeline>();
  /** Keys that were joined so far, and the pipelines that were made for them. */
  readonly made = { keys: 0, pipelines: 0 };
  /** Of sources that were asked for before: ops keep theirs, and a key takes longer to join than all else of a launch. */
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

  /** Resolves when no pipeline is being created any more. */
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
    // What is wrong with it the creation tells; a device that is lost meanwhile tells of itself.
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

/** The compiler's own messages, each at the file and line of the part that it is about. */
async function compileError(kernel: LinkedKernel, module: GPUShaderModule, cause: unknown): Promise<Error> {
  const info = await module.getCompilationInfo().catch(() => undefined);
  const errors = (info?.messages ?? []).filter((message) => message.type === 'error');
  const lines = errors.map((message) => `${kernel.origin(message.lineNum)}: ${message.message}`);
  const what = lines.length > 0 ? lines.join('\n') : String(cause instanceof Error ? cause.message : cause);
  return new GradfoldError(`${kernel.entry} could not be compiled on this adapter:\n${what}`, { cause });
}
