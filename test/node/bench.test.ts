// The benchmark's core, which a page and Node share: tests check how it measures and what it reports, not times.

import { describe, expect, test } from 'vitest';
import { casesOf } from '../../bench/cases.ts';
import { Clock, ClockError, LEAST_QUANTA, stepOf } from '../../bench/clock.ts';
import { compareReports } from '../../bench/compare.ts';
import { BatchError, type Contender, measure } from '../../bench/measure.ts';
import { mergeCuda } from '../../bench/merge.ts';
import { BENCH_OPS } from '../../bench/ops.ts';
import type { Peer } from '../../bench/peer.ts';
import { checkerOf } from '../../bench/reference.ts';
import {
  copySpeedOf,
  jsonOf,
  parseReport,
  plannedShareOf,
  type Report,
  type Row,
  shareOf,
  speedOf,
} from '../../bench/report.ts';
import { runBench } from '../../bench/run.ts';
import { Timer } from '../../bench/timer.ts';
import { useBackend } from '../support.ts';

/** A contender whose batches take these milliseconds per call, in turn; the last value repeats. */
function fake(...perCall: number[]): Contender & { calls: number[] } {
  const calls: number[] = [];
  return {
    calls,
    time: async (count) => {
      calls.push(count);
      return count * (perCall[Math.min(calls.length - 1, perCall.length - 1)] as number);
    },
  };
}

const row = (changes: Partial<Row> = {}): Row => ({
  ...{ op: 'softmax', shape: [4, 8], dtype: 'f32', library: 'Gradfold', version: '1', right: true, error: 1e-7 },
  ...{ ms: at(2), ofCopy: at(1.25), copyMs: 1.6, calls: 10, moved: 384, least: 256 },
  ...changes,
});
const at = (median: number, off = 0.1) => ({ median, p20: median - off, p80: median + off });
const report = (...rows: Row[]): Report => ({
  ...{
    format: 1,
    date: '2026-01-02T03:04:05.000Z',
    gradfold: '0.1.0',
    runtime: 'Node',
    flags: [],
    limits: {},
    rounds: 9,
  },
  adapter: { vendor: 'v', architecture: 'a', description: 'd', software: true, features: [] },
  clock: { kind: 'gpu', quantum: 1e-6 },
  rows,
});

describe('measure', () => {
  const options = { rounds: 5, batch: 0, leastBatch: 0 };

  test('returns the median of the rounds, and of the ratios within each round', async () => {
    // Two batches precede the rounds: the warm-up, and the one that decides the number of calls.
    const copy = fake(9, 9, 1, 2, 1, 4, 2, 1);
    const slow = fake(9, 9, 3, 4, 2, 20, 6, 5);
    const [first, second] = await measure([copy, slow], { ...options, rounds: 6 });
    expect(first).toMatchObject({ ms: { median: 1.5 }, ofFirst: { median: 1, p20: 1, p80: 1 }, calls: 1 });
    expect(second).toMatchObject({ ms: { median: 4.5, p20: 3, p80: 6 }, ofFirst: { median: 3, p20: 2, p80: 5 } });
  });

  test('adds calls until a batch lasts long enough, and starts each round with another contender', async () => {
    const order: string[] = [];
    const named = (name: string): Contender => ({
      async time(calls) {
        order.push(name);
        return calls / 2;
      },
    });
    const [timing] = await measure([named('a'), named('b')], { ...options, batch: 20 });
    expect(timing?.calls).toBe(40);
    expect(order.slice(-10).join('')).toBe('abbaabbaab');
  });

  test('refuses a batch that is shorter than 50 quanta, and names the contender', async () => {
    const [copy, short] = [fake(1), fake(0.001)];
    const refused = measure([copy, short], { ...options, leastBatch: 2, calls: 3 });
    // The 3 ms of the copy are enough.
    await expect(refused).rejects.toThrow(
      `bench: a batch of 3 takes 0.00300 ms, expected at least 2.00 ms, ${LEAST_QUANTA} quanta of this clock: not reported; take more calls per batch`,
    );
    await expect(refused).rejects.toMatchObject({ contender: short });
    await expect(measure([fake(0.001)], { ...options, leastBatch: 2 })).rejects.toThrow(
      'bench: a batch of 200 takes 0.200 ms, expected at least 2.00 ms, 50 quanta of this clock: not reported',
    );
    await expect(measure([short], { ...options, leastBatch: 2 })).rejects.toBeInstanceOf(BatchError);
  });
});

