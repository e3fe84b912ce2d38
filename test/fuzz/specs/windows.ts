import fc from 'fast-check';
import * as reference from '../../../src/reference/index.ts';
import type { Call, HostInput, HostInputs, Op, Options } from '../call.ts';
import { direct } from '../direct.ts';
import { inputsOf, looks, optionsOf, perhaps, styleOf } from '../draws.ts';
import { finiteSizes, orOverflow } from '../sizes.ts';
import { values } from '../values.ts';

type Judge = (...args: unknown[]) => reference.Float64NdArray;
const JUDGES = reference as unknown as Record<string, Judge>;

/** An op that adds up terms is measured by what their sizes add up to. `kept`: an input whose values only choose. */
function adding(name: string, positional: readonly string[], kept?: string): Op {
  return direct(name, positional, {
    dtype: firstOf(positional),
    floors: (inputs, options) => {
      const sizes = positional.map((input) =>
        input === kept ? inputs[input] : finiteSizes(inputs[input] as HostInput),
      );
      const { data } = (JUDGES[name] as Judge)(...sizes, options);
      // Before a mean is divided by the places of a window its sum may overflow.
      return {
        y: name.startsWith('average')
          ? orOverflow(
              data,
              data.map((mean) => mean * placesOf(options)),
            )
          : data,
      };
    },
  });
}

const firstOf =
  ([name]: readonly string[]) =>
  (inputs: HostInputs) =>
    (inputs[name as string] as HostInput).dtype;
const placesOf = ({ size }: Options) => (size as number[]).reduce((places, length) => places * length, 1);

export const WINDOWS: Readonly<Record<string, Op>> = {
  conv2d: adding('conv2d', ['x', 'weight']),
  conv2dInputBackward: adding('conv2dInputBackward', ['dy', 'weight']),
  conv2dWeightBackward: adding('conv2dWeightBackward', ['x', 'dy']),
  maxPool2d: direct('maxPool2d', ['x'], { dtype: firstOf(['x']) }),
  maxPool2dBackward: adding('maxPool2dBackward', ['x', 'dy'], 'x'),
  averagePool2d: adding('averagePool2d', ['x']),
  averagePool2dBackward: adding('averagePool2dBackward', ['dy']),
};

interface Windows {
  readonly size: readonly [number, number];
  readonly stride: number | readonly [number, number];
  readonly padding: number | readonly [number, number];
}

/** Few, since each is a kernel of its own: over each other, side by side, apart; larger than what they are over. */
const STYLES: readonly Windows[] = [
  { size: [3, 3], stride: 1, padding: 1 },
  { size: [2, 3], stride: [2, 1], padding: [1, 0] },
  { size: [2, 2], stride: 2, padding: 0 },
  { size: [1, 1], stride: [1, 3], padding: 0 },
];

const pairOf = (value: number | readonly [number, number]) =>
  typeof value === 'number' ? ([value, value] as const) : value;

/** The plane of windows over one, which is made as large as a window at least. */
function planesOf({ size, stride, padding }: Windows, [height, width]: readonly [number, number]) {
  const along = (axis: 0 | 1, length: number) => {
    const held = Math.max(length, size[axis] - 2 * pairOf(padding)[axis]);
    return [held, Math.floor((held + 2 * pairOf(padding)[axis] - size[axis]) / pairOf(stride)[axis]) + 1] as const;
  };
  const [[h, oh], [w, ow]] = [along(0, height), along(1, width)];
  return { plane: [h, w], windows: [oh, ow] };
}

const SIDES = fc.constantFrom(5, 1, 2, 3, 4, 7, 8, 9, 13);
const FEW = fc.constantFrom(2, 1, 3, 5, 8);
const drawn = fc.record({
  look: looks,
  images: fc.constantFrom(2, 1, 3, 2, 1, 0),
  channels: FEW,
  side: fc.tuple(SIDES, SIDES),
  style: fc.nat(11),
  first: values('any'),
  // Times the zeros around a plane it is zero, whoever multiplies them.
  second: values('finite'),
});

const convolutionCalls: fc.Arbitrary<Call> = fc
  .record({
    op: fc.constantFrom('conv2d', 'conv2dInputBackward', 'conv2dWeightBackward'),
    draw: drawn,
    outputs: FEW,
  })
  .map(({ op, draw: { look, images, channels, side, style, first, second }, outputs }) => {
    const windows = styleOf(look, STYLES, style);
    const { plane, windows: grid } = planesOf(windows, side);
    const { size, stride, padding } = windows;
    const shapes = {
      x: [images, channels, ...plane],
      weight: [outputs, channels, ...size],
      dy: [images, outputs, ...grid],
    };
    const [dtype] = look.dtypes;
    const input = (name: keyof typeof shapes, from: typeof first) => ({ shape: shapes[name], values: from, dtype });
    const inputs = {
      conv2d: { x: input('x', first), weight: input('weight', second) },
      conv2dInputBackward: { dy: input('dy', first), weight: input('weight', second) },
      conv2dWeightBackward: { x: input('x', first), dy: input('dy', second) },
    }[op] as Record<string, ReturnType<typeof input>>;
    const shape = { conv2d: undefined, conv2dInputBackward: shapes.x, conv2dWeightBackward: shapes.weight }[op];
    return {
      op,
      machine: look.machine,
      inputs: inputsOf(look, inputs),
      options: optionsOf({ stride, padding, shape }),
    };
  });

const poolingCalls: fc.Arbitrary<Call> = fc
  .record({
    op: fc.constantFrom('maxPool2d', 'maxPool2dBackward', 'averagePool2d', 'averagePool2dBackward'),
    draw: drawn,
    countPadding: perhaps(fc.boolean()),
  })
  .map(({ op, draw: { look, images, channels, side, style, first, second }, countPadding }) => {
    const windows = styleOf(look, STYLES, style);
    const { plane, windows: grid } = planesOf(windows, side);
    const [dtype] = look.dtypes;
    const x = { shape: [images, channels, ...plane], values: first, dtype };
    const dy = { shape: [images, channels, ...grid], values: op === 'averagePool2dBackward' ? first : second, dtype };
    const inputs = op === 'averagePool2dBackward' ? { dy } : op === 'maxPool2dBackward' ? { x, dy } : { x };
    const options = {
      ...windows,
      countPadding: op.startsWith('average') ? countPadding : undefined,
      shape: op === 'averagePool2dBackward' ? x.shape : undefined,
    };
    return { op, machine: look.machine, inputs: inputsOf(look, inputs), options: optionsOf(options) };
  });

export const windowCalls = fc.oneof({ weight: 3, arbitrary: convolutionCalls }, { weight: 2, arbitrary: poolingCalls });
