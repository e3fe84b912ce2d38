import polynomial from '../../shaders/math/exp.wgsl';
import half from '../../shaders/math/exp_half.wgsl';
import reduced from '../../shaders/math/exp_reduced.wgsl';
import type { Machine } from '../plan/machine.ts';
import type { Part } from '../runtime/link.ts';

/** A part that depends on the machine, and on whether all elements that the kernel writes are halves. */
export type Choice = (machine: Machine, intoHalves: boolean) => Part;

/** `exp4` and `exp1` for sums and results in f32. A CPU computes the built-in `exp2` as a polynomial, too. */
export const exp: Choice = ({ kind, exp2 }) => (kind === 'gpu' && exp2 === 'bounded' ? reduced : polynomial);

/** `exp4` and `exp1` where they only affect elements that the kernel writes. */
export const expOfResults: Choice = (machine, intoHalves) =>
  intoHalves && machine.kind === 'gpu' && machine.exp2 === 'bounded' ? half : exp(machine, intoHalves);