describe('the check of results', () => {
  const op = BENCH_OPS[0]!;
  const one = { op: op.name, shape: [200, 16], dtype: 'f32' as const };
  const inputs = op.inputs(one);
  const verdict = checkerOf(op, one, inputs);
  const right = op.truth(one, inputs, 1, inputs).y!.data as Float64Array;
  const y = (change: (value: number, index: number) => number) => ({ y: Float32Array.from(right, change) });

  test('accepts correct results', () => {
    expect(verdict(y((value) => value))).toEqual({ right: true, error: expect.closeTo(0, 6) });
  });

  test('says what is wrong', () => {
    expect(verdict(y((value) => value * 1.01))).toMatchObject({
      right: false,
      error: expect.closeTo(0.01, 4),
      wrong: 'y is off by 1.0e-2 of its largest value',
    });
    expect(verdict(y((value, index) => (index < 1600 ? value : 0))).wrong).toMatch(
      /^y is 0 in 5\d(\.\d)? % of what should not be$/,
    );
    expect(verdict(y(() => 0))).toEqual({ right: false, error: 1, wrong: 'y is 0 everywhere' });
    expect(verdict(y((value, index) => (index === 0 ? Number.NaN : value)))).toEqual({
      right: false,
      error: Number.POSITIVE_INFINITY,
      wrong: 'y is not finite in 0.13 % of it',
    });
    expect(verdict({ y: new Float32Array(16) }).wrong).toBe('y has 16 values, expected 3200');
    expect(verdict({ z: new Float32Array(16) })).toEqual({ right: false, wrong: 'it gives none of the results' });
  });

  test('includes the last row in the rows that it samples', () => {
    const last = 16 * 199;
    expect(verdict(y((value, index) => (index >= last ? 0 : value))).right).toBe(false);
  });
});

describe('cases', () => {
  test('cover every op on its shapes; channels are second, and also last where that differs', () => {
    expect(casesOf({ ops: ['softmax'], dtypes: ['f32', 'f16'] })).toHaveLength(8);
    const layouts = casesOf({ ops: ['batchNormTrain'] }).map(({ shape, channelAxis }) => [shape.length, channelAxis]);
    expect(layouts).toEqual([
      [2, 1],
      [4, 1],
      [4, -1],
    ]);
    // A shape that only some ops accept is measured for those.
    const ops = casesOf({ shapes: [[2, 3, 4]] }).map(({ op }) => op);
    expect(ops).not.toContain('crossEntropyWithGradient');
    expect(ops).toContain('softmax');
  });

  test('over a list of columns have equally many elements each', () => {
    const shapes = casesOf({ ops: ['softmax'], columns: [16, 1000], elements: 2 ** 12 }).map(({ shape }) => shape);
    expect(shapes).toEqual([
      [256, 16],
      [4, 1000],
    ]);
  });

  test('that do not exist are named in the error', () => {
    expect(() => casesOf({ ops: ['softmin'] })).toThrow("bench: there is no op 'softmin', expected one of 'softmax', ");
    expect(() => casesOf({ ops: ['crossEntropyWithGradient'], shapes: [[2, 3, 4]] })).toThrow(
      'bench: --shape 2x3x4 does not fit crossEntropyWithGradient: expected ROWSxCLASSES, each at least 1',
    );
    expect(() => casesOf({ shapes: [[4, 0]] })).toThrow('bench: --shape 4x0 fits no op');
  });
});

