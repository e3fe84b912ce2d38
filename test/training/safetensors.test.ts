import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  DisposedError,
  type DType,
  FormatError,
  GradfoldError,
  loadParameters,
  loadSafetensors,
  type Parameters,
  readSafetensors,
  saveSafetensors,
  type Tensor,
} from '../../src/index.ts';
import { fromHalves, toHalves } from '../../src/safetensors/half_bits.ts';
import { sameBits, uniform, useBackend } from '../support.ts';

const backend = useBackend();
const { NaN: NAN, POSITIVE_INFINITY: INF } = Number;

/** A file with this header and this many bytes of data: 0, 1, 2 and so on. */
function fileOf(header: unknown, dataBytes = 0): Uint8Array<ArrayBuffer> {
  const text = new TextEncoder().encode(typeof header === 'string' ? header : JSON.stringify(header));
  const file = new Uint8Array(8 + text.length + dataBytes);
  new DataView(file.buffer).setBigUint64(0, BigInt(text.length), true);
  file.set(text, 8);
  for (let i = 0; i < dataBytes; i++) file[8 + text.length + i] = i;
  return file;
}

const entry = (dtype: string, shape: number[], begin: number, end: number) => ({
  dtype,
  shape,
  data_offsets: [begin, end],
});

function headerOf(file: Uint8Array): string {
  const length = Number(new DataView(file.buffer).getBigUint64(0, true));
  return new TextDecoder().decode(file.subarray(8, 8 + length));
}

/** Returns the error that `fn` throws, if any. */
function thrownBy(fn: () => unknown): unknown {
  try {
    fn();
  } catch (error) {
    return error;
  }
  return undefined;
}

const messageOf = (file: Uint8Array) => {
  const error = thrownBy(() => readSafetensors(file));
  expect(error).toBeInstanceOf(FormatError);
  return (error as FormatError).message;
};

describe('saveSafetensors', () => {
  test('writes names, dtypes and shapes, padded so that the data starts at a multiple of 8', async () => {
    const file = await saveSafetensors(
      { layers: [{ weight: backend().tensor([1, 2], [1, 2]) }], step: backend().tensor([7], [], 'u32') },
      { metadata: { made: 'here' } },
    );
    const header = headerOf(file);
    expect(header).toMatch(/^\{"__metadata__":\{"made":"here"\},"layers\.0\.weight":\{.*\},"step":\{.*\}\} *$/);
    expect(JSON.parse(header)).toEqual({
      __metadata__: { made: 'here' },
      'layers.0.weight': entry('F32', [1, 2], 0, 8),
      step: entry('U32', [], 8, 12),
    });
    expect(header.length % 8).toBe(0);
    expect(file.slice(8 + header.length)).toEqual(Uint8Array.of(0, 0, 128, 63, 0, 0, 0, 64, 7, 0, 0, 0));
  });

  test('orders tensors by element size, then by name, so that every tensor is aligned', async () => {
    const of = (dtype: DType) => backend().tensor([1], [1], dtype);
    const tensors = { half: of('f16'), signed: of('i32'), b: of('f32'), unsigned: of('u32'), a: of('f32') };
    const file = await saveSafetensors(tensors);
    expect(Object.keys(readSafetensors(file).tensors)).toEqual(['a', 'b', 'unsigned', 'signed', 'half']);
  });

  test('stores each half in two bytes', async () => {
    const file = await saveSafetensors({ x: backend().tensor([1, -0, 2 ** -24, -65_504, 1e9], [5], 'f16') });
    const halves = new Uint16Array(file.slice(8 + headerOf(file).length).buffer);
    expect([...halves]).toEqual([0x3c00, 0x8000, 0x0001, 0xfbff, 0x7c00]);
  });

  test('saves the values at the time of the call', async () => {
    const x = backend().tensor([1, 2]);
    const y = backend().tensor([3], [1], 'f16');
    const file = saveSafetensors({ x, y });
    x.write([5, 6]);
    y.write([7]);
    const { tensors } = readSafetensors(await file);
    expect(tensors.x?.data).toEqual(Float32Array.of(1, 2));
    expect(tensors.y?.data).toEqual(Float32Array.of(3));
  });

  test('writes an empty record as a file without tensors', async () => {
    expect(readSafetensors(await saveSafetensors({}))).toEqual({ tensors: {}, metadata: {} });
  });

  test('names the tensor or metadata that it cannot save', async () => {
    const x = backend().tensor([1]);
    const y = backend().tensor([2]);
    const gone = backend().tensor([3]);
    gone.dispose();
    const save = (tensors: unknown, metadata = {}) => saveSafetensors(tensors as Parameters, { metadata });
    const rejects = (of: Promise<unknown>) => expect(of).rejects;
    await rejects(save({ 'a.b': x, a: { b: y } })).toThrow(
      "saveSafetensors: two tensors are called 'a.b', expected each name once",
    );
    await rejects(save({ a: x, b: [x] })).toThrow(
      "saveSafetensors: 'b.0' is the same tensor as 'a', expected each tensor once",
    );
    await rejects(save({ __metadata__: x })).toThrow(
      "saveSafetensors: a tensor is called '__metadata__', which is reserved for metadata",
    );
    await rejects(save({ '\ud800': x })).toThrow('saveSafetensors: a tensor is called "\\ud800", expected Unicode');
    await rejects(save({ a: [3] })).toThrow("saveSafetensors: tensors 'a.0' is number, expected a tensor");
    await rejects(save({ x }, { epoch: 3 })).toThrow('saveSafetensors: metadata.epoch is number, expected a string');
    await rejects(save({ gone })).toThrow(DisposedError);
  });
});

