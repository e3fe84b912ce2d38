import { expect, test } from 'vitest';
import { PipelineCache } from '../../src/runtime/pipelines.ts';

const PART = {
  file: 'shaders/nothing.wgsl',
  text: 'struct Params { size: u32 }\n@group(0) @binding(0) var<uniform> params: Params;\n@compute @workgroup_size(1) fn nothing() {}',
};
const SOURCE = { entry: 'nothing', parts: [PART], constants: {} };

/** The parts of a device that creating a pipeline uses. */
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

test('a compiled pipeline is ready even if the device is lost before its error scope is read', async () => {
  const made = {};
  const pipeline = new PipelineCache(deviceOf(Promise.resolve(made), gone()), undefined).get(SOURCE);
  await pipeline.ready;
  expect(pipeline.pipeline).toBe(made);
  expect(pipeline.failure).toBeUndefined();
});

test('a pipeline that failed to compile reports the error and is ready as well', async () => {
  const pipeline = new PipelineCache(deviceOf(gone(), gone()), undefined).get(SOURCE);
  await pipeline.ready;
  expect(pipeline.pipeline).toBeUndefined();
  expect(pipeline.failure?.error?.message).toBe('nothing could not be compiled on this adapter:\nthe device is gone');
});