describe('a report', () => {
  test('has speeds and shares by the least and by the planned traffic', () => {
    // A copy of [4, 8] in f32 moves 256 bytes.
    expect(copySpeedOf(row())).toBeCloseTo(256 / 1.6 / 1e6, 12);
    expect(speedOf(row())).toBeCloseTo(256 / 2 / 1e6, 12);
    expect(shareOf(row())).toBeCloseTo(0.8, 12);
    expect(plannedShareOf(row())).toBeCloseTo(1.2, 12);
    const { ms: _, ofCopy: __, ...untimed } = row();
    expect([speedOf(untimed), shareOf(untimed), plannedShareOf(untimed)]).toEqual([undefined, undefined, undefined]);
  });

  test('is the same after writing and reading', () => {
    const written = report(row({ error: Number.POSITIVE_INFINITY, right: false }), row());
    expect(parseReport(jsonOf(written), 'x.json')).toEqual(written);
    for (const text of ['{}', '[]', '{', 'null'])
      expect(() => parseReport(text, 'x.json')).toThrow('bench: x.json is not a benchmark report');
  });

  test('merges the CUDA rows after those of the same case', () => {
    const other = row({ shape: [2, 2] });
    const cuda = {
      device: 'H200',
      rows: [row({ library: 'PyTorch', least: 1 }), row({ library: 'Triton', shape: [9, 9] })],
    };
    const { rows } = mergeCuda(report(row(), other), cuda);
    expect(rows.map(({ library, shape, on, least }) => [library, shape, on, least])).toEqual([
      ['Gradfold', [4, 8], undefined, 256],
      ['PyTorch', [4, 8], 'H200', 256],
      ['Gradfold', [2, 2], undefined, 256],
      ['Triton', [9, 9], 'H200', 256],
    ]);
    expect(() => mergeCuda(report(), [] as never, 'rows.json')).toThrow('bench: rows.json has no rows of');
  });

  test('is compared with another row by row, by the ratio to the copy', () => {
    const old = report(row(), row({ shape: [1, 1] }), row({ shape: [2, 2] }), row({ shape: [3, 3] }));
    const now = {
      ...report(
        row({ ofCopy: at(1.5) }),
        row({ shape: [1, 1], ofCopy: at(1.3) }),
        row({ shape: [2, 2], library: 'jax-js' }),
        row({ shape: [3, 3], ofCopy: at(1) }),
      ),
      runtime: 'Chrome',
    };
    const { differences, changes } = compareReports(old, now);
    expect(differences).toEqual(['runtime: Node -> Chrome']);
    const told = changes.map(({ name, library, change, beyondNoise, note }) => [
      name,
      library,
      change === undefined ? note : change.toFixed(2),
      beyondNoise,
    ]);
    expect(told).toEqual([
      ['softmax [4, 8] f32', 'Gradfold', '0.20', true],
      ['softmax [1, 1] f32', 'Gradfold', '0.04', false],
      ['softmax [2, 2] f32', 'jax-js', 'new', undefined],
      ['softmax [3, 3] f32', 'Gradfold', '-0.20', true],
      ['softmax [2, 2] f32', 'Gradfold', 'not in this run', undefined],
    ]);
  });
});

