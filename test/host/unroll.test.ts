import { describe, expect, test } from 'vitest';
import { unroll } from '../../src/runtime/unroll.ts';

const VECTORS_PER_LANE = 3;

/** A loop over k below `limit`, a line each for its head, its body and its end. */
const loop = (limit: string, body: string) => `for (var k = 0u; k < ${limit}; k++) {\n  ${body}\n}`;

describe('a loop that runs a constant number of times', () => {
  test('is written out, turn by turn', () => {
    expect(unroll(loop('VECTORS_PER_LANE', 'sum += x[k];'), { VECTORS_PER_LANE })).toBe(
      '{ const k = 0u;\n  sum += x[k];\n} { const k = 1u; sum += x[k]; } { const k = 2u; sum += x[k]; }',
    );
    expect(unroll(loop('1u', 'f(k);'), {})).toBe('{ const k = 0u;\n  f(k);\n}');
  });

  test('and so are those in it, each with its own variable', () => {
    const inner = 'for (var j = 0u; j < 2u; j++) { f(k, j); }';
    const once = '{ const j = 0u; f(k, j); } { const j = 1u; f(k, j); }';
    expect(unroll(loop('2u', inner), {})).toBe(`{ const k = 0u;\n  ${once}\n} { const k = 1u; ${once} }`);
  });

  test('keeps every line where it was, and what stands around it', () => {
    const text = `fn before() {}\n${loop('VECTORS_PER_LANE', 'f(k); // a brace: }')}\nfn after() {}`;
    const lines = unroll(text, { VECTORS_PER_LANE }).split('\n');
    expect(lines).toHaveLength(text.split('\n').length);
    expect(lines.at(0)).toBe('fn before() {}');
    expect(lines.at(-1)).toBe('fn after() {}');
    expect(lines.at(-2)).toBe('} { const k = 1u; f(k); } { const k = 2u; f(k); }');
  });
});

test.each([
  ['runs as often as data says', loop('blocks', 'f(k);')],
  ['runs more than 16 times', loop('17u', 'f(k);')],
  ['never runs', loop('NONE', 'f(k);')],
  ['ends early', loop('VECTORS_PER_LANE', 'if (done) { break; }')],
  ['starts elsewhere', 'for (var k = 1u; k < VECTORS_PER_LANE; k++) { f(k); }'],
])('a loop that %s stays as it is', (_, text) => {
  expect(unroll(text, { VECTORS_PER_LANE, NONE: 0 })).toBe(text);
});
