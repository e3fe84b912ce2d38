import polynomial from '../../shaders/math/exp.wgsl';
import half from '../../shaders/math/exp_half.wgsl';
import reduced from '../../shaders/math/exp_reduced.wgsl';
import falling from '../../shaders/math/falling.wgsl';
import fallingHalves from '../../shaders/math/falling_halves.wgsl';
import type { Machine } from '../plan/machine.ts';
import type { Part } from '../runtime/link.ts';

/**
 * Whether all elements that a kernel reads are halves, and all elements and results per row that it writes. Losses do
 * not count: they are f32.
 */
export interface InHalves {
  readonly read: boolean;
  readonly written: boolean;
}

/** A part that depends on the machine, and on which elements are halves. */
export type Choice = (machine: Machine, halves: InHalves) => Part;

/** `exp4` and `exp1` for sums and results in f32. A CPU computes the built-in `exp2` as a polynomial, too. */
export const exp: Choice = ({ kind, exp2 }) => (kind === 'gpu' && exp2 === 'bounded' ? reduced : polynomial);

/** `exp4` and `exp1` where they only affect elements that the kernel writes. */
export const expOfResults: Choice = (machine, halves) =>
  halves.written && machine.kind === 'gpu' && machine.exp2 === 'bounded' ? half : exp(machine, halves);

/** `exponential4` for every use. */
export const fallingExponentials: Choice = () => falling;

/** `exponential4` where it affects logarithms of sums, and elements that the kernel writes. */
export const fallingOfLogarithms: Choice = ({ exp2Below }, { read, written }) =>
  read && written && exp2Below ? fallingHalves : falling;
