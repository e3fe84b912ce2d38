import { afterEach, describe, expect, test, vi } from 'vitest';
import { batchNormTrain, crossEntropyWithGradient, relu, softmax, sum, transpose } from '../../src/index.ts';
import { DEFAULT_MACHINE } from '../../src/plan/machine.ts';
import { Decisions } from '../../src/runtime/decisions.ts';
import type { KernelSource } from '../../src/runtime/link.ts';
import { useBackend } from '../support.ts';

const backend = useBackend();
afterEach(() => vi.restoreAllMocks());

/** The kernels that a call launches. */
function kernelsOf(call: () => unknown): KernelSource[] {
  const launch = vi.spyOn(backend().runtime, 'launch');
  backend().scope(() => void call());
  const kernels = launch.mock.calls.map(([{ kernel }]) => kernel);
  launch.mockRestore();
  return kernels;
}

describe('decisions', () => {
  test('are made once for each machine, owner and key', () => {
    const decisions = new Decisions();
    const [owner, other] = [{}, {}];
    const decide = vi.fn(() => ({}));
    const first = decisions.recall(DEFAULT_MACHINE, owner, 'a', decide);
    expect(decisions.recall(DEFAULT_MACHINE, owner, 'a', decide)).toBe(first);
    const others = [
      decisions.recall(DEFAULT_MACHINE, owner, 'b', decide),
      decisions.recall(DEFAULT_MACHINE, other, 'a', decide),
      decisions.recall({ ...DEFAULT_MACHINE }, owner, 'a', decide),
    ];
    expect(new Set([first, ...others]).size).toBe(4);
    expect(decide).toHaveBeenCalledTimes(4);
  });

  test('are not kept where one throws, nor without end', () => {
    const decisions = new Decisions();
    const decide = vi.fn((): number => {
      throw new RangeError('mine');
    });
    const owner = {};
    for (let i = 0; i < 2; i++) expect(() => decisions.recall(DEFAULT_MACHINE, owner, 'a', decide)).toThrow('mine');
    expect(decide).toHaveBeenCalledTimes(2);
    const again = vi.fn(() => 0);
    for (let i = 0; i < 1000; i++) decisions.recall(DEFAULT_MACHINE, owner, String(i), again);
    decisions.recall(DEFAULT_MACHINE, owner, '0', again);
    expect(again).toHaveBeenCalledTimes(1001);
  });

  test('a call like an earlier one launches the kernels that it did: the same objects', () => {
    const x = backend().zeros([8, 12]);
    const labels = backend().tensor(new Int32Array(8));
    const calls: Record<string, () => unknown> = {
      softmax: () => softmax(x),
      relu: () => relu(x),
      sum: () => sum(x, { axis: 0 }),
      transpose: () => transpose(x),
      crossEntropyWithGradient: () => crossEntropyWithGradient(x, labels),
      batchNormTrain: () => batchNormTrain(x),
      cast: () => x.cast('f16'),
      full: () => backend().full([3], 2),
    };
    for (const [name, call] of Object.entries(calls)) {
      const [first, second] = [kernelsOf(call), kernelsOf(call)];
      expect(first.length, name).toBeGreaterThan(0);
      for (const [index, kernel] of first.entries()) expect(second[index], name).toBe(kernel);
    }
  });

  test('one that differs in dtype, alignment, place or machine does not', () => {
    const { runtime } = backend();
    const x = backend().zeros([4, 8]);
    const labels = backend().tensor(new Int32Array(4));
    const kernels = [
      kernelsOf(() => softmax(x))[0],
      kernelsOf(() => softmax(x, { dtype: 'f16' }))[0],
      kernelsOf(() => softmax(backend().zeros([33]).view(1, [4, 8])))[1],
    ];
    runtime.withMachine({ ...runtime.machine, fold: 'workgroup' }, () => kernels.push(kernelsOf(() => softmax(x))[0]));
    expect(new Set(kernels).size).toBe(4);
    const [apart] = kernelsOf(() => crossEntropyWithGradient(x, labels));
    const [inPlace] = kernelsOf(() => crossEntropyWithGradient(x, labels, { inPlace: true }));
    expect(inPlace).not.toBe(apart);
    expect(kernelsOf(() => softmax(x))[0]).toBe(kernels[0]);
  });
});
