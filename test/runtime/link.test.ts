import { describe, expect, test } from 'vitest';
import { sliceOf } from '../../src/kernels/slices.ts';
import { type KernelSource, link, sourceKey } from '../../src/runtime/link.ts';
import { useBackend } from '../support.ts';

const KERNEL = {
  file: 'shaders/double.wgsl',
  text: `struct Params {
  size: u32, // a comment with a: colon
  scale: f32,
  axes: array<vec4u, RANK>,
  last: i32,
}
@group(0) @binding(0) var<storage, read_write> y: array<f32>;
@compute @workgroup_size(WORKGROUP_SIZE)
fn double(@builtin(global_invocation_id) id: vec3u) {
  if (id.x < params.size) { y[params.y_origin + id.x] = twice(load_x(id.x)); }
}`,
};
const READ = {
  file: 'shaders/read.wgsl',
  text: `@group(0) @binding(0) var<storage, read> NAME: array<vec4u>;
fn load_NAME(i: u32) -> f32 { let at = params.NAME_origin + i; return bitcast<f32>(NAME[at / 4u][at % 4u]); }`,
};
const TWICE = { file: 'shaders/twice.wgsl', text: 'fn twice(x: f32) -> f32 {\n  return 2.0 * x;\n}' };
const SOURCE: KernelSource = {
  entry: 'double',
  parts: [KERNEL, { part: READ, names: { NAME: 'x' } }, TWICE],
  constants: { WORKGROUP_SIZE: 64, FAST: true, RANK: 2 },
};

describe('linking', () => {
  test('joins parts and numbers bindings in order; the parameters are binding 0', () => {
    const { code, bindings } = link(SOURCE);
    expect(code).toContain('const WORKGROUP_SIZE: u32 = 64u;\nconst FAST: bool = true;');
    expect(code).toContain('@binding(0) var<uniform> params');
    expect(code).toContain('@binding(1) var<storage, read_write> y');
    expect(code).toContain('@binding(2) var<storage, read> x: array<vec4u>');
    expect(bindings).toEqual([
      { name: 'y', access: 'read_write', stride: 4 },
      { name: 'x', access: 'read', stride: 16 },
    ]);
  });

  test('joins a repeated part once', () => {
    const { code } = link({ ...SOURCE, parts: [...SOURCE.parts, TWICE] });
    expect(code.split('fn twice').length).toBe(2);
  });

  test('makes one struct of the declared parameters and of those of the bindings: vectors first, then by name', () => {
    const { code, params, paramBytes } = link(SOURCE);
    expect(params.map(({ name, offset }) => [name, offset])).toEqual([
      ['axes', 0],
      ['last', 32],
      ['scale', 36],
      ['size', 40],
      ['x_origin', 44],
      ['y_origin', 48],
    ]);
    expect(paramBytes).toBe(64);
    expect(code.match(/struct Params/g)).toHaveLength(1);
    expect(code).toContain('  axes: array<vec4u, 2>,\n  last: i32,');
  });

  test('merges a field that several parts declare, and adds the bits of NaN if a part reads them', () => {
    const nan = {
      file: 'shaders/nan.wgsl',
      text: 'struct Params { size: u32, }\nfn nan() -> u32 { return params.nan_bits; }',
    };
    const names = (source: KernelSource) => link(source).params.map(({ name }) => name);
    expect(names(SOURCE)).not.toContain('nan_bits');
    expect(names({ ...SOURCE, parts: [...SOURCE.parts, nan] })).toEqual([
      ...['axes', 'last', 'nan_bits', 'scale', 'size', 'x_origin', 'y_origin'],
    ]);
  });

  test('refuses contradictory and undeclared parameters, and names the file', () => {
    const linked = (text: string) => () =>
      link({ ...SOURCE, parts: [...SOURCE.parts, { file: 'shaders/odd.wgsl', text }] });
    expect(linked('struct Params { size: f32, }')).toThrow(
      'link: shaders/odd.wgsl declares the parameter size: f32, shaders/double.wgsl as u32',
    );
    expect(linked('struct Params { flag: bool, }')).toThrow(
      'link: shaders/odd.wgsl declares the parameter flag: bool, which is not a parameter type',
    );
    for (const name of ['sise', 'z_origin']) {
      expect(linked(`fn f() -> u32 { return params.${name}; }`)).toThrow(
        `link: shaders/odd.wgsl reads params.${name}, which no part of double declares`,
      );
    }
    expect(linked('// params.sise')).not.toThrow();
  });

  test('maps each line of the module to its file and line', () => {
    const { code, origin } = link(SOURCE);
    const at = code.split('\n').findIndex((line) => line.includes('return 2.0')) + 1;
    expect(origin(at)).toBe('shaders/twice.wgsl:2');
  });

  test('gives variants different keys exactly when they differ in a part, a name or a constant', () => {
    const key = sourceKey(SOURCE);
    expect(sourceKey({ ...SOURCE })).toBe(key);
    expect(sourceKey({ ...SOURCE, constants: { ...SOURCE.constants, WORKGROUP_SIZE: 128 } })).not.toBe(key);
    expect(sourceKey({ ...SOURCE, parts: [KERNEL, { part: READ, names: { NAME: 'z' } }, TWICE] })).not.toBe(key);
  });

  test('refuses a kernel without parameters', () => {
    expect(() => link({ entry: 'none', parts: [TWICE], constants: {} })).toThrow('link: none has no parameters');
  });
});

describe('launching', () => {
  const backend = useBackend();
  const launch = (bind: Record<string, undefined>, params: Record<string, number | number[]>) =>
    backend().runtime.launch({ op: 'double', kernel: SOURCE, bind, params, groups: 1 });
  const params = { size: 1, scale: 1, axes: [0], last: 0 };

  test('names what only the WGSL has, and what only the host has', () => {
    expect(() => launch({ x: undefined }, params)).toThrow('double: binding y is missing');
    expect(() => launch({ x: undefined, y: undefined, z: undefined }, params)).toThrow('double: there is no binding z');
    expect(() => launch({ x: undefined, y: undefined }, { ...params, size2: 1 })).toThrow(
      'there is no parameter size2',
    );
    const { last: _, ...missing } = params;
    expect(() => launch({ x: undefined, y: undefined }, missing)).toThrow(
      'double: parameter last is missing, which shaders/double.wgsl declares',
    );
  });

  test('reports a compiler error with file and line, and rejects the reads that depend on the kernel', async () => {
    const broken = { file: 'shaders/broken.wgsl', text: 'fn twice(x: f32) -> f32 {\n  return 2u * x;\n}' };
    const y = backend().empty([1], 'f32');
    const x = backend().tensor([1, 2, 3, 4]);
    const other = backend().full([1], 3);
    const bind = { x: sliceOf(x), y: sliceOf(y) };
    const kernel = { ...SOURCE, parts: [KERNEL, { part: READ, names: { NAME: 'x' } }, broken] };
    backend().runtime.launch({ op: 'double', kernel, bind, params, groups: 1 });
    await expect(y.data()).rejects.toThrow(
      /double could not be compiled on this adapter:\nshaders\/broken\.wgsl:2: .*u32.*f32/,
    );
    await expect(other.item()).resolves.toBe(3);
    await backend().sync();
  });
});
