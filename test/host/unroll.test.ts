import { describe, expect, test } from 'vitest';
import { unroll } from '../../src/runtime/unroll.ts';

const VECTORS_PER_LANE = 3;

/** A loop over k below `limit`, with one line each for its head, its body and its end. */
const loop = (limit: string, body: string) => `for (var k = 0u; k < ${limit}; k++) {\n  ${body}\n}`;

describe('a loop with a constant number of iterations', () => {
  test('is unrolled', () => {
    expect(unroll(loop('VECTORS_PER_LANE', 'sum += x[k];'), { VECTORS_PER_LANE })).toBe(
      '{ const k = 0u;\n  sum += x[k];\n} { const k = 1u; sum += x[k]; } { const k = 2u; sum += x[k]; }',
    );
    expect(unroll(loop('1u', 'f(k);'), {})).toBe('{ const k = 0u;\n  f(k);\n}');
  });

  test('has its inner loops unrolled, each with its own variable', () => {
    const inner = 'for (var j = 0u; j < 2u; j++) { f(k, j); }';
    const once = '{ const j = 0u; f(k, j); } { const j = 1u; f(k, j); }';
    expect(unroll(loop('2u', inner), {})).toBe(`{ const k = 0u;\n  ${once}\n} { const k = 1u; ${once} }`);
  });

  test('keeps its line numbers, and the code around it', () => {
    const text = `fn before() {}\n${loop('VECTORS_PER_LANE', 'f(k); // a brace: }')}\nfn after() {}`;
    const lines = unroll(text, { VECTORS_PER_LANE }).split('\n');
    expect(lines).toHaveLength(text.split('\n').length);
    expect(lines.at(0)).toBe('fn before() {}');
    expect(lines.at(-1)).toBe('fn after() {}');
    expect(lines.at(-2)).toBe('} { const k = 1u; f(k); } { const k = 2u; f(k); }');
  });
});

test.each([
  ['has a bound that depends on data', loop('blocks', 'f(k);')],
  ['runs more than 16 times', loop('17u', 'f(k);')],
  ['never runs', loop('NONE', 'f(k);')],
  ['ends early', loop('VECTORS_PER_LANE', 'if (done) { break; }')],
  ['starts elsewhere', 'for (var k = 1u; k < VECTORS_PER_LANE; k++) { f(k); }'],
])('a loop that %s is not unrolled', (_, text) => {
  expect(unroll(text, { VECTORS_PER_LANE, NONE: 0 })).toBe(text);
});
