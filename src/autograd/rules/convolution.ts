import { type Conv2dOptions, conv2d, conv2dInputBackward, conv2dWeightBackward } from '../../ops/conv2d.ts';
import { ofOne, type Rule } from './rule.ts';

/** A convolution is linear in both its factors, so that it and its two gradients are each other's gradients. */
export const CONVOLUTION: Readonly<Record<string, Rule>> = {
  conv2d: ofOne(
    ({ x, weight }) => ({ x, weight }),
    (dy, { x, weight }, { options, wants }) => ({
      x: wants('x') ? conv2dInputBackward(dy, weight, { ...options, shape: x.shape }) : undefined,
      weight: wants('weight') ? conv2dWeightBackward(x, dy, { ...options, shape: weight.shape }) : undefined,
    }),
  ),
  conv2dInputBackward: ofOne(
    ({ dy, weight }) => ({ dy, weight }),
    (g, { dy, weight }, { options, wants }) => ({
      dy: wants('dy') ? conv2d(g, weight, optionsOf(options)) : undefined,
      weight: wants('weight') ? conv2dWeightBackward(g, dy, { ...options, shape: weight.shape }) : undefined,
    }),
  ),
  conv2dWeightBackward: ofOne(
    ({ x, dy }) => ({ x, dy }),
    (g, { x, dy }, { options, wants }) => ({
      x: wants('x') ? conv2dInputBackward(dy, g, { ...options, shape: x.shape }) : undefined,
      dy: wants('dy') ? conv2d(x, g, optionsOf(options)) : undefined,
    }),
  ),
};

function optionsOf({ stride, padding }: Conv2dOptions): Conv2dOptions {
  return { ...(stride !== undefined && { stride }), ...(padding !== undefined && { padding }) };
}
