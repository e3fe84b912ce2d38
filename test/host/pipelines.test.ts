import { expect, test } from 'vitest';
import { PipelineCache } from '../../src/runtime/pipelines.ts';

const PART = {
  file: 'shaders/nothing.wgsl',
  text: 'struct Params { size: u32 }\n@group(0) @binding(0) var<uniform> params: Params;\n@compute @workgroup_size(1) fn nothing() {}',
};
const SOURCE = { entry: 'nothing', parts: [PART], constants: {} };

/** As much of a device as a pipeline is made of. */
function deviceOf(creation: Promise<unknown>, scope: Promise<unknown>): GPUDevice {
  const made = {
    pushErrorScope() {},
    popErrorScope: () => scope,
    createBindGroupLayout: () => ({}),
    createPipelineLayout: () => ({}),
    createShaderModule: () => ({ getCompilationInfo: async () => ({ messages: [] }) }),
    createComputePipelineAsync: () => creation,
  };
  return made as unknown as GPUDevice;
}

const gone = () => Promise.reject(new DOMException('the device is gone', 'OperationError'));

test('a pipeline that was made is ready, though the device was lost before its error scope was read', async () => {
  const made = {};
  const pipeline = new PipelineCache(deviceOf(Promise.resolve(made), gone()), undefined).get(SOURCE);
  await pipeline.ready;
  expect(pipeline.pipeline).toBe(made);
  expect(pipeline.failure).toBeUndefined();
});

test('one that was not made says so, and is ready all the same', async () => {
  const pipeline = new PipelineCache(deviceOf(gone(), gone()), undefined).get(SOURCE);
  await pipeline.ready;
  expect(pipeline.pipeline).toBeUndefined();
  expect(pipeline.failure?.error?.message).toBe('nothing could not be compiled on this adapter:\nthe device is gone');
});
