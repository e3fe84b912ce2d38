import backward from '../../shaders/cross_entropy_backward.wgsl';
import forward from '../../shaders/cross_entropy_forward.wgsl';
import math from '../../shaders/math/cross_entropy.wgsl';
import log from '../../shaders/math/log.wgsl';
import special from '../../shaders/math/special.wgsl';
import merge from '../../shaders/monoid/cross_entropy.wgsl';
import block from '../../shaders/monoid/cross_entropy_block.wgsl';
import subgroup from '../../shaders/monoid/cross_entropy_subgroup.wgsl';
import exponentials from '../../shaders/monoid/exponentials.wgsl';
import { GradfoldError } from '../core/errors.ts';
import { record } from '../core/recorder.ts';
import type { Tensor } from '../core/tensor.ts';
import { perRow } from '../kernels/bind.ts';
import { exp, fallingOfLogarithms } from '../kernels/exp.ts';
import { LARGEST_F32 } from '../plan/bits.ts';
import { checkNumber } from './check.ts';
import {
  type GradientCall,
  gradientKernel,
  LOSSES,
  launchGradient,
  launchLoss,
  lossesOf,
  lossKernel,
} from './class_loss_launch.ts';
import {
  backwardOptions,
  type ClassLoss,
  type ClassLossBackwardOptions,
  type ClassLossOptions,
  checkTargets,
  resolveClassLoss,
} from './class_targets.ts';
import { reduceLosses } from './reduction.ts';
import { byUpstream, checkUpstream } from './upstream.ts';

const SHARED = {
  maximumFirst: true,
  monoid: { merge, subgroup },
  parts: [math, exp, fallingOfLogarithms, log, special, block, { part: exponentials, names: { NAME: 'logits' } }],
};
const FORWARD = lossKernel({ entry: 'cross_entropy_forward', ...SHARED, parts: [forward, ...SHARED.parts] });
const BACKWARD = gradientKernel({
  entry: 'cross_entropy_backward',
  ...SHARED,
  parts: [backward, ...SHARED.parts],
  losses: LOSSES,
});

/**
 * Cross-entropy of logits x with targets q: `Σ_c q_c · (log Σ_k exp x_k - x_c)` per row.
 *
 * With labels, a loss stays accurate down to 1e-30 and under common offsets of up to 1e8, since the label's term is
 * left out of the sum and log1p is used. NaN or +inf in a row, or nothing but -inf, makes its loss NaN.
 * @param logits f32 or f16 `[N, C]`, `[N, C, ...]`, or `[C]` for one row
 * @param targets labels in `[0, C)` or equal to `ignoreIndex`, i32 or u32 `[N, ...]`; or probabilities, f32 or f16 with
 * the logits' shape, used without normalization
 * @returns a new f32 tensor: a scalar, or `[N, ...]` with reduction 'none'
 * @throws ShapeError; GradfoldError for a dtype or an option outside its range; LabelError for a label out of range.
 * For labels computed on the GPU, reads of the result reject instead
 */
export function crossEntropy(logits: Tensor, targets: Tensor, options: ClassLossOptions = {}): Tensor {
  const loss = resolveClassLoss('crossEntropy', 'logits', logits, targets, options);
  const causes = checkTargets(loss, options.ignoreIndex);
  // If a gradient is tracked, it is computed along with the loss, without another read of the logits. An f16 gradient
  // waits for its upstream scale.
  const fused = logits.backend.recorder?.tracks(logits) && loss.reduction !== 'none' && logits.dtype === 'f32';
  if (!fused) return recordLoss(loss, logits, options, launchLoss(loss, logits, FORWARD, causes));
  const { value, gradient } = launchWithGradient(loss, logits, logits.backend.empty(logits.shape, 'f32'), { causes });
  recordTerms(loss, logits, options, gradient, 'both');
  recordLoss(loss, logits, options, value, gradient);
  gradient.dispose();
  return value;
}

/**
 * The gradient of `crossEntropy` with respect to the logits, times `upstream`: `p·Σq - q` per row, with p = softmax(x).
 * Exactly 0 in ignored rows. Takes the same arguments and options.
 * @returns a new tensor with the logits' shape and dtype
 */
export function crossEntropyBackward(logits: Tensor, targets: Tensor, options: ClassLossBackwardOptions = {}): Tensor {
  return termsOf(logits, targets, options);
}

/**
 * Computes `crossEntropy` and its gradient together: one read and one write per row that fits on chip. Takes the same
 * arguments and options.
 * @param options.inPlace whether the gradient overwrites the logits: it is then a new tensor on their storage. Default
 * false
 * @param options.scale multiplies the gradient; a power of two keeps an f16 gradient from underflowing. Default 1
 * @returns the loss, as `crossEntropy` returns it, and the gradient, with the logits' shape and dtype
 * @throws GradfoldError for `inPlace` on logits that share a buffer with another argument or that `valueAndGrad`
 * tracks, and in the cases of `crossEntropy`
 */
