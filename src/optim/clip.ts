import clipShader from '../../shaders/clip_gradients.wgsl';
import classes from '../../shaders/elementwise/classes.wgsl';
import normShader from '../../shaders/global_norm.wgsl';
import special from '../../shaders/math/special.wgsl';
import updatePart from '../../shaders/optim/update.wgsl';
import squaresShader from '../../shaders/sum_squares.wgsl';
import { GradfoldError } from '../core/errors.ts';
import { leavesOf, type Parameters } from '../core/parameters.ts';
import { recordCall } from '../core/recorder.ts';
import type { Tensor } from '../core/tensor.ts';
import { read, result, scalar, update } from '../kernels/bind.ts';
import { launchElements } from '../kernels/elements.ts';
import { readParts, writeParts } from '../kernels/parts.ts';
import { sliceOf } from '../kernels/slices.ts';
import { checkDTypes } from '../ops/check.ts';
import { sum } from '../ops/sum.ts';
import { elementWindows } from '../plan/elements.ts';
import type { Machine } from '../plan/machine.ts';
import type { KernelSource } from '../runtime/link.ts';
import { gatherInto, layoutOf, viewsOf } from './arena.ts';

/** Vectors of four elements that each lane of sum_squares.wgsl sums. */
const BATCH = 16;
const SQUARES = {
  entry: 'sum_squares',
  parts: [squaresShader, special],
  constants: { BATCH },
  perLane: 4 * BATCH,
} as const;
const CLIP = {
  entry: 'clip_gradients',
  parts: [clipShader, updatePart, special, classes],
  constants: { CLIPPED: true },
  perLane: 4,
} as const;
const LARGEST = 2 ** 128 - 2 ** 104;

/**
 * Scales gradients so that their global norm is at most `maxNorm`. Each is multiplied by min(1, maxNorm / (norm +
 * 1e-6)), where norm = √Σ g² over all elements of all gradients, as in `torch.nn.utils.clip_grad_norm_`. Nothing is
 * read back.
 *
 * The norm is summed in a fixed order, without overflow or underflow (Blue, ACM TOMS 4, 1978). An infinite element
 * makes the norm infinite, itself NaN and all other elements 0. A NaN makes all elements NaN.
 *
 * Takes one dispatch per seven gradients, plus 4, or plus 5 for more than some hundred thousand elements, whose sum is
 * sliced.
 * @param gradients f32: a tensor, or arrays and records of tensors, as `valueAndGrad` returns them. They are not
 * changed
 * @param maxNorm at least 0; Infinity disables clipping
 * @returns new gradients in the same structure, views of one storage, and the norm before clipping, an f32 scalar
 * @throws GradfoldError for a gradient that is not an f32 tensor or appears twice, and for a `maxNorm` outside its
 * range; DisposedError
 */
export function clipByGlobalNorm<P extends Parameters>(gradients: P, maxNorm: number): { gradients: P; norm: Tensor } {
  const op = 'clipByGlobalNorm';
  const leaves = leavesOf(op, gradients, 'gradients');
  for (const { name, tensor } of leaves) checkDTypes(op, name, tensor, 'f32');
  const sources = leaves.map(({ tensor }) => tensor);
  checkNorm(op, 'maxNorm', maxNorm);
  const layout = layoutOf(sources);
  const { backend } = sources[0] as Tensor;
  const result = backend.scope(() => {
    const arena = backend.empty([layout.size], 'f32');
    gatherInto(op, layout, sources, arena);
    const clip = globalNorm(op, arena, maxNorm);
    scaleInPlace(op, arena, clip);
    return { gradients: viewsOf(gradients, layout, arena), norm: clip.view(0, []) };
  });
  // Without a backward pass: differentiating through the result throws.
  const inputs = Object.fromEntries(leaves.map(({ name, tensor }) => [name, tensor]));
  const outputs = Object.fromEntries(leavesOf(op, result.gradients).map(({ name, tensor }) => [name, tensor]));
  recordCall(backend.recorder, op, inputs, { ...outputs, norm: result.norm });
  return result;
}

/** @throws GradfoldError unless the value is a number of at least 0, or Infinity */
export function checkNorm(op: string, name: string, value: unknown): void {
  if (typeof value !== 'number' || !(value >= 0))
    throw new GradfoldError(`${op}: ${name} is ${String(value)}, expected a number of at least 0`);
}

/**
 * The norm of an arena and the factor to scale it by: [norm, scale], f32.
 * Takes three dispatches: partial sums of squares, their sum (two dispatches if it is sliced), and the two results.
 */
export function globalNorm(op: string, arena: Tensor, maxNorm: number): Tensor {
  const { backend } = arena;
  return backend.scope(() => {
    const sums = sum(squaresOf(op, arena), { axis: 1 });
    const clip = backend.empty([2], 'f32');
    const { runtime } = backend;
    const kernel = runtime.decide(normShader, undefined, normVariant);
    runtime.launch({
      op,
      kernel,
      bind: { sums: sliceOf(sums), clip: sliceOf(clip) },
      params: { max_norm: Math.min(maxNorm, LARGEST) },
      groups: 1,
    });
    return clip;
  });
}

function normVariant(_: undefined, machine: Machine): KernelSource {
  const parts = [
    normShader,
    special,
    ...readParts(machine, 'sums', undefined),
    ...writeParts(machine, 'clip', undefined),
  ];
  return { entry: 'global_norm', parts, constants: { WORKGROUP_SIZE: 1 } };
}

/** Sums of squares per lane, [3, lanes]: of small, medium and large numbers. */
function squaresOf(op: string, arena: Tensor): Tensor {
  const { backend, size } = arena;
  const lanesOf = (elements: number) => Math.ceil(elements / SQUARES.perLane);
  const windows = elementWindows(backend.runtime.machine, size);
  const lanes = windows.reduce((total, window) => total + lanesOf(window.size), 0);
  const partial = backend.empty([3, lanes], 'f32');
  let next = 0;
  const params = (window: { readonly size: number }) => {
    const firstLane = next;
    next += lanesOf(window.size);
    return { lanes, first_lane: firstLane };
  };
  launchElements(backend.runtime, {
    op,
    kernel: SQUARES,
    size,
    bind: { x: read(arena), partial: result(partial) },
    params,
  });
  return partial;
}

function scaleInPlace(op: string, gradients: Tensor, clip: Tensor): void {
  const bind = { gradients: update(gradients, 'clipped'), clip: scalar(clip) };
  launchElements(gradients.backend.runtime, { op, kernel: CLIP, size: gradients.size, bind });
}
