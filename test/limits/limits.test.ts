// The limits projects rely on this: the device has exactly the limits that its level of WebGPU guarantees.

import { expect, inject, test } from 'vitest';
import { DEFAULT_MACHINE } from '../../src/plan/machine.ts';
import { useBackend } from '../support.ts';

const backend = useBackend();

test('the device has exactly the limits of its level, and plans use them', async () => {
  const maxInvocations = inject('limits') === 'compatibility' ? 128 : 256;
  const { device, runtime } = backend();
  expect(device.limits).toMatchObject({
    maxComputeInvocationsPerWorkgroup: maxInvocations,
    maxComputeWorkgroupSizeX: maxInvocations,
    maxComputeWorkgroupStorageSize: 16_384,
    maxStorageBuffersPerShaderStage: 8,
    maxStorageBufferBindingSize: 2 ** 27,
    maxBufferSize: 2 ** 28,
  });
  expect([...device.features].filter((name) => name !== 'core-features-and-limits')).toEqual([]);
  // What the adapter itself is, and what its arithmetic does beyond what WGSL promises, does not depend on the limits.
  const { kind, skips, widen, narrow, exp2, exp2Below } = runtime.machine;
  const own = { kind, skips, widen, narrow, exp2, exp2Below };
  expect(runtime.machine).toEqual({ ...DEFAULT_MACHINE, ...own, maxInvocations });

  device.pushErrorScope('validation');
  device.createComputePipeline({
    layout: 'auto',
    compute: {
      module: device.createShaderModule({ code: `@compute @workgroup_size(${2 * maxInvocations}) fn f() {}` }),
    },
  });
  expect((await device.popErrorScope())?.message).toContain('exceeds the maximum allowed');
});
