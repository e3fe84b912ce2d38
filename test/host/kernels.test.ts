import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { EVERY_PLAN, machineFor } from '../../src/conformance/suite/plans.ts';
import { readModule } from '../../src/conformance/wgsl/module.ts';
import type { Backend } from '../../src/core/backend.ts';
import { rehearsalBackend } from '../../src/core/rehearsal.ts';
import type { Tensor } from '../../src/core/tensor.ts';
import * as ops from '../../src/index.ts';
import { DEFAULT_MACHINE, type Machine } from '../../src/plan/machine.ts';
import { MOST_WORDS } from '../../src/plan/rows.ts';
import { type KernelSource, link, type NamedPart, type Part, sourceKey } from '../../src/runtime/link.ts';
import type { Launch } from '../../src/runtime/runtime.ts';
import { pathOf } from '../../tools/lint/headers.ts';
import { lintLaunches } from '../../tools/lint/launches.ts';
import { lintAll, renderFinding } from '../../tools/lint/lint.ts';
import { lintParts } from '../../tools/lint/parts.ts';
import { checkPortable, PROBED } from '../../tools/lint/portable.ts';
import { checkedLaunches } from '../../tools/variants/kernels.ts';

const shaders = fileURLToPath(new URL('../../shaders/', import.meta.url));
const files = readdirSync(shaders, { recursive: true, encoding: 'utf8' })
  .map((file) => file.replaceAll('\\', '/'))
  // The kernels of shaders/probe run while a device is opened, before there is a machine (src/device/probe.ts).
  .filter((file) => file.endsWith('.wgsl') && !file.startsWith('probe/'));

const CPU: Machine = { ...DEFAULT_MACHINE, kind: 'cpu', maxInvocations: 1024, subgroup: { min: 8, max: 8 } };

/** Machines on which probes found what WGSL does not promise. */
const PROBED_MACHINES: readonly Machine[] = [
  { ...CPU, halves: 'native', widen: 'unpack', narrow: 'pack', exp2: 'bounded', exp2Below: true },
  { ...CPU, halves: 'native', halfBits: true, widen: 'unpack', narrow: 'types' },
  {
    ...CPU,
    kind: 'gpu',
    halves: 'native',
    halfBits: true,
    widen: 'unpack',
    narrow: 'pack',
    exp2: 'bounded',
    exp2Below: true,
  },
];

/** Calls whose kernels have parts that no variant of the check uses. */
function others(backend: Backend): (() => unknown)[] {
  const halves = () => backend.empty([8, 64], 'f16');
  const gradients = (op: (a: Tensor, b: Tensor) => Tensor) =>
    ops.valueAndGrad(([a, b]: readonly Tensor[]) => ops.sum(op(a as Tensor, b as Tensor)))([halves(), halves()]);
  return [
    () => gradients(ops.divide),
    () => gradients(ops.maximum),
    () => gradients((a) => ops.max(a)),
    () => ops.negate(backend.empty([8], 'i32')),
    () => ops.crossEntropyWithGradient(halves(), backend.empty([8], 'i32'), { inPlace: true }),
    () => ops.transpose(backend.empty([2, 3, 8], 'f32'), [1, 0, 2]),
  ];
}

const filesOf = ({ parts }: KernelSource) => parts.map((item) => ('part' in item ? item.part : item).file);

/** The files of the parts that are linked on each machine. */
const linkedOn = new Map<Machine, ReadonlySet<string>>();

/** One launch per op and variant, for every variant that the check needs on any kind of machine. */
function everyLaunch(): Launch[] {
  const launches = new Map<string, Launch>();
  const machines: Machine[] = EVERY_PLAN.flatMap((plan) => machineFor(plan, CPU) ?? []);
  for (const machine of [...machines, ...PROBED_MACHINES]) {
    const backend = rehearsalBackend(machine);
    const more = backend.runtime.launchesOf(() => {
      for (const call of others(backend)) backend.scope(() => void call());
    });
    const own = [...checkedLaunches(machine), ...more];
    linkedOn.set(machine, new Set(own.flatMap(({ kernel }) => filesOf(kernel))));
    for (const launch of own) launches.set(`${launch.op} ${sourceKey(launch.kernel)}`, launch);
  }
  return [...launches.values()];
}

const launches = everyLaunch();
const kernels = [...new Map(launches.map(({ kernel }) => [sourceKey(kernel), kernel])).values()];

test('every variant satisfies every lint rule', { timeout: 300_000 }, () => {
  expect(kernels.length).toBeGreaterThan(5000);
  expect(lintAll(kernels.map((source) => link(source, 'kept'))).map(renderFinding)).toEqual([]);
});

test('what only some implementations compile is linked only where a probe found it, and kernels of probes have no more of it', () => {
  const unprobed = [...linkedOn].filter(([{ halfBits, narrow }]) => !halfBits && narrow !== 'types');
  expect(unprobed.map(([{ halves }]) => halves)).toContain('native');
  for (const [, linked] of unprobed) {
    expect(Object.keys(PROBED).filter((path) => linked.has(`shaders/${path}.wgsl`))).toEqual([]);
  }
  const text = (path: string) => readFileSync(`${shaders}${path}.wgsl`, 'utf8');
  const found = [...readdirSync(`${shaders}probe`).map((file) => pathOf(`probe/${file}`)), ...Object.keys(PROBED)].map(
    (path) => [path, checkPortable(readModule(text(path))).map(({ what }) => what)] as const,
  );
  for (const [path, whats] of found) expect([...new Set(whats)], path).toEqual(PROBED[path] ? [PROBED[path].what] : []);
});

