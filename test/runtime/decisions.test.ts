import { afterEach, describe, expect, test, vi } from 'vitest';
import { type Case, uploaderFor } from '../../src/conformance/suite/case.ts';
import { allCases } from '../../src/conformance/suite/cases.ts';
import { crossEntropyWithGradient, softmax } from '../../src/index.ts';
import { DEFAULT_MACHINE } from '../../src/plan/machine.ts';
import { Decisions } from '../../src/runtime/decisions.ts';
import type { KernelSource } from '../../src/runtime/link.ts';
import { useBackend } from '../support.ts';

const backend = useBackend();
afterEach(() => vi.restoreAllMocks());

/** Returns the kernels that a call launches. */
function kernelsOf(call: () => unknown): KernelSource[] {
  const launch = vi.spyOn(backend().runtime, 'launch');
  backend().scope(() => void call());
  const kernels = launch.mock.calls.map(([{ kernel }]) => kernel);
  launch.mockRestore();
  return kernels;
}

/** Whether the quick check has the case, which means that its inputs are small. */
const isSmall = ({ quick }: Case) => quick.length > 0;

describe('decisions', () => {
  test('are made once per machine, owner and key', () => {
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

  test('are not cached if they throw, and the cache is bounded', () => {
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

  test('that differ in dtype, alignment, in-place output or machine give different kernels', () => {
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

  test('are made from plain data: an object with methods is a type error', () => {
    const x = backend().zeros([2]);
    const sizeOf = ({ x }: { readonly x: { readonly size: number } }) => x.size;
    expect(backend().runtime.decide({}, { x: { size: 3 } }, sizeOf)).toBe(3);
    // @ts-expect-error: the next call could pass another tensor
    void (() => backend().runtime.decide({}, { x }, sizeOf));
  });

  test('distinguish data whose values come in the same order', () => {
    const decisions = new Decisions();
    const owner = {};
    const facts = [
      { a: { b: 1, c: 2 } },
      { a: { b: 1 }, c: 2 },
      { a: [1, 2] },
      { a: [1], b: 2 },
      { a: [[1], 2] },
      { a: [1, [2]] },
      { a: '1', b: 2 },
      { a: 1, b: 2 },
      { a: undefined, b: 2 },
      { b: 2 },
      [1, 2],
      [[1, 2]],
      1,
      '1',
      true,
      undefined,
    ];
    const decide = (given: unknown) => ({ given });
    const decided = facts.map((each) => decisions.recall(DEFAULT_MACHINE, owner, each, decide));
    expect(decided.map(({ given }) => given)).toEqual(facts);
    expect(facts.map((each) => decisions.recall(DEFAULT_MACHINE, owner, each, decide))).toEqual(decided);
    expect(decisions.made).toBe(facts.length);
  });

  test('are cached even if the result is undefined', () => {
    const decisions = new Decisions();
    const owner = {};
    const decide = vi.fn(() => undefined);
    for (let i = 0; i < 2; i++) expect(decisions.recall(DEFAULT_MACHINE, owner, 1, decide)).toBeUndefined();
    expect(decide).toHaveBeenCalledTimes(1);
  });

  test('are all cached when a case of the check runs again', () => {
    const { runtime } = backend();
    for (const { op, name, run } of allCases().filter(isSmall)) {
      const kernels = () => {
        const launches = backend().scope(() => runtime.launchesOf(() => void run(uploaderFor(backend()))));
        return launches.map(({ kernel }) => kernel);
      };
      const first = kernels();
      const { decisions } = runtime.made;
      const second = kernels();
      expect(runtime.made.decisions - decisions, `${op}, ${name}`).toBe(0);
      // The kernels are the same objects, so their pipelines are found without a key.
      expect(second.length, `${op}, ${name}`).toBe(first.length);
      for (const [index, kernel] of first.entries()) expect(second[index] === kernel, `${op}, ${name}`).toBe(true);
    }
  });

  test('spare every op a second key, link and pipeline', async () => {
    const { runtime } = backend();
    const ops = new Map(
      allCases()
        .filter(isSmall)
        .map((each) => [each.op, each]),
    );
    expect(ops.size).toBeGreaterThan(30);
    for (const { op, run } of ops.values()) {
      const call = () => backend().scope(() => void run(uploaderFor(backend())));
      const before = runtime.made;
      call();
      const after = runtime.made;
      call();
      expect(after.decisions, op).toBeGreaterThanOrEqual(before.decisions);
      expect(runtime.made, op).toEqual(after);
    }
    await backend().sync();
  });
});