describe('a saved file', () => {
  const HALF = fc.oneof(fc.integer({ min: 0, max: 0xffff }), fc.constantFrom(0, 0x8000, 1, 0x7c00, 0xfc00, 0x7e00));
  const WORD = fc.oneof(
    fc.integer({ min: 0, max: 2 ** 32 - 1 }),
    fc.constantFrom(0, 0x80000000, 1, 0x7f800000, 0xff800000, 0x7fc00000, 0xffc12345),
  );
  const drawn = fc
    .record({
      dtype: fc.constantFrom<DType>('f32', 'f16', 'i32', 'u32'),
      shape: fc.array(fc.integer({ min: 0, max: 3 }), { maxLength: 3 }),
    })
    .chain(({ dtype, shape }) => {
      const size = shape.reduce((product, length) => product * length, 1);
      const bits = fc.array(dtype === 'f16' ? HALF : WORD, { minLength: size, maxLength: size });
      return bits.map((array) => ({ dtype, shape, data: hostOf(dtype, array) }));
    });
  type Drawn = { dtype: DType; shape: number[]; data: Float32Array | Int32Array | Uint32Array };
  type Nest = Drawn | Nest[] | { [name: string]: Nest };
  const { nest } = fc.letrec<{ nest: Nest; leaf: Nest }>((tie) => ({
    leaf: drawn,
    nest: fc.oneof(
      { maxDepth: 2, depthSize: 'small' },
      tie('leaf'),
      fc.array(tie('nest'), { maxLength: 3 }),
      fc.dictionary(fc.oneof(fc.stringMatching(/^[a-z]{1,3}$/), fc.string({ unit: 'grapheme' })), tie('nest'), {
        maxKeys: 3,
      }),
    ),
  }));

  function hostOf(dtype: DType, bits: number[]): Drawn['data'] {
    if (dtype === 'f16') return fromHalves(Uint16Array.from(bits));
    const words = Uint32Array.from(bits);
    if (dtype === 'u32') return words;
    return dtype === 'i32' ? new Int32Array(words.buffer) : new Float32Array(words.buffer);
  }

  const isDrawn = (nest: Nest): nest is Drawn => !Array.isArray(nest) && ArrayBuffer.isView(nest.data);
  const mapped = (nest: Nest, to: (leaf: Drawn) => Tensor): Parameters => {
    if (isDrawn(nest)) return to(nest);
    if (Array.isArray(nest)) return nest.map((item) => mapped(item, to));
    return Object.fromEntries(Object.entries(nest).map(([name, item]) => [name, mapped(item, to)]));
  };

  /** The bits of the data. In f16 the GPU chooses the payload of a NaN, so all NaNs count as one. */
  const bitsOf = (dtype: DType, data: Drawn['data']) =>
    dtype === 'f16'
      ? toHalves(Float32Array.from(data)).map((bits) => ((bits & 0x7fff) > 0x7c00 ? 0x7e00 : bits))
      : data;

  test('restores every bit of NaN, -0, infinities, scalars and empty tensors', async () => {
    await fc.assert(
      fc.asyncProperty(nest, async (nested) => {
        const pairs: { leaf: Drawn; tensor: Tensor }[] = [];
        const tensors = mapped(nested, (leaf) => {
          const tensor = backend().tensor(leaf.data, leaf.shape, leaf.dtype);
          pairs.push({ leaf, tensor });
          return tensor;
        });
        let file: Uint8Array;
        try {
          file = await saveSafetensors(tensors);
        } catch (error) {
          // The joined names happen to coincide, or to be __metadata__.
          expect(String(error)).toMatch(/each name once|kept for metadata/);
          return;
        }
        const before = pairs.map(({ leaf }) => leaf);
        const empty = mapped(nested, (leaf) => backend().zeros(leaf.shape, leaf.dtype));
        loadParameters(empty, file);
        const again = await saveSafetensors(empty);
        expect(again).toEqual(file);
        const read = readSafetensors(file).tensors;
        const loaded = loadSafetensors(file, backend());
        expect(Object.keys(read)).toHaveLength(before.length);
        // Compares the tensors read on the host with those on the GPU and, sorted because their names are unknown here,
        // with the drawn ones.
        for (const [name, { dtype, shape, data }] of Object.entries(read)) {
          const tensor = loaded[name] as Tensor;
          expect([tensor.dtype, tensor.shape]).toEqual([dtype, shape]);
          expect(sameBits(bitsOf(dtype, await tensor.data()), bitsOf(dtype, data))).toBe(true);
        }
        const values = (all: readonly Drawn[]) =>
          all
            .map(({ dtype, shape, data }) => `${dtype} ${shape} ${new Uint8Array(bitsOf(dtype, data).slice().buffer)}`)
            .sort();
        expect(values(Object.values(read) as Drawn[])).toEqual(values(before));
        for (const tensor of [...pairs.map((pair) => pair.tensor), ...Object.values(loaded)]) tensor.dispose();
      }),
      { numRuns: 60 },
    );
  });

  test('names tensors by their path, and a single tensor by the empty name', async () => {
    const bare: Record<string, Tensor> = Object.assign(Object.create(null), { w: backend().tensor([2]) });
    const file = await saveSafetensors({ layers: [[backend().tensor([1])], bare] });
    expect(Object.keys(loadSafetensors(file, backend()))).toEqual(['layers.0.0', 'layers.1.w']);
    const alone = backend().zeros([2]);
    loadParameters(alone, await saveSafetensors(backend().tensor([3, 4])));
    expect(await alone.data()).toEqual(Float32Array.of(3, 4));
  });

  test('may use names that objects inherit', async () => {
    const names = ['__proto__', 'constructor', '10', '9', '', '"\n\\', 'größe 🐚'];
    const tensors = () => Object.fromEntries(names.map((name, i) => [name, backend().full([], i)]));
    const loaded = loadSafetensors(await saveSafetensors(tensors()), backend());
    expect(Object.keys(loaded).sort()).toEqual([...names].sort());
    expect(await new Map(Object.entries(loaded)).get('__proto__')?.item()).toBe(0);
  });

  test('may lie at an odd byte, in a Node Buffer or in shared memory', async () => {
    const file = await saveSafetensors({ x: backend().tensor([1, 2, 3]), y: backend().tensor([4], [1], 'f16') });
    const expected = readSafetensors(file);
    const places: Uint8Array[] = [new Uint8Array(file.length + 9).subarray(3, 3 + file.length)];
    if ('Buffer' in globalThis) places.push(Buffer.alloc(file.length));
    if ('SharedArrayBuffer' in globalThis) places.push(new Uint8Array(new SharedArrayBuffer(file.length)));
    for (const place of places) {
      place.set(file);
      const read = readSafetensors(place);
      const loaded = loadSafetensors(place, backend());
      place.fill(0);
      expect(read).toEqual(expected);
      expect(await loaded.x?.data()).toEqual(Float32Array.of(1, 2, 3));
    }
  });
});

