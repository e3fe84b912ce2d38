import { expect, test } from 'vitest';
import { goalOf, gpusPage, keyOf } from '../../tools/gpu_report/page.ts';
import type { FamilyReport, KernelReport } from '../../tools/gpu_report/report.ts';

const kernel: KernelReport = {
  entry: 'softmax_forward',
  registers: 84,
  spilled: 0,
  scratch: 0,
  waves: 18,
  lds: 0,
  waveSize: 32,
  lanesPerGroup: 32,
  vector: 100,
  memory: 16,
  unknownLoop: false,
  loads: { 16: 8 },
  stores: { 16: 8 },
  slots: 100,
  otherSlots: 100,
  code: [],
  turns: [],
};
const call = (dtype: 'f32' | 'f16', bytesPerInstruction: number) => ({
  ...{ op: 'softmax', dtype, shape: [16384, 1024], least: 1, bytesPerInstruction, otherwise: bytesPerInstruction },
  kernels: [kernel],
});
const report: FamilyReport = {
  family: { name: 'navi31', title: 'RDNA 3', lanesPerSlot: 32 },
  adapter: { vendor: 'amd', architecture: 'rdna-3', description: 'radv', software: false, features: [] },
  calls: [call('f32', 11.84), call('f16', 2.31)],
};

test('goals rise with the length of rows, and are lower for a loss alone', () => {
  const goal = (op: string, ...shape: number[]) => goalOf({ op, shape });
  expect([goal('softmax', 9, 16), goal('softmax', 9, 64), goal('softmax', 9, 256)]).toEqual([2, 4.6, 6]);
  expect([goal('crossEntropy', 9, 16), goal('crossEntropy', 9, 1024)]).toEqual([2, 4.6]);
  expect(goal('batchNormTrain', 128, 2048, 7, 7)).toBe(6);
});

test('the page shows earlier figures, marks what is below its goal, and names the kernel with the fewest waves', () => {
  const earlier = { [keyOf('navi31', { op: 'softmax', dtype: 'f32', shape: [16384, 1024] })]: 9 };
  const page = gpusPage([report], earlier);
  expect(page).toContain('| softmax | f32 | 16384 × 1024 | 6 | 9.0 → 11.8 |');
  expect(page).toContain('| softmax | f16 | 16384 × 1024 | 6 | **2.31** |');
  expect(page).toContain('| RDNA 3 (navi31) | 1 of 2 | 0 | 0 | 18 | softmax_forward of softmax f32 16384 × 1024 |');
});
