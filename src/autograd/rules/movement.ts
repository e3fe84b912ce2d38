import type { Tensor } from '../../core/tensor.ts';
import { copyInto } from '../../ops/copy.ts';
import { gather } from '../../ops/gather.ts';
import { gatherBackward } from '../../ops/gather_backward.ts';
import { slice } from '../../ops/slice.ts';
import { transpose } from '../../ops/transpose.ts';
import { stridesOf } from '../../plan/strides.ts';
import { inF32, nothing, ofOne, type Rule } from './rule.ts';

/** What only moves values moves their gradients back. */
export const MOVEMENT: Readonly<Record<string, Rule>> = {
  reshape: ofOne(nothing, (dy, _, { inputs: { x } }) => ({ x: dy.reshape(x.shape) })),
  // To the input's dtype gradients go by themselves.
  cast: ofOne(nothing, (dy) => ({ x: dy })),
  transpose: ofOne(nothing, (dy, _, { options }) => {
    const order = options.order as readonly number[];
    return {
      x: transpose(
        dy,
        order.map((_, axis) => order.indexOf(axis)),
      ),
    };
  }),
  slice: ofOne(nothing, (dy, _, { inputs: { x }, options }) => {
    const dx = dy.backend.zeros(x.shape, dy.dtype);
    const to = stridesOf(x.shape);
    const toStart = (options.starts as readonly number[]).reduce((at, start, axis) => at + start * (to[axis] ?? 0), 0);
    copyInto('slice', dy, { shape: dy.shape, from: stridesOf(dy.shape), to, toStart }, dx);
    return { x: dx };
  }),
  gather: ofOne(
    (_, { indices }) => ({ indices: indices as Tensor }),
    (dy, { indices }, { inputs: { x }, options }) => ({
      x: gatherBackward(inF32(dy), indices, {
        shape: x.shape,
        axis: options.axis as number,
      }),
    }),
  ),
  gatherBackward: ofOne(
    (_, { indices }) => ({ indices: indices as Tensor }),
    (g, { indices }, { options }) => ({ dy: gather(g, indices, { axis: options.axis as number }) }),
  ),
  concat: ofOne(nothing, (dy, _, { inputs, options, wants }) => {
    let start = 0;
    const parts = Object.entries(inputs).map(([name, { shape }]): [string, Tensor | undefined] => {
      const starts = shape.map((_, axis) => (axis === options.axis ? start : 0));
      start += shape[options.axis as number] ?? 0;
      return [name, wants(name) ? slice(dy, starts, shape) : undefined];
    });
    return Object.fromEntries(parts);
  }),
};