test('every half survives a round trip through f32 bit for bit', () => {
  const every = Uint16Array.from({ length: 2 ** 16 }, (_, bits) => bits);
  const values = fromHalves(every);
  expect(toHalves(values)).toEqual(every);
  expect([values[1], values[0x3ff], values[0x400], values[0x3c01]]).toEqual([
    2 ** -24,
    1023 * 2 ** -24,
    2 ** -14,
    1 + 2 ** -10,
  ]);
  expect(Object.is(values[0x8000], -0)).toBe(true);
  // f32 NaNs whose payload is in the low bits only.
  expect([...toHalves(new Float32Array(Uint32Array.of(0x7f800001, 0xff800001).buffer))]).toEqual([0x7e00, 0xfe00]);
});

describe('a file written by Python', () => {
  /** A file written by serialize_file of the package safetensors 0.8.0. */
  const python = async () => {
    const { default: url } = await import('../fixtures/python.safetensors?inline');
    return new Uint8Array(await (await fetch(url)).arrayBuffer());
  };

  test('can be read, with F64 and BF16 as f32 and I64 as i32', async () => {
    const { tensors, metadata } = readSafetensors(await python());
    expect(metadata).toEqual({ note: 'größer' });
    expect(tensors).toEqual({
      'hidden.weight': { dtype: 'f32', shape: [2, 3], data: Float32Array.of(0, -0, 1.5, INF, -INF, NAN) },
      'hidden.half': { dtype: 'f16', shape: [5], data: Float32Array.of(1, -(2 ** -24), 65_504, INF, 0.0999755859375) },
      'hidden.brain': { dtype: 'f32', shape: [3], data: Float32Array.of(1, -3.140625, 2 ** -133) },
      steps: { dtype: 'i32', shape: [], data: Int32Array.of(-(2 ** 31)) },
      double: { dtype: 'f32', shape: [2], data: Float32Array.of(0.1, INF) },
      empty: { dtype: 'f32', shape: [0, 4], data: new Float32Array() },
    });
  });

  test('can be loaded as tensors or into parameters', async () => {
    const loaded = loadSafetensors(await python(), backend());
    expect(await loaded['hidden.half']?.data()).toEqual(Float32Array.of(1, -(2 ** -24), 65_504, INF, 0.0999755859375));
    expect(await loaded.steps?.item()).toBe(-(2 ** 31));
    const brain = backend().zeros([3]);
    loadParameters({ hidden: { brain } }, await python(), { strict: false });
    expect(await brain.data()).toEqual(Float32Array.of(1, -3.140625, 2 ** -133));
  });
});

