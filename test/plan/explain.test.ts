import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { renderExplanation } from '../../src/cli/explain/command.ts';
import { EXPLAINED_OPS, explain } from '../../src/cli/explain/explain.ts';
import { type ChannelPlan, planFolds } from '../../src/plan/channels.ts';
import { gridOf } from '../../src/plan/grid.ts';
import { DEFAULT_MACHINE, type Machine } from '../../src/plan/machine.ts';
import { planMatmul } from '../../src/plan/matmul.ts';
import { planReduction } from '../../src/plan/reduction.ts';
import { planRows } from '../../src/plan/rows.ts';
import { channelTraffic, matmulTraffic, reductionTraffic, rowTraffic } from '../../src/plan/traffic.ts';

const GPU: Machine = { ...DEFAULT_MACHINE, subgroup: { min: 32, max: 32 } };
const MiB = 2 ** 20;

describe('traffic', () => {
  test('a held row is read once, a longer one again for each tensor that is needed again', () => {
    const use = { folded: 1, again: 1, written: 1, perRow: 0 };
    const traffic = (rows: number, cols: number) =>
      rowTraffic(GPU, planRows('softmax', GPU, { outer: rows, cols, inner: 1 }), rows, cols, use);
    expect(traffic(4096, 1024)).toEqual({ least: 32 * MiB, moved: 32 * MiB });
    expect(traffic(1024, 262144)).toEqual({ least: 2048 * MiB, moved: 3072 * MiB });
  });

  test('is the least possible for every row that an adapter holds on chip, and no more than another read beyond', () => {
    // 64 registers of f32 a lane, of as many lanes as share a row; two operands share the registers.
    const held = (machine: Machine, operands: number) => (64 * Math.min(machine.maxInvocations, 512)) / operands;
    const ops = [
      ['softmax', 1, 1],
      ['softmaxBackward', 2, 2],
      ['crossEntropyWithGradient', 1, 1],
      ['logSoftmax', 1, 1],
    ] as const;
    const invocations = fc.constantFrom(128, 256, 512, 1024);
    const subgroups = fc.constantFrom(undefined, { min: 32, max: 32 }, { min: 8, max: 32 }, { min: 64, max: 64 });
    fc.assert(
      fc.property(
        fc.constantFrom(...ops),
        invocations,
        subgroups,
        fc.integer({ min: 1, max: 80_000 }),
        (op, n, subgroup, cols) => {
          const [name, operands, again] = op;
          const machine: Machine = { ...DEFAULT_MACHINE, maxInvocations: n, subgroup };
          const { least, moved } = explain(name, [4096, cols], machine).traffic;
          // A ragged row may reach into a vector more.
          if (cols + 3 <= held(machine, operands)) expect(moved).toBe(least);
          expect(moved).toBeLessThanOrEqual(least + 4 * again * 4096 * cols);
        },
      ),
    );
  });

  test('of few and long rows has what their slices leave for each other', () => {
    const { traffic, steps } = explain('softmax', [32, 262144], GPU);
    expect(traffic.least).toBe(64 * MiB);
    expect(traffic.moved - traffic.least).toBeGreaterThan(32 * MiB);
    expect(traffic.moved - traffic.least).toBeLessThan(32.1 * MiB);
    expect(steps.map(({ kernel }) => kernel)).toEqual(['softmax_forward, of slices', 'softmax_forward']);
  });

  test('a reduction in one slice moves the least; in several their values go out and come back', () => {
    const traffic = (rows: number, cols: number) => reductionTraffic(planReduction(GPU, rows, cols), rows, cols);
    expect(traffic(65536, 64)).toEqual({ least: 4 * (65536 * 64 + 65536), moved: 4 * (65536 * 64 + 65536) });
    const { slices } = planReduction(GPU, 1, MiB);
    expect(slices).toBeGreaterThan(1);
    expect(traffic(1, MiB)).toEqual({ least: 4 * MiB + 4, moved: 4 * MiB + 4 + 8 * slices });
  });

  test('batch-norm in training reads x once where its channels stay in registers', () => {
    const { steps, traffic } = explain('batchNormTrain', [16, 32, 28, 28], GPU);
    expect(steps.map(({ kernel }) => kernel)).toEqual(['batch_norm_train']);
    // And writes the state.
    expect(traffic.moved - traffic.least).toBe(4 * 5 * 32);
    const halves = explain('batchNormTrain', [16, 32, 32, 32], GPU, { dtype: 'f16' });
    expect(halves.steps).toHaveLength(1);
    expect(explain('batchNormTrain', [32, 32, 28, 28], GPU).steps).toHaveLength(2);
  });

  test('batch-norm in training reads longer channels twice where once would do', () => {
    const x = { outer: 64, channels: 32, inner: 784 };
    const fold = planFolds(GPU, x, 5)[0] as ChannelPlan;
    const use = { folded: 1, values: 5, mapped: 1, written: 1, inputs: 1, perChannel: 2 };
    const { least, moved } = channelTraffic(fold, x, use);
    const bytes = 4 * 64 * 32 * 784;
    expect(least).toBe(2 * bytes + 4 * 32 * 2);
    expect(moved - least).toBeGreaterThan(bytes);
    expect(moved - least).toBeLessThan(1.01 * bytes);
  });

  test('a product asks for each factor once a tile', () => {
    const plan = { ...planMatmul(GPU, 1, 8, 8, 16), slices: 1 };
    expect(matmulTraffic(plan, 1, 8, 8, 16)).toEqual({ least: 4 * (2 * 8 * 16 + 64), moved: 4 * (4 * 8 * 16 + 64) });
    // Of a workgroup's tiles, 2 × 2 here, each asks for 64 rows and as many columns.
    const shared = { ...planMatmul(GPU, 1, 128, 100, 16), slices: 1 };
    const least = 4 * (228 * 16 + 12800);
    expect(matmulTraffic(shared, 1, 128, 100, 16)).toEqual({ least, moved: 4 * (4 * 128 * 16 + 12800) });
  });
});

