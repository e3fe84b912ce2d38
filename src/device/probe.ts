import narrow from '../../shaders/math/narrow.wgsl';
import widen from '../../shaders/math/widen.wgsl';
import builtins from '../../shaders/probe/builtins.wgsl';
import cases from '../../shaders/probe/cases.wgsl';
import bits from '../../shaders/probe/f16_bits.wgsl';
import conversion from '../../shaders/probe/f16_store.wgsl';
import conversionStored from '../../shaders/probe/f16_stored.wgsl';
import type { Probed } from '../plan/machine.ts';
import { polled } from './polling.ts';
import { BUFFER_USAGE, MAP_READ } from './usage.ts';

const UNPROBED: Probed = { unpack: false, pack: false, f16: false, f16Bits: false, exp2: false, exp2Below: false };

const HALVES = 65536;
const LANES = 64;
/** The bits of `faults`, as the kernels set them. */
const WRONG = { unpack: 1, pack: 2, exp2: 4, f16: 8, f16Bits: 16, exp2Below: 32 };

/**
 * Probes a device's arithmetic: one submission and one readback of a word. A device that fails meanwhile counts as one
 * that promises nothing, and reports its failure to whoever uses it next.
 */
export async function probe(device: GPUDevice): Promise<Probed> {
  try {
    return await probed(device);
  } catch {
    return UNPROBED;
  }
}

async function probed(device: GPUDevice): Promise<Probed> {
  const typed = device.features.has('shader-f16');
  const [ofBuiltins, storing, ofStored, ofBits] = await Promise.all([
    compiled(device, [builtins, cases, widen, narrow]),
    typed ? compiled(device, [conversion, cases, widen], 'enable f16;') : undefined,
    typed ? compiled(device, [conversionStored, cases, widen, narrow], 'enable f16;') : undefined,
    typed ? compiled(device, [bits, cases, widen, narrow], 'enable f16;') : undefined,
  ]);
  if (!ofBuiltins) return UNPROBED;
  const points = powers();
  const { STORAGE, COPY_SRC, COPY_DST, MAP_READ: READ } = BUFFER_USAGE;
  const buffer = (size: number, usage: number) => device.createBuffer({ size, usage });
  const found = buffer(8, STORAGE | COPY_SRC);
  const table = buffer(points.byteLength, STORAGE | COPY_DST);
  const stored = buffer(typed ? 8 * HALVES : 8, STORAGE);
  const staging = buffer(8, READ | COPY_DST);
  try {
    device.queue.writeBuffer(table, 0, points);
    const encoder = device.createCommandEncoder();
    const pass = encoder.beginComputePass();
    const run = (pipeline: GPUComputePipeline | undefined, ...buffers: GPUBuffer[]) => {
      if (!pipeline) return;
      const entries = buffers.map((buffer, binding) => ({ binding, resource: { buffer } }));
      pass.setPipeline(pipeline);
      pass.setBindGroup(0, device.createBindGroup({ layout: pipeline.getBindGroupLayout(0), entries }));
      pass.dispatchWorkgroups(HALVES / LANES);
    };
    run(ofBuiltins, found, table);
    run(storing, stored);
    run(ofStored, found, stored);
    run(ofBits, found);
    pass.end();
    encoder.copyBufferToBuffer(found, 0, staging, 0, 8);
    device.queue.submit([encoder.finish()]);
    await polled(device.queue, staging.mapAsync(MAP_READ));
    const [faults = 0, lanes = 0] = new Uint32Array(staging.getMappedRange());
    const probes = [ofBuiltins, ofStored, ofBits].filter((pipeline) => pipeline !== undefined);
    if (lanes !== probes.length * HALVES) return UNPROBED;
    const right = (fact: keyof typeof WRONG) => (faults & WRONG[fact]) === 0;
    return {
      unpack: right('unpack'),
      pack: right('pack'),
      exp2: right('exp2'),
      exp2Below: right('exp2Below'),
      f16: storing !== undefined && ofStored !== undefined && right('f16'),
      f16Bits: ofBits !== undefined && right('f16Bits'),
    };
  } finally {
    for (const buffer of [found, table, stored, staging]) buffer.destroy();
  }
}

/** Returns the pipeline of a probe, or undefined if this compiler refuses it. */
async function compiled(
  device: GPUDevice,
  parts: readonly { text: string }[],
  head = '',
): Promise<GPUComputePipeline | undefined> {
  device.pushErrorScope('validation');
  const module = device.createShaderModule({ code: [head, ...parts.map(({ text }) => text)].join('\n') });
  const refused = device.popErrorScope();
  const pipeline = device.createComputePipelineAsync({ layout: 'auto', compute: { module } }).catch(() => undefined);
  return (await refused) ? undefined : pipeline;
}

/**
 * Pairs of t and 2^t for `exp2`: 4,097 points of [-1/2, 1/2], then 4,096 from there down to -126, and some far below, as
 * far as shaders/math/falling_halves goes.
 */
function powers(): Float32Array<ArrayBuffer> {
  const narrow = Array.from({ length: 4097 }, (_, i) => i / 4096 - 0.5);
  const wide = Array.from({ length: 4096 }, (_, i) => -0.5 - (125.5 * i) / 4095);
  const far = [-127, -150, -1000, -131071, -189091, -472728];
  return Float32Array.from([...narrow, ...wide, ...far].flatMap((t) => [Math.fround(t), 2 ** Math.fround(t)]));
}
