import { describe, expect, test } from 'vitest';
import { constantOf } from '../../src/conformance/wgsl/constants.ts';
import { readModule } from '../../src/conformance/wgsl/module.ts';
import { tokenize } from '../../src/conformance/wgsl/tokens.ts';
import { link } from '../../src/runtime/link.ts';
import { lintAll, RULES, type Rule, renderFinding } from '../../tools/lint/lint.ts';
import { REFUSED } from '../../tools/lint/portable.ts';
import { sizeOf } from '../../tools/lint/sizes.ts';

/** Returns what a rule reports for a text, each with its line. */
function problems(rule: Rule, code: string): string[] {
  return RULES[rule](readModule(code)).map(({ token, what }) => `${token.line}: ${what}`);
}

/** Returns what a rule reports for a function's body, whose lines count from 1. */
const inBody = (rule: Rule, body: string, around = '') => problems(rule, `fn f(n: u32) {${body}}\n${around}`);

describe('extensions', () => {
  test('are enabled exactly where they are used', () => {
    expect(problems('extensions', 'enable subgroups; fn f() { subgroupAdd(1u); }')).toEqual([]);
    expect(problems('extensions', '\nenable subgroups;\nfn f() {}')).toEqual([
      '2: enable subgroups, which is not used',
    ]);
    expect(problems('extensions', 'fn f() { subgroupAdd(1u); }')).toEqual([
      '1: subgroupAdd needs subgroups, which is neither enabled nor required',
    ]);
    expect(problems('extensions', 'fn f(@builtin(subgroup_id) s: u32) {}')).toEqual([
      '1: subgroup_id needs subgroup_id, which is neither enabled nor required',
    ]);
    expect(problems('extensions', 'requires subgroup_id; fn f(subgroup_id: u32) {}')).toHaveLength(1);
    expect(problems('extensions', 'enable f16; var<private> x: vec4h;')).toEqual([]);
    for (const use of ['var<private> x: f16;', 'fn f() { let x = 1h; }', 'fn f() { let x = vec2h(); }']) {
      expect(problems('extensions', use)[0]).toMatch(/needs f16, which is neither enabled nor required$/);
    }
    for (const asked of ['enable primitive_index;', 'requires f16;', 'diagnostic(off, derivative_uniformity);']) {
      expect(problems('extensions', `${asked} var<private> x: f16;`)[0]).toMatch(/no kernel may use that$/);
    }
  });

  test('without a directive are recognized by their names', () => {
    for (const [code, what] of [
      ['fn f() { let x = dot4U8Packed(1u, 2u); }', 'dot4U8Packed is not a plain WGSL function'],
      ['fn f(@builtin(workgroup_index) i: u32) {}', 'workgroup_index is not a plain WGSL built-in value'],
      ['@subgroup_size(32) fn f() {}', 'subgroup_size is not a plain WGSL attribute'],
      ['var<immediate> x: u32;', "x is in address space 'immediate'"],
      ['fn f(p: ptr<storage, u32>) {}', 'a parameter points to storage'],
      ['fn f(p: ptr<function, S>) { p.x = 1u; }', 'p is a pointer: write (*p)'],
      ['fn f() { v.xy = vec2f(); }', 'several components are assigned at once'],
    ] as const) {
      expect(problems('extensions', code)).toContain(`1: ${what}`);
    }
    expect(problems('extensions', 'fn f(p: ptr<function, S>) { (*p).x = g(v.xy); } fn g(x: vec2f) {}')).toEqual([]);
  });
});

