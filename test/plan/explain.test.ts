import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { renderExplanation } from '../../src/cli/explain/command.ts';
import { accessesOf } from '../../src/conformance/explain/access.ts';
import { EXPLAINED_OPS, explain, kernelsOf } from '../../src/conformance/explain/explain.ts';
import { moduleOf } from '../../src/conformance/explain/module.ts';
import { rehearse } from '../../src/conformance/explain/rehearse.ts';
import { rehearsalBackend } from '../../src/core/rehearsal.ts';
import { crossEntropyWithGradient, gather, slice, softmax, sum } from '../../src/index.ts';
import { gridOf } from '../../src/plan/grid.ts';
import { DEFAULT_MACHINE, type Machine } from '../../src/plan/machine.ts';
import { planReduction } from '../../src/plan/reduction.ts';
import { link } from '../../src/runtime/link.ts';

const MiB = 2 ** 20;
const GPU: Machine = { ...DEFAULT_MACHINE, maxBufferBytes: 2 ** 32, subgroup: { min: 32, max: 32 } };

describe('traffic', () => {
  test('a row in registers is read once, a longer one again for each tensor that is needed again', () => {
    expect(explain('softmax', [[4096, 1024]], GPU).traffic).toEqual({ least: 32 * MiB, moved: 32 * MiB });
    expect(explain('softmax', [[1024, 262144]], GPU).traffic).toEqual({ least: 2048 * MiB, moved: 3072 * MiB });
    expect(explain('softmaxBackward', [[1024, 262144]], GPU).traffic).toEqual({ least: 3072 * MiB, moved: 5120 * MiB });
    // The index of the largest element determines the hardmax.
    expect(explain('hardmax', [[1024, 262144]], GPU).traffic).toEqual({ least: 2048 * MiB, moved: 2048 * MiB });
  });

  test("of a CPU's rows is minimal while they fit its cache", () => {
    const CPU: Machine = { ...GPU, kind: 'cpu' };
    expect(explain('softmax', [[1024, 32768]], CPU).traffic).toEqual({ least: 256 * MiB, moved: 256 * MiB });
    expect(explain('softmax', [[1024, 65536]], CPU).traffic).toEqual({ least: 512 * MiB, moved: 768 * MiB });
  });

  test('is minimal for every row that fits registers, and at most one more read for longer ones', () => {
    // Each lane that shares a row has 64 registers of f32, but 16 where subgroups are wide; two operands share them.
    const held = ({ maxInvocations, subgroup }: Machine, operands: number) =>
      (subgroup?.min === 64 ? 16 * Math.min(maxInvocations, 1024) : 64 * Math.min(maxInvocations, 512)) / operands;
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
          const machine: Machine = { ...GPU, maxInvocations: n, subgroup };
          const { least, moved } = explain(name, [[4096, cols]], machine).traffic;
          // An unaligned row may touch one more vector.
          if (cols + 3 <= held(machine, operands)) expect(moved).toBe(least);
          expect(moved).toBeLessThanOrEqual(least + 4 * again * 4096 * cols);
        },
      ),
    );
  });

  test('of few long rows includes the partial results of their slices', () => {
    const { traffic, steps } = explain('softmax', [[32, 262144]], GPU);
    expect(traffic.least).toBe(64 * MiB);
    expect(traffic.moved - traffic.least).toBeGreaterThan(32 * MiB);
    expect(traffic.moved - traffic.least).toBeLessThan(32.1 * MiB);
    expect(steps.map(({ kernel }) => kernel)).toEqual(['row_partials', 'softmax_forward']);
  });

  test('a reduction in one slice moves the minimum; several slices also write and read their partial results', () => {
    const traffic = (rows: number, cols: number) => explain('sum', [[rows, cols]], GPU).traffic;
    expect(traffic(65536, 64)).toEqual({ least: 4 * (65536 * 64 + 65536), moved: 4 * (65536 * 64 + 65536) });
    const { slices } = planReduction(GPU, 1, MiB);
    expect(slices).toBeGreaterThan(1);
    expect(traffic(1, MiB)).toEqual({ least: 4 * MiB + 4, moved: 4 * MiB + 4 + 8 * slices });
  });

  test('batch-norm in training reads x once where its channels stay in registers', () => {
    const { steps, traffic } = explain('batchNormTrain', [[16, 32, 28, 28]], GPU);
    expect(steps.map(({ kernel }) => kernel)).toEqual(['batch_norm_train']);
    // Two of the state's five rows are not results: the count and M2.
    expect(traffic.moved - traffic.least).toBe(4 * 2 * 32);
    const halves = explain('batchNormTrain', [[16, 32, 32, 32]], GPU, { dtype: 'f16' });
    expect(halves.steps).toHaveLength(1);
    expect(explain('batchNormTrain', [[32, 32, 28, 28]], GPU).steps).toHaveLength(2);
  });

  test('batch-norm in training reads longer channels twice, where the minimum is once', () => {
    const { least, moved } = explain('batchNormTrain', [[64, 32, 28, 28]], GPU).traffic;
    const bytes = 4 * 64 * 32 * 784;
    // Each channel has gamma, beta, the mean, the mean's rounding error and the variance.
    expect(least).toBe(2 * bytes + 4 * 32 * 5);
    expect(moved - least).toBeGreaterThan(bytes);
    expect(moved - least).toBeLessThan(1.01 * bytes);
  });

  test('a product reads each factor once per tile', () => {
    const CPU: Machine = { ...GPU, kind: 'cpu' };
    const { traffic } = explain('matmul', [[8, 16, 8]], CPU);
    expect(traffic).toEqual({ least: 4 * (2 * 8 * 16 + 64), moved: 4 * (4 * 8 * 16 + 64) });
    // Each of the 2 × 2 workgroup tiles reads 64 rows and 64 columns.
    const shared = explain('matmul', [[128, 16, 100]], GPU);
    expect(shared.steps.map(({ kernel }) => kernel)).toEqual(['matmul_tiled']);
    const least = 4 * (228 * 16 + 12800);
    expect(shared.traffic).toEqual({ least, moved: 4 * (4 * 128 * 16 + 12800) });
  });

  test('counts what kernels read: one label per row, the gathered elements, the copied box', () => {
    const { traffic } = explain('nllLoss', [[64, 1024]], GPU);
    expect(traffic).toEqual({ least: 64 * 12, moved: 64 * 12 });
    const backend = rehearsalBackend(GPU);
    const x = backend.empty([1000, 64], 'f32');
    const indices = backend.tensor(Int32Array.of(3, 1, 4));
    const taken = 2 * 4 * 3 * 64 + 12;
    expect(rehearse(backend, () => gather(x, indices)).traffic).toEqual({ least: taken, moved: taken });
    const copied = 2 * 4 * 10 * 32;
    expect(rehearse(backend, () => slice(x, [0, 0], [10, 32])).traffic).toEqual({ least: copied, moved: copied });
  });

  test('counts each element once, across windows and for in-place writes', () => {
    const small = rehearsalBackend({ ...GPU, maxBindingBytes: 2 ** 16 });
    const x = small.empty([1024, 64], 'f32');
    const bytes = 4 * 1024 * 64;
    expect(rehearse(small, () => softmax(x)).traffic).toEqual({ least: 2 * bytes, moved: 2 * bytes });
    expect(rehearse(small, () => sum(x, { axis: 1 })).traffic).toEqual({ least: bytes + 4096, moved: bytes + 4096 });
    const labels = small.tensor(new Int32Array(1024));
    const inPlace = () => crossEntropyWithGradient(x, labels, { inPlace: true, reduction: 'none' });
    const least = 2 * bytes + 8 * 1024;
    expect(rehearse(small, inPlace).traffic).toEqual({ least, moved: least });
  });
});