describe('on this adapter', () => {
  const backend = useBackend();

  /** Uses the host's clock: a fast GPU's clock may be too coarse for such small cases. */
  const quick = { rounds: 1, batch: 0.1, clock: 'host' as const };

  /** A peer on the backend's device, which returns zeros unless `answer` says otherwise. */
  function peer(name: string, answer: Partial<Peer> & { y?: (size: number) => Float32Array }): Peer {
    const { y = (size) => new Float32Array(size), ...rest } = answer;
    return {
      ...{ name, version: '7', device: backend().device, errors: [], reason: () => undefined, flush() {} },
      prepare: async ({ shape }) => ({
        ...{ note: `${name}.softmax`, run() {}, dispose() {} },
        results: async () => ({ y: y(shape.reduce((size, length) => size * length, 1)) }),
      }),
      ...rest,
    };
  }

  test('every op is right and has a time', async () => {
    const halves = { ops: ['softmax', 'crossEntropyWithGradient'], dtypes: ['f16' as const] };
    const seen: string[] = [];
    const { rows, clock, adapter } = await runBench(backend(), {
      ...{ ...quick, shapes: [[24, 40]], rounds: 2 },
      onCase: (done, total, one) => seen.push(`${done}/${total} ${one?.op ?? ''}`),
    });
    const { rows: others } = await runBench(backend(), { ...quick, ...halves, shapes: [[24, 40]] });
    expect([rows.length, others.length]).toEqual([7, 3]);
    expect([...rows, ...others].filter(({ right, note }) => !right || note !== undefined)).toEqual([]);
    for (const { ms, ofCopy, copyMs, calls, moved, least } of [...rows, ...others]) {
      for (const number of [ms?.median, ofCopy?.median, copyMs, calls, least]) expect(number).toBeGreaterThan(0);
      expect(moved).toBeGreaterThanOrEqual(least as number);
    }
    expect(rows.filter(({ variant }) => variant === 'in place')).toHaveLength(1);
    expect(adapter).toEqual(backend().info);
    expect(clock.kind).toBe('host');
    expect([seen[0], seen.at(-1)]).toEqual(['0/6 softmax', '6/6 ']);
  });

  test('a peer that is wrong, fails or lacks the op is reported and not timed', async () => {
    const { memory } = backend();
    const before = memory.call(backend()).liveBytes;
    const errors: string[] = [];
    const { rows } = await runBench(backend(), {
      ...{ ...quick, ops: ['softmax'], shapes: [[64, 8]] },
      peers: [
        peer('Empty', {}),
        peer('Missing', { prepare: async () => undefined, reason: () => 'it has none' }),
        peer('Failing', { prepare: () => Promise.reject(new Error('no memory\n    at somewhere')) }),
        peer('Invalid', { errors, flush: () => void errors.push('Buffer is destroyed.\n - while') }),
      ],
    });
    expect(rows.map(({ library, right, note }) => [library, right, note])).toEqual([
      ['Gradfold', true, undefined],
      ['Empty', false, 'y is 0 everywhere'],
      ['Missing', false, 'it has none'],
      ['Failing', false, 'fails: no memory'],
      ['Invalid', false, 'y is 0 everywhere; its device says: Buffer is destroyed.'],
    ]);
    expect(rows.filter(({ ms }) => ms).map(({ library }) => library)).toEqual(['Gradfold']);
    expect(rows[1]).toMatchObject({ version: '7', call: 'Empty.softmax' });
    expect(backend().memory().liveBytes).toBe(before);
  });

  test('a case that does not fit memory is a row that says so', async () => {
    const { rows } = await runBench(backend(), {
      ...{ ...quick, ops: ['softmax'] },
      // The second shape exceeds the length of an array.
      shapes: [
        [8, 8],
        [2 ** 20, 2 ** 20],
      ],
    });
    expect(rows.map(({ right, ms }) => [right, ms !== undefined])).toEqual([
      [true, true],
      [false, false],
    ]);
    expect(rows[1]).toMatchObject({ library: 'Gradfold', note: expect.stringMatching(/^fails: /) });
    expect(rows[1]).not.toHaveProperty('error');
  });

  test('a batch that is too short is refused, and the row says so', async () => {
    const clock = { kind: 'host', quantum: 1e6, leastBatch: 5e7, time: () => 1, dispose() {} } as unknown as Clock;
    const timer = await Timer.open(backend().device, clock, true);
    expect(await timer.contender(() => {}).time(3)).toBe(1);
    const { benchCase } = await import('../../bench/bench.ts');
    const rows = await benchCase(
      backend(),
      { op: 'softmax', shape: [4, 8], dtype: 'f32' },
      { rounds: 1, batch: 1, timer, version: '1', peers: [], variants: false },
    );
    expect(rows).toEqual([
      expect.objectContaining({
        right: true,
        note: expect.stringMatching(/^nothing can be compared with the copy: bench: a batch of 200 .* not reported$/),
      }),
    ]);
    expect(rows[0]).not.toHaveProperty('ms');
  });

  test('a missing clock is an error, not replaced by another', async () => {
    const { device } = backend();
    if (device.features.has('timestamp-query')) {
      const clock = await Clock.open(device, 'gpu');
      expect(clock.kind).toBe('gpu');
      // Browsers, and Dawn by default, round to 65,536 or 100,000 ns.
      expect(clock.quantum).toBeLessThanOrEqual(0.1);
    } else {
      const refused = runBench(backend(), { clock: 'gpu', ops: ['softmax'], shapes: [[4, 8]] });
      await expect(refused).rejects.toBeInstanceOf(ClockError);
      await expect(refused).rejects.toThrow(
        'bench: clock is gpu, and this adapter has no timestamp queries; expected auto or host, which times by the host',
      );
    }
    expect((await Clock.open(device, 'host')).kind).toBe('host');
  });

  test('the step of a clock divides all differences between its timestamps', () => {
    expect(stepOf([131072n, 131072n, 393216n, 589824n])).toBe(65536n);
    expect(stepOf([7n, 107n, 40n])).toBe(1n);
    expect(stepOf([5n])).toBe(0n);
  });

  test('a lead batch keeps the device busy and is not timed', async () => {
    const { device } = backend();
    const clock = await Clock.open(device);
    const timer = await Timer.open(device, clock, true);
    let calls = 0;
    const contender = timer.contender((count) => {
      calls += count;
    });
    for (let batch = 0; batch < 3; batch++) expect(await contender.time(4)).toBeGreaterThanOrEqual(0);
    expect(calls).toBe(12);
    timer.dispose();
  });

  test('cold figures are those of a fresh backend’s pipelines and of a single call', async () => {
    const { openBackend } = await import('../support.ts');
    const reports: Report[] = [];
    const { cold, rows } = await runBench(backend(), {
      ...{ ...quick, ops: ['crossEntropyWithGradient'], shapes: [[4, 8]] },
      onReport: (report) => reports.push(report),
      cold: { open: openBackend, times: 2, process: async () => ({ least: 1, median: 2, p20: 1, p80: 3 }) },
    });
    expect(cold?.process?.median).toBe(2);
    expect(rows.map(({ variant, firstMs }) => [variant, firstMs !== undefined])).toEqual([
      [undefined, true],
      ['in place', false],
    ]);
    expect(reports.map((report) => report.rows)).toEqual([rows]);
    for (const { least, p20, median, p80 } of [cold!.pipeline, cold!.call.disposed, cold!.call.kept]) {
      expect(least).toBeGreaterThan(0);
      expect([p20 >= least, median >= p20, p80 >= median]).toEqual([true, true, true]);
    }
  });
});
