import { expect, test } from 'vitest';
import { create } from 'webgpu';
import { createBackend } from '../../src/node.ts';
import type { Machine } from '../../src/plan/machine.ts';

type Facts = Pick<Machine, 'halves' | 'halfBits' | 'widen' | 'narrow' | 'exp2' | 'exp2Below'>;

const gpu = create([]);

/** Opens a backend on a device whose shaders are changed first, and returns its facts and the halves of some values. */
async function opened(change: (code: string) => string, values: readonly number[] = []) {
  const adapter = (await gpu.requestAdapter()) as GPUAdapter;
  const requiredFeatures = (['shader-f16'] as const).filter((feature) => adapter.features.has(feature));
  const device = await adapter.requestDevice({ requiredFeatures });
  const create = device.createShaderModule.bind(device);
  const refused: string[] = [];
  device.createShaderModule = (descriptor) => {
    const module = create({ ...descriptor, code: change(descriptor.code) });
    void module.getCompilationInfo().then(({ messages }) => refused.push(...messages.map(({ message }) => message)));
    return module;
  };
  await using backend = await createBackend({ device });
  const { halves, halfBits, widen, narrow, exp2, exp2Below } = backend.runtime.machine;
  const facts: Facts = { halves, halfBits, widen, narrow, exp2, exp2Below };
  const rounded = values.length > 0 ? [...(await backend.tensor(values, [values.length], 'f16').data())] : [];
  return { facts, rounded, refused, typed: requiredFeatures.length > 0 };
}

const own = await opened((code) => code);

test('Dawn compiles every probe', () => {
  expect(own.refused).toEqual([]);
  expect(own.facts.halfBits).toBe(own.typed);
});

/** In the probes that call a built-in, calls the function `my_...` of `body` in its place. */
const replaced =
  (builtin: string, body: string) =>
  (code: string): string => {
    const calls = new RegExp(`\\b${builtin}\\(`, 'g');
    return code.includes('fn case_of') && calls.test(code) ? `${code.replace(calls, `my_${builtin}(`)}\n${body}` : code;
  };

const TRUNCATING = `fn my_pack2x16float(x: vec2f) -> u32 {
  let h = narrowed(vec4u(bitcast<vec2u>(x) & vec2u(0xffffe000u), 0u, 0u));
  return h.x;
}`;

test('an adapter whose pack2x16float truncates rounds by other means, to the nearest even', async () => {
  // The midpoint of 1 and the next half, and a value just above it.
  const values = [1 + 2 ** -11, 1 + 2 ** -11 + 2 ** -20, -1 - 3 * 2 ** -11];
  const { facts, rounded } = await opened(replaced('pack2x16float', TRUNCATING), values);
  expect(facts.narrow).not.toBe('pack');
  expect({ ...facts, narrow: own.facts.narrow }).toEqual(own.facts);
  expect(rounded).toEqual([1, 1 + 2 ** -10, -1 - 2 ** -9]);
});

test('an adapter whose unpack2x16float flushes subnormals reads halves by integers', async () => {
  const flushing = `fn my_unpack2x16float(word: u32) -> vec2f {
    let wide = unpack2x16float(word);
    return select(wide, vec2f(0.0), abs(wide) < vec2f(0x1p-14f));
  }`;
  const { facts, rounded } = await opened(replaced('unpack2x16float', flushing), [2 ** -24, -(2 ** -15)]);
  expect(facts).toEqual({ ...own.facts, widen: 'integers' });
  expect(rounded).toEqual([2 ** -24, -(2 ** -15)]);
});

test('an exp2 that is off by more than 2^-22, or that is not 1 at 0, is not used', async () => {
  const off = (by: string) => opened(replaced('exp2', `fn my_exp2(t: f32) -> f32 { return exp2(t) ${by}; }`));
  const none = { exp2: 'unknown', exp2Below: false };
  expect((await off('* (1.0 + 0x1p-20f)')).facts).toEqual({ ...own.facts, ...none });
  expect((await off('+ select(0.0, 0x1p-23f, t == 0.0)')).facts).toEqual({ ...own.facts, exp2: 'unknown' });
  // Accurate enough for halves, but not for sums in f32; and not 0 far below.
  expect((await off('* select(1.0, 1.0 + 0x1p-20f, t < -3.0)')).facts).toEqual({ ...own.facts, exp2Below: false });
  expect((await off('+ select(0.0, 0x1p-100f, t < -1e5)')).facts).toEqual({ ...own.facts, exp2Below: false });
});

test('a compiler that refuses bitcasts between f16 vectors and words, as naga does, stores halves natively all the same', async () => {
  const { facts, typed } = await opened((code) =>
    /bitcast<vec[24]h>|bitcast<vec2u>\(vec4h/.test(code) ? 'refused' : code,
  );
  expect(facts.halfBits).toBe(false);
  expect(facts.narrow).not.toBe('types');
  if (typed) expect(facts.halves).toBe(own.facts.halves);
});

test('where no probe compiles, everything is computed as WGSL promises', async () => {
  const { facts, rounded } = await opened((code) => (code.includes('fn case_of') ? 'refused' : code), [0.1]);
  expect(facts).toEqual({
    halves: 'words',
    halfBits: false,
    widen: 'integers',
    narrow: 'integers',
    exp2: 'unknown',
    exp2Below: false,
  });
  expect(rounded).toEqual([0.0999755859375]);
});