test('a grid holds all workgroups, and fewer than a row more', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 2 ** 31 }), (groups) => {
      const [x, y] = gridOf(groups, 65535);
      expect(x).toBeLessThanOrEqual(65535);
      expect(y).toBeLessThanOrEqual(65535);
      expect(x * y).toBeGreaterThanOrEqual(groups);
      expect(x * y - groups).toBeLessThan(y);
    }),
  );
});

describe('explain', () => {
  test('knows every op that it names, on every kind of machine, and moves no less than the least', () => {
    const machines: Machine[] = [DEFAULT_MACHINE, GPU, { ...GPU, kind: 'cpu' }, { ...DEFAULT_MACHINE, kind: 'cpu' }];
    for (const op of EXPLAINED_OPS)
      for (const machine of machines)
        for (const shape of op === 'matmul'
          ? [
              [37, 61, 13],
              [100, 61, 300],
            ]
          : [
              [2, 1],
              [65537, 3],
              [4, 4097],
            ]) {
          const { steps, traffic } = explain(op, shape, machine);
          expect(steps.length).toBeGreaterThan(0);
          expect(traffic.moved).toBeGreaterThanOrEqual(traffic.least);
        }
  });

  test('says what was decided and why', () => {
    const text = renderExplanation(explain('softmax', [4096, 1024], GPU));
    expect(text).toMatch(/^softmax of 4096 × 1024, f32\non a GPU: subgroups of 32, 256 lanes a workgroup/);
    expect(text).toMatch(/fold +subgroup +folded natively in one subgroup, without a barrier/);
    expect(text).toMatch(/lanes a row +32/);
    expect(text).toMatch(/vectors a lane +8 of four elements +the whole row/);
    expect(text).toMatch(/moves 32\.0 MiB; the least possible is 32\.0 MiB, 1\.00 ×$/);
  });

  test('counts bytes of the dtype, and those of labels and losses as words', () => {
    const { traffic } = explain('softmax', [4096, 1024], GPU, { dtype: 'f16' });
    expect(traffic).toEqual({ least: 16 * MiB, moved: 16 * MiB });
    expect(explain('crossEntropy', [64, 1024], GPU, { dtype: 'f16' }).traffic.least).toBe(2 * 64 * 1024 + 8 * 64);
    const text = renderExplanation(explain('softmax', [4096, 1024], GPU, { dtype: 'f16' }));
    expect(text).toMatch(/^softmax of 4096 × 1024, f16\n/);
    expect(text).toMatch(/vectors a lane +8 of four elements, 2 from 16 bytes/);
  });

  test('says why lanes read as they do where rows are strided', () => {
    const many = renderExplanation(explain('softmax', [16, 64, 224, 224], GPU, { axis: 1 }));
    expect(many).toMatch(/lanes a row +1 +neighboring lanes read neighboring rows/);
    expect(many).toMatch(/loads +an element each +a row's elements are apart/);
    const few = renderExplanation(explain('softmax', [5000, 3], GPU, { axis: 0 }));
    expect(few).toMatch(
      /lanes a row +16 +neighboring lanes read neighboring rows, 8 of them, and 16 lanes share a row/,
    );
    // Classes are on axis 1 where nothing else is said.
    const loss = explain('crossEntropy', [2, 21, 64, 64], GPU);
    expect(loss.steps).toEqual(explain('crossEntropy', [2, 21, 64, 64], GPU, { axis: 1 }).steps);
  });

  test('says whose tiles a product is made in', () => {
    const shared = renderExplanation(explain('matmul', [4096, 1024, 4096], GPU));
    expect(shared).toMatch(/\nmatmul_tiled\n +tiles +64 × 64 entries a workgroup +lanes share what they read/);
    expect(shared).toMatch(/lanes a workgroup +128 +32 entries each/);
    const narrow = renderExplanation(explain('matmul', [4096, 1024, 10], GPU));
    expect(narrow).toMatch(/\nmatmul\n +tiles +4 × 4 entries a lane +too few entries, or too short a k/);
    const here = renderExplanation(explain('matmul', [4096, 1024, 4096], { ...GPU, kind: 'cpu' }));
    expect(here).toMatch(/tiles +4 × 4 entries a lane +a barrier costs more here than sharing saves/);
  });

  test('tells of the copies where no binding holds strided rows', () => {
    const { steps, traffic } = explain('softmax', [4096, 16384], GPU, { axis: 0 });
    expect(steps.map(({ kernel }) => kernel)).toEqual(['copy_strided', 'softmax_forward', 'copy_strided']);
    expect(traffic.moved).toBeGreaterThanOrEqual(3 * traffic.least);
  });

  test('names what it does not know', () => {
    expect(() => explain('softmax', [3, 4], GPU, { axis: 2 })).toThrow('softmax: --axis is 2, expected one in [-2, 1]');
    expect(() => explain('softmin', [1, 1], GPU)).toThrow("there is no plan for 'softmin'; there is one for softmax,");
    expect(() => explain('matmul', [3, 4], GPU)).toThrow('matmul: SHAPE is 3x4, expected MxKxN');
    expect(() => explain('batchNormTrain', [3], GPU)).toThrow('batchNormTrain: SHAPE is 3, expected NxC or NxCx...');
  });
});