describe('loops', () => {
  const COUNTED = 'for (var k = 0u; k < VECTORS_PER_LANE; k++) {}';
  const VECTORS_PER_LANE = 'const VECTORS_PER_LANE = 2u * 4u;';

  test('that are innermost have constant bounds', () => {
    for (const fine of [
      COUNTED,
      'for (var k = 1; k < 4; k += 1) {}',
      'for (var h = VECTORS_PER_LANE / 2u; h > 0u; h = h / 2u) {}',
    ]) {
      expect(inBody('loops', fine, VECTORS_PER_LANE)).toEqual([]);
    }
    for (const bad of ['for (var k = 0u; k < n; k++) {}', 'for (var k = n; k < VECTORS_PER_LANE; k++) {}']) {
      expect(inBody('loops', `\n${bad}`, VECTORS_PER_LANE)[0]).toMatch(
        /^2: for \(.*\): an innermost loop whose bounds are not const/,
      );
    }
    expect(inBody('loops', 'for (var h = n; h > 0u; h /= 2u) {}')[0]).toMatch(/its bounds are not constant$/);
  });

  test('bounded by data contain another loop, directly or in a function that they call', () => {
    const bound = (body: string) => `for (var b = 0u; b < n; b++) {${body}}`;
    expect(inBody('loops', bound(COUNTED), VECTORS_PER_LANE)).toEqual([]);
    expect(inBody('loops', bound('g();'), `${VECTORS_PER_LANE} fn g() { h(); } fn h() { ${COUNTED} }`)).toEqual([]);
    expect(inBody('loops', bound('g();'), `${VECTORS_PER_LANE} fn g() { h(); } fn h() {}`)).toHaveLength(1);
    expect(inBody('loops', bound('for (var k = 0u; k < n; k++) {}'))).toHaveLength(1);
  });

  test('step by one below a bound, and nothing else changes their variable', () => {
    for (const [loop, what] of [
      ['while (true) {}', 'while:'],
      ['loop { break; }', 'loop:'],
      ['for (;;) {}', 'there is no loop variable'],
      ['for (var k = 0u; n < 4u; k++) {}', 'there is no loop variable'],
      ['for (var k = 0u; k < 4u; k += 2u) {}', 'k does not step by one'],
      ['for (var k = 0u; k <= 4u; k++) {}', 'k does not step by one below a bound'],
      ['for (var k = 4u; k > 0u; k--) {}', 'k does not step by one below a bound'],
      ['for (var k = 0.0; k < 4.0; k += 1) {}', 'whose bounds are not constant'],
      ['for (var k = 0u; k < 4u; k++) { k += 3u; }', 'the body changes k'],
      ['for (var k = 0u; k < 4u; k++) { g(&k); }', 'the body changes k'],
    ] as const) {
      const [found, ...others] = inBody('loops', loop);
      expect(found).toContain(what);
      expect(others).toEqual([]);
    }
    expect(inBody('loops', 'for (var k = 0u; k < 4u; k++) { s.k = 1u; if (k == 2u) { break; } }')).toEqual([]);
  });
});

describe('portability', () => {
  test.each(REFUSED.map(({ what, sample }) => [what, sample]))('forbids %s', (what, sample) => {
    expect(problems('portable', sample)).toEqual([`1: ${what}`]);
  });

  test('forbids f16 bitcasts whatever the halves are called', () => {
    const what = 'a bitcast between f16 vectors and words';
    for (const code of [
      'fn f(x: vec2h) -> u32 { return bitcast<u32>(x); }',
      'fn f(x: vec2<f16>) -> u32 { return bitcast<u32>(x); }',
      'fn f(x: vec4f) -> vec2u { return bitcast<vec2u>(vec4h(x)); }',
      'fn f(x: vec4f) -> vec2u { let h = vec4h(x); return bitcast<vec2u>(2.0 * max(h, h)); }',
      'fn f(x: f16) -> u32 { return bitcast<u32>(vec2<f16>(x)); }',
      'fn g() -> vec2h { return vec2h(); } fn f() -> u32 { return bitcast<u32>(-g()); }',
      'alias H = vec2h; var<private> x: H; fn f() -> u32 { return bitcast<u32>((x)); }',
      'fn f(x: vec2u) -> vec4f { return vec4f(bitcast<vec4<f16>>(x)); }',
    ]) {
      expect(problems('portable', code), code).toEqual([`1: ${what}`]);
    }
  });

  test('allows what every implementation takes', () => {
    for (const code of [
      'fn f(x: vec4h) -> vec4u { return bitcast<vec4u>(vec4f(x)); }',
      'var<private> x: f16; fn f(y: f32) -> u32 { let x = 2.0 * y; return bitcast<u32>(x); }',
      'fn f(x: u32) -> f16 { return f16(bitcast<f32>(x)); }',
      'fn f(x: vec4h) -> vec4h { return bitcast<vec4h>(x); }',
      'fn f(x: f32) -> f32 { return frexp(x).fract; }',
      'const A = 0x1p-24f; const B: f16 = 6e-8h;',
      'const A = 0x7fu & 3u | 4u; const B = A > 3u && true;',
      'fn f() -> u32 { return bitcast<u32>(1.0f); }',
      'fn g(p: ptr<function, u32>) {} fn f() { var x = 1u; g(&x); }',
      'var<workgroup> x: array<atomic<u32>, 2>; fn f() { atomicAdd(&x[1], 1u); }',
      'fn f(n: u32) -> u32 { for (var i = 0u; i < n; i++) { if (i > 1u) { return i; } } return n; }',
      'fn f(n: u32) -> u32 { if (n > 1u) { return n; } else { return 2u; } }',
      'fn f(n: u32) { for (var i = 0u; i < n; i++) {} }',
      'struct P { n: u32, x: array<vec4f, 2>, } @group(0) @binding(0) var<uniform> p: P;',
    ]) {
      expect(problems('portable', code), code).toEqual([]);
    }
  });

  test('is waived only in parts that a probe chooses', () => {
    const text = 'struct Params { n: u32, }\nfn k(x: vec2h) -> u32 { return bitcast<u32>(x) + params.n; }';
    const found = (file: string) =>
      lintAll([link({ entry: 'k', parts: [{ file, text }], constants: { WORKGROUP_SIZE: 64 } })]).map(renderFinding);
    const finding = 'shaders/math/narrow.wgsl:2: portable: a bitcast between f16 vectors and words';
    expect(found('shaders/math/narrow.wgsl')).toContain(finding);
    expect(found('shaders/math/narrow_types.wgsl').filter((line) => line.includes('portable'))).toEqual([]);
  });
});