export function crossEntropyWithGradient(
  logits: Tensor,
  targets: Tensor,
  options: ClassLossOptions & { inPlace?: boolean; scale?: number } = {},
): { loss: Tensor; gradient: Tensor } {
  const op = 'crossEntropyWithGradient';
  const loss = resolveClassLoss(op, 'logits', logits, targets, options);
  const scale = checkNumber(op, 'scale', options.scale ?? 1, -LARGEST_F32, LARGEST_F32);
  if (options.inPlace) {
    checkAlone(op, logits, { targets, weight: options.weight });
    checkUntracked(op, logits);
  }
  const causes = checkTargets(loss, options.ignoreIndex);
  const gradient = options.inPlace ? logits.view(0, logits.shape) : logits.backend.empty(logits.shape, logits.dtype);
  const { value } = launchWithGradient(loss, logits, gradient, { scale, causes });
  recordTerms(loss, logits, options, gradient, 'both', scale);
  recordLoss(loss, logits, options, value);
  return { loss: value, gradient };
}

/** Records a loss, perhaps with its gradient for an upstream of 1. @returns the loss */
function recordLoss(
  { op, targets, weight }: ClassLoss,
  logits: Tensor,
  options: ClassLossOptions,
  value: Tensor,
  gradient?: Tensor,
): Tensor {
  const inputs = { logits, targets, weight };
  return record(op, inputs, value, {
    keeps: { ...inputs, gradient },
    back: (dLoss, { logits, targets, weight, gradient }, { refuse, isOne, multiply }) => {
      refuse('targets', 'weight');
      if (!gradient) return { logits: termsOf(logits, targets, backwardOptions(options, weight, dLoss)) };
      return { logits: isOne(dLoss) ? gradient : multiply(gradient, dLoss) };
    },
  });
}

/** The terms of the gradient g·(p·Σq - q): both, or only the first. */
type Terms = 'both' | 'expected';

/** `crossEntropyBackward`, of these terms. */
function termsOf(logits: Tensor, targets: Tensor, options: ClassLossBackwardOptions, terms: Terms = 'both'): Tensor {
  const loss = resolveClassLoss('crossEntropyBackward', 'logits', logits, targets, options);
  checkUpstream(loss, logits, options.upstream);
  const causes = checkTargets(loss, options.ignoreIndex);
  const gradient = logits.backend.empty(logits.shape, logits.dtype);
  const losses = logits.backend.empty(loss.lossShape, 'f32');
  const total = launchGradient(loss, logits, gradient, BACKWARD, {
    upstream: options.upstream,
    causes,
    bind: { losses: perRow(losses) },
    constants: { ONLY_EXPECTED: terms === 'expected' },
  });
  losses.dispose();
  total.denominator?.dispose();
  return recordTerms(loss, logits, options, gradient, terms);
}

/**
 * Records a gradient of these terms, times `scale`. Its own gradient by the logits, given that of its elements, h, is
 * scale·(a - p·Σa) with a = h·g·p·Σq, whatever the terms. That is the gradient of a cross-entropy with the targets
 * -scale·a. @returns the gradient
 */
function recordTerms(
  loss: ClassLoss,
  logits: Tensor,
  options: ClassLossBackwardOptions,
  gradient: Tensor,
  terms: Terms,
  scale = 1,
): Tensor {
  const { op, axis, targets, weight } = loss;
  const inputs = { logits, targets, weight, upstream: options.upstream };
  return record(op, inputs, gradient, {
    keeps: inputs,
    back: (h, { logits, targets, weight, upstream }, pass) => {
      pass.refuse('targets', 'weight');
      const { inF32, multiply, scalarLike, wants } = pass;
      const x = inF32(logits);
      const byLogits = () => {
        const expected = termsOf(x, targets, backwardOptions(options, weight, upstream), 'expected');
        const a = multiply(expected, inF32(h));
        return termsOf(x, multiply(a, scalarLike(a, -scale)), { reduction: 'sum', axis });
      };
      const byScale = () =>
        byUpstream(pass, loss, h, termsOf(x, targets, backwardOptions(options, weight), terms), axis);
      return {
        logits: wants('logits') ? byLogits() : undefined,
        upstream: wants('upstream') ? byScale() : undefined,
      };
    },
  });
}

/** Computes the loss, and writes its gradient to `gradient`, which may share the logits' storage. */
function launchWithGradient(
  loss: ClassLoss,
  logits: Tensor,
  gradient: Tensor,
  call: GradientCall,
): { value: Tensor; gradient: Tensor } {
  const losses = logits.backend.empty(loss.lossShape, 'f32');
  const total = launchGradient(loss, logits, gradient, BACKWARD, {
    ...call,
    bind: { losses: lossesOf(loss, losses) },
    constants: { ONLY_EXPECTED: false },
  });
  const value = reduceLosses(loss.op, losses, loss.reduction, total);
  total.denominator?.dispose();
  return { value, gradient };
}

/** The backward pass may need logits that would be overwritten. */
function checkUntracked(op: string, logits: Tensor): void {
  if (logits.backend.recorder?.tracks(logits))
    throw new GradfoldError(`${op}: inPlace within valueAndGrad, which may still need the logits, expected false`);
}

/** No other argument may share the buffer of logits that are overwritten. */
function checkAlone(op: string, logits: Tensor, others: Record<string, Tensor | undefined>): void {
  for (const [name, tensor] of Object.entries(others)) {
    if (tensor?.storage.buffer === logits.storage.buffer) {
      throw new GradfoldError(
        `${op}: inPlace, and ${name} shares its buffer with logits, expected a buffer of its own`,
      );
    }
  }
}