test('launches set exactly the bindings and parameters of their kernels, and kernels read everything that their parts declare', () => {
  expect(launches.length).toBeGreaterThan(10_000);
  expect(lintLaunches(launches)).toEqual([]);
});

test('each part names what it uses from other parts and provides what it declares', () => {
  expect(lintParts(kernels)).toEqual([]);
});

test('each file is linked into at least one kernel', () => {
  const linked = new Set(kernels.flatMap(filesOf));
  expect(files.filter((file) => !linked.has(`shaders/${file}`))).toEqual([]);
});

test('a partial has room for the reduced value of a slice, for every monoid', () => {
  const folds = kernels.filter(({ entry }) => entry === 'row_partials');
  const partials = folds.flatMap((kernel) => link(kernel, 'kept').bindings.filter(({ name }) => name === 'partials'));
  expect(partials.length).toBeGreaterThan(100);
  expect(Math.max(...partials.map(({ stride }) => stride))).toBeLessThanOrEqual(4 * MOST_WORDS);
});

test('an entry point is named after its file, and only parameters and bindings precede it', () => {
  for (const file of files) {
    const text = readFileSync(`${shaders}${file}`, 'utf8');
    const [before, entry] = text.split('@compute');
    if (entry === undefined) continue;
    expect(entry, file).toMatch(
      new RegExp(`^ @workgroup_size\\(WORKGROUP_SIZE\\)\nfn ${file.replace(/.*\/|\.wgsl/g, '')}\\(`),
    );
    const rest = before?.replace(/\/\/.*|struct Params \{[^}]*\}|^@group\(0\) @binding\(0\) var<storage[^;]*;/gm, '');
    expect(rest?.trim(), file).toBe('');
  }
  const entries = new Set(kernels.map(({ entry }) => entry));
  const declared = files.filter((file) => readFileSync(`${shaders}${file}`, 'utf8').includes('@compute'));
  expect(declared.map((file) => file.replace(/.*\/|\.wgsl/g, '')).sort()).toEqual([...entries].sort());
});

describe('the lint of kernel parts', () => {
  const part = (name: string, text: string): Part => ({ file: `shaders/${name}.wgsl`, text });
  const kernel = (...parts: (Part | NamedPart)[]): KernelSource => ({
    entry: 'k',
    parts,
    constants: { WORKGROUP_SIZE: 64 },
  });
  const double = part('math/double', 'fn double(x: u32) -> u32 { return 2u * x; }');
  const reads = part('io/reads', '// provides: reads of NAME (one_NAME)\nfn one_NAME(i: u32) -> u32 { return i; }');
  const main = (needs: string) => part('k', `${needs}\nfn k(i: u32) { let s = double(one_x(i)); }`);
  const x = { part: reads, names: { NAME: 'x' } };

  test('reports names that a part lacks or does not use', () => {
    expect(lintParts([kernel(main('// needs: reads of x, math/double'), x, double)])).toEqual([]);
    expect(lintParts([kernel(main('// needs: reads of x,\n//   io/row'), x, double)])).toEqual([
      'shaders/k.wgsl: uses double of shaders/math/double.wgsl, and does not name math/double',
      'shaders/k.wgsl: names io/row, and uses nothing of it',
    ]);
    expect(lintParts([kernel(main('// needs: math/double'), x, double)])).toEqual([
      'shaders/k.wgsl: uses one_x of shaders/io/reads.wgsl, and does not name reads of x',
      'shaders/io/reads.wgsl: no part needs reads of NAME, which it provides',
    ]);
  });

  test('does not mistake a local variable or a member for a use of another part', () => {
    const own = part('k', 'struct S { double: u32, }\nfn k(s: S) { let double = s.double; }');
    expect(lintParts([kernel(own, double)])).toEqual([]);
  });

  test('reports a part that lacks what it provides, or provides less than its alternatives', () => {
    const needs = main('// needs: reads of x, math/double');
    const other = part('io/other', '// provides: reads of x (one_x, two_x)\nfn one_x(i: u32) -> u32 { return i; }');
    expect(lintParts([kernel(needs, x, double), kernel(needs, other, double)])).toEqual([
      'shaders/io/other.wgsl: provides reads of x without two_x, which it does not declare',
      'shaders/io/other.wgsl: provides reads of x (one_x, two_x), shaders/io/reads.wgsl (one_x)',
    ]);
    const unreadable = part('k', '// provides: one_x\nfn k() {}');
    expect(() => lintParts([kernel(unreadable)])).toThrow(
      'shaders/k.wgsl: provides "one_x", expected an interface (and, its, names)',
    );
  });

  test('reports a parameter that no launch sets or no kernel reads', () => {
    const text = 'struct Params { a: u32, b: u32, }\nfn k() -> u32 { return params.a; }';
    const launch = { op: 'op', kernel: kernel(part('k', text)), bind: {}, groups: 1 };
    expect(lintLaunches([{ ...launch, params: { a: 1, b: 1 } }])).toEqual([
      'shaders/k.wgsl: no kernel reads the parameter b',
    ]);
    expect(lintLaunches([{ ...launch, bind: { x: undefined }, params: { a: 1, c: 1 } }])).toEqual([
      'op binds x, which k does not have',
      'op sets c, which no part of k declares',
      'shaders/k.wgsl: op does not set the parameter b',
      'shaders/k.wgsl: no kernel reads the parameter b',
    ]);
  });
});