test('a grid holds all workgroups and less than one extra row', () => {
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
  /** Ops whose inputs are not rows, channels or elements. */
  const OTHER: Readonly<Record<string, [shapes: number[][], options?: object][]>> = {
    matmul: [
      [[[37, 61, 13]]],
      [[[100, 61, 300]]],
      [
        [
          [2, 5, 7],
          [2, 7, 4],
        ],
      ],
    ],
    conv2d: [
      [
        [
          [2, 3, 8, 8],
          [4, 3, 3, 3],
        ],
        { padding: 1 },
      ],
    ],
    conv2dInputBackward: [
      [
        [
          [2, 4, 8, 8],
          [4, 3, 3, 3],
        ],
        { padding: 1, shape: [2, 3, 8, 8] },
      ],
    ],
    conv2dWeightBackward: [
      [
        [
          [2, 3, 8, 8],
          [2, 4, 8, 8],
        ],
        { padding: 1, shape: [4, 3, 3, 3] },
      ],
    ],
    maxPool2d: [[[[2, 3, 8, 8]], { size: 2 }]],
    maxPool2dBackward: [
      [
        [
          [2, 3, 8, 8],
          [2, 3, 4, 4],
        ],
        { size: 2 },
      ],
    ],
    averagePool2d: [[[[2, 3, 8, 8]], { size: 2 }]],
    averagePool2dBackward: [[[[2, 3, 4, 4]], { size: 2, shape: [2, 3, 8, 8] }]],
    cast: [[[[37, 61]], { dtype: 'f16' }]],
    gather: [[[[37, 61], [5]]]],
    gatherBackward: [[[[5, 61], [5]], { shape: [37, 61] }]],
    slice: [[[[37, 61]], { starts: [1, 2], sizes: [30, 50] }]],
    transpose: [[[[37, 61]]]],
    dropout: [[[[37, 61]], { rate: 0.5, seed: 1 }]],
  };
  const ROWS: [number[][]][] = [[[[2, 1]]], [[[65537, 3]]], [[[4, 4097]]]];

  test.each(EXPLAINED_OPS)('covers %s on every kind of machine, which moves at least the minimum', (op) => {
    const machines: Machine[] = [DEFAULT_MACHINE, GPU, { ...GPU, kind: 'cpu' }, { ...DEFAULT_MACHINE, kind: 'cpu' }];
    for (const machine of machines)
      for (const [shapes, options = {}] of OTHER[op] ?? ROWS) {
        const { steps, traffic } = explain(op, shapes, machine, { options: options as Record<string, unknown> });
        expect(steps.length).toBeGreaterThan(0);
        expect(traffic.least).toBeGreaterThan(0);
        expect(traffic.moved).toBeGreaterThanOrEqual(traffic.least);
      }
  });

  test('gives each decision and its reason', () => {
    const text = renderExplanation(explain('softmax', [[4096, 1024]], GPU));
    expect(text).toMatch(/^softmax of 4096 × 1024, f32\non a GPU: subgroups of 32, 256 lanes per workgroup/);
    expect(text).toMatch(/fold +subgroup +folded natively in one subgroup, without a barrier/);
    expect(text).toMatch(/lanes per row +32/);
    expect(text).toMatch(/vectors per lane +8 of four elements +the whole row/);
    expect(text).toMatch(/moves 32\.0 MiB; the least possible is 32\.0 MiB, 1\.00 ×$/);
  });

  test('counts elements in bytes of the dtype, and labels and losses as words', () => {
    const { traffic } = explain('softmax', [[4096, 1024]], GPU, { dtype: 'f16' });
    expect(traffic).toEqual({ least: 16 * MiB, moved: 16 * MiB });
    expect(explain('crossEntropy', [[64, 1024]], GPU, { dtype: 'f16' }).traffic.least).toBe(2 * 64 * 1024 + 8 * 64);
    const text = renderExplanation(explain('softmax', [[4096, 1024]], GPU, { dtype: 'f16' }));
    expect(text).toMatch(/^softmax of 4096 × 1024, f16\n/);
    expect(text).toMatch(/vectors per lane +16 of four elements, 2 from 16 bytes/);
  });

  test('says how halves are converted, and why', () => {
    const text = (own: Partial<Machine>) =>
      renderExplanation(explain('softmax', [[64, 64]], { ...GPU, ...own }, { dtype: 'f16' })).split('\n')[2];
    expect(text({})).toBe(
      "halves are read by integers, since unpack2x16float is not exact; rounded by integers, since no conversion of this adapter's rounds to nearest even; stored singly as parts of words, atomically. Results are the same; where f16 proves slower than f32, use f32",
    );
    expect(text({ widen: 'unpack', narrow: 'types', halves: 'native' })).toBe(
      'halves are read by unpack2x16float; rounded by the type f16; stored singly',
    );
  });

  test('gives the reason for the access pattern of strided rows', () => {
    const many = renderExplanation(explain('softmax', [[16, 64, 224, 224]], GPU, { axis: 1 }));
    expect(many).toMatch(/lanes per row +1 +neighboring lanes read neighboring rows/);
    expect(many).toMatch(/loads +one element +a row's elements are not contiguous/);
    const few = renderExplanation(explain('softmax', [[5000, 3]], GPU, { axis: 0 }));
    expect(few).toMatch(/lanes per row +16 +8 neighboring lanes read neighboring rows, and 16 lanes share a row/);
    // Classes are on axis 1 by default.
    const loss = explain('crossEntropy', [[2, 21, 64, 64]], GPU);
    expect(loss.steps).toEqual(explain('crossEntropy', [[2, 21, 64, 64]], GPU, { axis: 1 }).steps);
  });

  test('says whether lanes or workgroups compute the tiles of a product', () => {
    const shared = renderExplanation(explain('matmul', [[4096, 1024, 4096]], GPU));
    expect(shared).toMatch(/\nmatmul_tiled\n +tiles +64 × 64 elements per workgroup +lanes share their inputs/);
    expect(shared).toMatch(/lanes per workgroup +128 +32 elements each/);
    const narrow = renderExplanation(explain('matmul', [[4096, 1024, 10]], GPU));
    expect(narrow).toMatch(/\nmatmul\n +tiles +4 × 4 elements per lane +too few elements, or too short a k/);
    const here = renderExplanation(explain('matmul', [[4096, 1024, 4096]], { ...GPU, kind: 'cpu' }));
    expect(here).toMatch(/tiles +4 × 4 elements per lane +a barrier costs more here than sharing saves/);
  });

  test('includes the copies of strided rows that do not fit a binding', () => {
    const { steps, traffic } = explain('softmax', [[4096, 16384]], GPU, { axis: 0 });
    expect(steps.map(({ kernel }) => kernel)).toEqual(['copy_strided', 'softmax_forward', 'copy_strided']);
    expect(traffic.moved).toBeGreaterThanOrEqual(3 * traffic.least);
  });

  test('names unknown ops and invalid shapes and axes', () => {
    expect(() => explain('softmax', [[3, 4]], GPU, { axis: 2 })).toThrow(
      'softmax: axis is 2, expected a whole number in [-2, 1] for rank 2',
    );
    expect(() => explain('softmin', [[1, 1]], GPU)).toThrow("there is no plan for 'softmin'; there is one for argmax,");
    expect(() => explain('matmul', [[3, 4]], GPU)).toThrow('matmul: SHAPE is 3x4, expected MxKxN');
    expect(() => explain('batchNormTrain', [[3]], GPU)).toThrow('batchNormTrain: x is [3], expected');
    expect(() => explain('softmax', [[2 ** 15, 2 ** 15]], DEFAULT_MACHINE)).toThrow('largest buffer, 268435456 bytes');
  });

  test('prints the linked modules, with each part below its file name', () => {
    const [source, ...more] = kernelsOf('softmax', [[32, 1000]], GPU);
    expect(more).toEqual([]);
    const text = moduleOf(source!);
    const files = [...text.matchAll(/^\/\/ (\S+\.wgsl)$/gm)].map(([, file]) => file);
    expect(files).toEqual(source!.parts.map((part) => ('part' in part ? part.part.file : part.file)));
    expect(text).toMatch(/^\/\/ prelude of softmax_forward\nenable subgroups;/);
    expect(text).toMatch(/\n@group\(0\) @binding\(0\) var<uniform> params: Params;/);
    expect([...text.matchAll(/@binding\((\d+)\)/g)].map(([, index]) => index).sort()).toEqual(['0', '1', '2']);
    const { code } = link(source!, 'kept');
    const plain = (all: string) => all.split('\n').filter((line) => line !== '' && !line.startsWith('//'));
    expect(plain(text)).toEqual(plain(code));
    expect(kernelsOf('softmax', [[32, 262144]], GPU).map(({ entry }) => entry)).toEqual([
      'row_partials',
      'softmax_forward',
    ]);
  });
});

describe('counted accesses', () => {
  const shader = (body: string, more = '') =>
    link({
      entry: 'k',
      parts: [
        {
          file: 'k.wgsl',
          text: [
            'struct Params { n: u32, }',
            '@group(0) @binding(0) var<uniform> params: Params;',
            '@group(0) @binding(0) var<storage, read> x: array<u32>;',
            '@group(0) @binding(0) var<storage, read_write> y: array<atomic<u32>>;',
            more,
            `fn k() { ${body} }`,
          ].join('\n'),
        },
      ],
      constants: { IN_REGISTERS: true, SIZE: 3 },
    });
  const of = (body: string, more?: string) => {
    const accesses = accessesOf(shader(body, more));
    return ['x', 'y'].map((name) => [accesses.get(name)!.reads, accesses.get(name)!.writes]);
  };

  test('are those of the functions that are called, without branches that constants rule out', () => {
    expect(of('y[0] = x[0];')).toEqual([
      [1, false],
      [0, true],
    ]);
    expect(of('y[x[0]] = 1u;')[0]).toEqual([1, false]);
    expect(of('if (IN_REGISTERS && SIZE == 3u) { return; } y[0] = x[0];')).toEqual([
      [0, false],
      [0, false],
    ]);
    expect(
      of('if (!IN_REGISTERS) { y[0] = 1u; } else if (SIZE > 2u) { f(); } else { y[1] = 1u; }', 'fn f() { g(x[1]); }'),
    ).toEqual([
      [1, false],
      [0, false],
    ]);
    // A condition that is only known at run time may go either way.
    expect(of('if (params.n > 1u) { return; } else { y[1] = 1u; } let a = x[0];')).toEqual([
      [1, false],
      [0, true],
    ]);
    expect(of('f(1u);', 'fn f(x: u32) { let y = x[0]; y[0]; } fn g() { y[0] = x[0]; }')).toEqual([
      [0, false],
      [0, false],
    ]);
  });

  test('include atomics and components', () => {
    expect(of('atomicOr(&y[0], 1u);')[1]).toEqual([0, true]);
    expect(of('let a = atomicLoad(&y[0]);')[1]).toEqual([1, false]);
    expect(of('y[0].x = 1u; y[1][2] = 2u;')[1]).toEqual([0, true]);
    expect(of('let a = y[1][2] == 2u;')[1]).toEqual([1, false]);
  });

  test('include every pass over the blocks of rows', () => {
    const fetch = 'fn fetch_block(b: u32) { fetch_x(b); } fn fetch_x(b: u32) { a = x[b]; }';
    const again = 'fn again() { if (IN_REGISTERS) { return; } fetch_block(1u); }';
    expect(of('fetch_block(0u); again();', `${fetch} ${again}`)[0]).toEqual([1, false]);
    expect(of('fetch_block(0u); again();', `${fetch} ${again.replace('IN_REGISTERS', '!IN_REGISTERS')}`)[0]).toEqual([
      2,
      false,
    ]);
    expect(accessesOf(shader('a = x[1];', fetch)).get('x')).toEqual({ reads: 1, writes: false, picks: true });
  });
});