describe('an invalid file is rejected with the position of the fault', () => {
  const header = (text: string, data = 0) => messageOf(fileOf(text, data));
  const a = (value: unknown, data = 8) => messageOf(fileOf({ a: value }, data));

  test('a file that is too short, or a header longer than the file', () => {
    expect(messageOf(new Uint8Array(7))).toBe('readSafetensors: the file has 7 bytes, expected at least 8');
    const long = Uint8Array.of(3, 0, 0, 0, 0, 0, 0, 0, 0x7b, 0x7d);
    expect(messageOf(long)).toBe(
      'readSafetensors: bytes 0 to 8 say that the header has 3 bytes, expected at most the 2 that follow',
    );
    expect(messageOf(new Uint8Array(8).fill(255))).toMatch(
      /the header has 18446744073709551615 bytes, expected at most the 0 that follow$/,
    );
    const huge = new Uint8Array(100_000_100);
    huge.set([1, 0xe1, 0xf5, 0x05]);
    expect(messageOf(huge)).toMatch(/the header has 100000001 bytes, expected at most 100000000$/);
  });

  test('a header that is not a JSON object', () => {
    expect(header('')).toBe('readSafetensors: header, byte 8: found the end, expected {');
    expect(header('[]')).toBe('readSafetensors: header, byte 8: found "[", expected {');
    expect(header(' {}')).toBe('readSafetensors: header, byte 8: found " ", expected {');
    expect(header('\ufeff{}')).toBe('readSafetensors: header, byte 8: found "\ufeff", expected {');
    expect(header('{"größe" 1}')).toBe('readSafetensors: header, byte 19: found "1", expected :');
    expect(header('{"a":tru}')).toBe('readSafetensors: header, byte 13: found "t", expected a value');
    expect(header('{"a":01}')).toBe('readSafetensors: header, byte 14: found "1", expected , or }');
    expect(header('{"a":[1,]}')).toBe('readSafetensors: header, byte 16: found "]", expected a value');
    expect(header('{"a')).toBe('readSafetensors: header, byte 9: the string is not terminated');
    expect(header('{"\\')).toBe('readSafetensors: header, byte 9: the string is not terminated');
    expect(header('{"\\x":1}')).toMatch(/byte 9: the string has a character or an escape that JSON does not allow$/);
    expect(header('{"\\ud800":1}')).toMatch(/byte 9: the string has a character or an escape/);
    expect(header('{}}')).toBe('readSafetensors: header, byte 10: found "}", expected the end');
    expect(header('{,}')).toBe('readSafetensors: header, byte 9: found ",", expected "');
    expect(header(`{"a":${'['.repeat(100_000)}`)).toMatch(/byte 140: more than 128 nested brackets/);
    const bad = fileOf('{"a":1}');
    bad[10] = 0xff;
    expect(messageOf(bad)).toBe('readSafetensors: header, bytes 8 to 15: not UTF-8, expected JSON in UTF-8');
  });

  test('a repeated name', () => {
    const twice = '{"a":{"dtype":"F32","shape":[],"data_offsets":[0,4]},"a":1}';
    expect(header(twice, 4)).toBe('readSafetensors: header, byte 61: "a" is a duplicate, expected each name once');
    expect(header('{"a":{"dtype":"F32","dtype":"F32"}}')).toMatch(/"dtype" is a duplicate/);
  });

  test('an entry with missing or invalid fields', () => {
    expect(a(3)).toBe("readSafetensors: tensor 'a' is 3 in the header, expected an object");
    expect(a({})).toBe("readSafetensors: tensor 'a' has nothing as dtype, expected a string");
    expect(a({ dtype: 'F32', shape: [-1] })).toBe(
      "readSafetensors: tensor 'a' has [-1] as shape, expected whole numbers of at least 0",
    );
    expect(a({ dtype: 'F32', shape: [2 ** 60] })).toMatch(/as shape, expected whole numbers/);
    expect(a({ dtype: 'F32', shape: 'x'.repeat(1000) })).toMatch(/^.{85,130}… as shape, expected whole numbers/);
    expect(a({ dtype: 'F32', shape: [2], data_offsets: [0] })).toBe(
      "readSafetensors: tensor 'a' has [0] as data_offsets, expected two whole numbers of at least 0",
    );
    expect(a(entry('F32', [2], 8, 0))).toBe(
      "readSafetensors: tensor 'a' has data_offsets [8, 0], expected the second no less than the first",
    );
  });

  test('a shape that does not match its data', () => {
    expect(a(entry('F32', [3], 0, 8))).toBe(
      "readSafetensors: tensor 'a' has 8 bytes of data, expected 12 for shape [3] of F32",
    );
    expect(a(entry('F32', [2 ** 40, 2 ** 40], 0, 8))).toMatch(/has 8 bytes of data, expected 4\.8.*e\+24 for shape/);
  });

  test('data out of range, overlapping, with holes or left over', () => {
    expect(a(entry('F32', [2], 0, 8), 7)).toBe(
      "readSafetensors: tensor 'a' has data_offsets [0, 8], beyond the file's 7 bytes of data",
    );
    expect(messageOf(fileOf({ b: entry('F32', [2], 4, 12), a: entry('F32', [2], 0, 8) }, 12))).toBe(
      "readSafetensors: tensor 'b' has data_offsets [4, 12], which overlap 'a': expected 8 as the first",
    );
    expect(a(entry('F32', [1], 4, 8))).toBe(
      "readSafetensors: tensor 'a' has data_offsets [4, 8], which leave a gap after the header: expected 0 as the first",
    );
    const file = fileOf({ a: entry('F32', [1], 0, 4) }, 8);
    expect(messageOf(file)).toBe(
      `readSafetensors: 4 bytes from byte ${file.length - 4} on belong to no tensor, expected the file to end there`,
    );
  });

  test('metadata that are not strings', () => {
    expect(header('{"__metadata__":[]}')).toBe('readSafetensors: __metadata__ is [], expected an object of strings');
    expect(header('{"__metadata__":{"a":1}}')).toBe('readSafetensors: __metadata__ has 1 as "a", expected a string');
  });

  test('an unsupported dtype, or an integer that is too large', () => {
    expect(a(entry('BOOL', [8], 0, 8))).toBe(
      "readSafetensors: tensor 'a' is BOOL in the file, expected one of F32, F16, I32, U32, F64, BF16, I64",
    );
    expect(a(entry('NEW', [8], 0, 8))).toMatch(/tensor 'a' is NEW in the file/);
    expect(a(entry('I64', [1], 0, 8))).toBe(
      "readSafetensors: tensor 'a' is I64 in the file, its element 0 is 506097522914230528, expected a whole number in [-2147483648, 2147483647]",
    );
  });

  test('the error also has the byte and the tensor as fields', () => {
    const error = thrownBy(() => readSafetensors(fileOf({ a: entry('F32', [1], 4, 8) }, 8))) as FormatError;
    expect(error).toBeInstanceOf(GradfoldError);
    expect(error).toMatchObject({
      name: 'FormatError',
      tensor: 'a',
      byte: fileOf({ a: entry('F32', [1], 4, 8) }).length + 4,
    });
  });

  test('a value that is not a Uint8Array', () => {
    expect(() => readSafetensors('{}' as never)).toThrow('readSafetensors: bytes is string, expected a Uint8Array');
  });

  test('but a header may have any order, white space and unknown fields', () => {
    const b = { ...entry('F32', [1], 4, 8), note: [null, true, false, { x: -1.5e3 }] };
    const file = fileOf(`${JSON.stringify({ b, a: entry('U32', [1], 0, 4) }, null, '\t')}\n `, 8);
    expect(Object.keys(readSafetensors(file).tensors)).toEqual(['a', 'b']);
  });
});