describe('memory', () => {
  test('that is private holds only small arrays, wherever they are declared', () => {
    const most = 'array<vec4u, VECTORS_PER_LANE>';
    for (const [code, block, found] of [
      [`var<private> x: ${most};`, 16, 0],
      [`var<private> x: ${most};`, 17, 1],
      [`fn f() { var x: ${most}; }`, 16, 0],
      [`fn f() { var x: ${most}; }`, 17, 1],
      [`fn f() { let x = ${most}(); }`, 17, 1],
      [`alias A = ${most}; fn f() { var x: A; }`, 17, 1],
      [`struct S { n: u32, x: ${most}, } var<private> s: S;`, 16, 1],
      [`struct S { n: u32, x: ${most}, } fn f() { g(S()); }`, 16, 1],
    ] as const) {
      expect(problems('memory', `const VECTORS_PER_LANE: u32 = ${block}u; ${code}`), code).toHaveLength(found);
    }
    expect(problems('memory', '\nvar<private> x: array<f32, 65>;')).toEqual([
      '2: a private array of 260 bytes, the limit is 256',
    ]);
    const four = 'abcd'.replace(/./g, (name) => `var<private> ${name}: array<f32, 64>;`);
    expect(problems('memory', four)).toEqual([]);
    expect(problems('memory', `${four} fn f() { var e: array<u32, 1>; }`)).toEqual([
      expect.stringContaining('private arrays of 1028 bytes in total'),
    ]);
    expect(() => problems('memory', 'fn f() { var x = array(1, 2); }')).toThrow(
      'the size of an array with an inferred type',
    );
  });

  test('of a workgroup is no more than WebGPU guarantees', () => {
    expect(problems('memory', 'var<workgroup> a: array<vec4f, 1024>;')).toEqual([]);
    expect(problems('memory', 'var<workgroup> a: array<vec4f, 1024>; var<workgroup> b: u32;')).toEqual([
      '1: workgroup memory of 16388 bytes in total, the limit is 16384',
    ]);
  });
});

describe('special values', () => {
  const found = (expression: string, around = '') => inBody('specials', `let y = ${expression};`, around);

  test('are neither literals nor constant expressions', () => {
    const bits = 'const BITS = 0x7f800000u;';
    for (const bad of [
      ...['0.0 / 0.0', '1.0 / 0.0', 'x + 1.0 / 0.0', '-1.0 / (1.0 - 1.0)', '1e39', 'x * 3.5e38f', '65520h', '0x1p128'],
      ...['bitcast<f32>(0x7f800000u)', 'bitcast<f32>(BITS)', 'bitcast<f32>(BITS | 1u)', 'bitcast<vec4f>(vec4u(~0u))'],
      ...['log(0.0)', 'sqrt(-1.0)', '3e38 * 2.0', 'vec4f(1.0 / 0.0)', 'f32(1u) / 0.0', 'exp(89.0)'],
    ]) {
      expect(found(bad, bits), bad).not.toEqual([]);
    }
    for (const fine of [
      ...['0.0 / x', '1.0 / 2.0 * 0.0', '0x1.fffffep+127f', '-3.4028234e38', '65504h'],
      ...['bitcast<f32>(n)', 'bitcast<f32>(BITS & n)', 'bitcast<f32>(0x7f7fffffu)', 'n & BITS', '1u / 2u', 'v.x / 2.0'],
    ]) {
      expect(found(fine, bits), fine).toEqual([]);
    }
  });

  test('are detected by their bits', () => {
    for (const bad of ['x != x', 'x == x', 'any(v[k] != v[k])', '!(a + b == a + b) && x == y', 'isNan(x)']) {
      expect(found(bad), bad).toHaveLength(1);
    }
    for (const fine of ['x != y', 'x == x2', 'a.x == b.x', 'x + 1.0 == x', 'f(x) != f(y)', 'is_nan(x)']) {
      expect(found(fine), fine).toEqual([]);
    }
  });
});

test('a kernel has at most eight storage buffers, and all bindings are in group 0', () => {
  const buffer = (name: string, group = 0) => `@group(${group}) @binding(1) var<storage, read> ${name}: array<f32>;\n`;
  expect(problems('bindings', [...'abcdefgh'].map((name) => buffer(name)).join(''))).toEqual([]);
  expect(problems('bindings', [...'abcdefghi'].map((name) => buffer(name)).join(''))).toEqual([
    '9: 9 storage buffers, the limit is 8',
  ]);
  expect(problems('bindings', buffer('a', 1))).toEqual(['1: a binding outside group 0']);
});

describe('the lint', () => {
  test('reports the file and line of the part, once for all variants', () => {
    const body = 'struct Params { n: u32, }\nfn k() {\n  for (var i = 0u; i < params.n; i++) {}\n}';
    const variant = (WORKGROUP_SIZE: number) =>
      link({ entry: 'k', parts: [{ file: 'shaders/k.wgsl', text: body }], constants: { WORKGROUP_SIZE } });
    expect(lintAll([variant(64), variant(128)]).map(renderFinding)).toEqual([
      'shaders/k.wgsl:3: loops: for (var i = 0u ; i < params . n ; i ++): an innermost loop whose bounds are not constant',
    ]);
  });

  test('evaluates constants in each variant', () => {
    const body = 'struct Params { n: u32, }\nvar<private> held: array<vec4f, IN_REGISTERS>;\nfn k() {}';
    const variant = (IN_REGISTERS: number) =>
      link({ entry: 'k', parts: [{ file: 'shaders/k.wgsl', text: body }], constants: { IN_REGISTERS } });
    expect(lintAll([variant(4), variant(16), variant(32)]).map(renderFinding)).toEqual([
      'shaders/k.wgsl:2: memory: a private array of 512 bytes, the limit is 256',
    ]);
  });

  test('skips comments between tokens', () => {
    const tokens = tokenize('a // b\n0x1.8p+3f>>1u .5e-1');
    expect(tokens.map(({ text, line }) => `${line} ${text}`)).toEqual([
      ...['1 a', '2 0x1.8p+3f', '2 >', '2 >', '2 1u', '2 .5e-1'],
    ]);
    expect(() => tokenize('/* a */')).toThrow('a comment in /* */');
  });

  test('refuses unknown declarations and types', () => {
    expect(() => readModule('override WORKGROUP_SIZE: u32;')).toThrow("'override' does not begin a known declaration");
    expect(() => problems('memory', 'var<private> x: Unknown;')).toThrow("unknown type 'Unknown'");
  });

  test('evaluates constant expressions', () => {
    const module = readModule('const A = 3u; const B: u32 = A * 2u - 1u;');
    for (const [text, value] of [
      ['B', 5],
      ['1 + 2 * 3', 7],
      ['(1 + 2) * 3', 9],
      ['7u / 2u', 3],
      ['1u << 4u', 16],
      ['0x10', 16],
      ['0x1.8p+3f', 12],
      ['-A', -3],
      ['vec4f(2.0) / 4', 0.5],
      ['A + x', undefined],
      ['1u / 0u', undefined],
    ] as const) {
      expect(constantOf(module, tokenize(text))?.value, text).toBe(value);
    }
  });

  test('computes sizes with the alignment of WGSL', () => {
    const module = readModule('struct S { a: u32, b: vec3f, c: f32, } alias T = array<S, 3>;');
    for (const [type, bytes] of [
      ['S', 32],
      ['T', 96],
      ['array<vec3u, 2>', 32],
      ['array<array<f32, 4>, 2>', 32],
      ['mat4x4f', 64],
      ['mat2x3<f16>', 16],
      ['atomic<u32>', 4],
      ['vec4<bool>', 16],
    ] as const) {
      expect(sizeOf(module, tokenize(type)).bytes, type).toBe(bytes);
    }
  });
});