describe('loadParameters', () => {
  const model = (fill: number) => ({
    hidden: { weight: backend().full([4, 4], fill), bias: backend().full([4], fill, 'f16') },
    steps: backend().full([], fill, 'i32'),
  });
  const valuesOf = async ({ hidden, steps }: ReturnType<typeof model>) =>
    Promise.all([hidden.weight.data(), hidden.bias.data(), steps.data()]);

  test('writes into existing tensors', async () => {
    const parameters = model(1);
    loadParameters(parameters, await saveSafetensors(model(2)));
    expect(await valuesOf(parameters)).toEqual(await valuesOf(model(2)));
  });

  test('names the tensor that does not match, and changes none', async () => {
    const parameters = model(1);
    const { hidden, steps } = model(2);
    const other = backend().zeros([3, 4]);
    const refuses = async (file: Parameters, message: string) => {
      const bytes = await saveSafetensors(file);
      const error = thrownBy(() => loadParameters(parameters, bytes));
      expect(error).toBeInstanceOf(FormatError);
      expect((error as Error).message).toBe(`loadParameters: tensor ${message}`);
    };
    await refuses(
      { hidden: { ...hidden, weight: other }, steps },
      "'hidden.weight' is [3, 4] in the file, expected [4, 4]",
    );
    await refuses({ hidden, steps: backend().zeros([], 'u32') }, "'steps' is U32 in the file, expected i32");
    await refuses({ hidden }, "'steps' is not in the file, expected a i32 tensor []");
    await refuses({ hidden, steps, other }, "'other' is in the file, but no parameter has that name");
    expect(await valuesOf(parameters)).toEqual(await valuesOf(model(1)));
  });

  test('skips other tensors of any dtype if strict is false', async () => {
    const x = backend().zeros([1], 'u32');
    const file = fileOf(
      { x: entry('U32', [1], 0, 4), seen: entry('BOOL', [4], 4, 8), n: entry('I64', [1], 8, 16) },
      16,
    );
    expect(() => loadParameters({ x }, file)).toThrow("loadParameters: tensor 'seen' is in the file");
    loadParameters({ x }, file, { strict: false });
    expect(await x.item()).toBe(0x03020100);
    expect(() => loadParameters({ x, y: backend().zeros([1]) }, file, { strict: false })).toThrow(
      "loadParameters: tensor 'y' is not in the file, expected a f32 tensor [1]",
    );
  });

  test('accepts tensors only, each once', async () => {
    const x = backend().zeros([1]);
    const file = await saveSafetensors({ x });
    expect(() => loadParameters({ x, y: x }, file)).toThrow("loadParameters: 'y' is the same tensor as 'x'");
    expect(() => loadParameters({ x: 3 } as never, file)).toThrow(
      "loadParameters: parameters 'x' is number, expected a tensor",
    );
    x.dispose();
    expect(() => loadParameters({ x }, file)).toThrow(DisposedError);
  });

  test('loads or rejects as a whole a file that is truncated or has one changed header byte', async () => {
    const saved = {
      layers: [{ weight: backend().tensor(uniform(6), [2, 3]), steps: backend().tensor([3, -1], [2], 'i32') }],
      half: backend().tensor([0.5, NAN], [2], 'f16'),
      none: backend().zeros([0, 2], 'u32'),
    };
    const zeros = () => ({
      layers: [{ weight: backend().zeros([2, 3]), steps: backend().zeros([2], 'i32') }],
      half: backend().zeros([2], 'f16'),
      none: backend().zeros([0, 2], 'u32'),
    });
    const parameters = zeros();
    const file = await saveSafetensors(saved, { metadata: { note: 'größer' } });
    const untouched = await saveSafetensors(zeros());
    const restored = await saveSafetensors(saved);
    const headerBytes = 8 + headerOf(file).length + (new TextEncoder().encode('ö').length - 1);
    const damage = fc.oneof(
      fc.integer({ min: 0, max: file.length - 1 }).map((length) => file.slice(0, length)),
      fc.tuple(fc.integer({ min: 0, max: headerBytes - 1 }), fc.integer({ min: 1, max: 255 })).map(([at, flip]) => {
        const changed = file.slice();
        changed[at] = (changed[at] as number) ^ flip;
        return changed;
      }),
    );
    let refused = 0;
    await fc.assert(
      fc.asyncProperty(damage, async (damaged) => {
        for (const read of [() => readSafetensors(damaged), () => loadSafetensors(damaged, backend())]) {
          const error = thrownBy(read);
          if (error !== undefined) expect(error).toBeInstanceOf(FormatError);
        }
        const error = thrownBy(() => loadParameters(parameters, damaged));
        if (error !== undefined) {
          refused++;
          expect(error).toBeInstanceOf(FormatError);
          return;
        }
        // The damage is in the metadata or the padding.
        expect(await saveSafetensors(parameters)).toEqual(restored);
        loadParameters(parameters, untouched);
      }),
      { numRuns: 1000 },
    );
    expect(refused).toBeGreaterThan(500);
    expect(await saveSafetensors(parameters)).toEqual(untouched);
  });
});
