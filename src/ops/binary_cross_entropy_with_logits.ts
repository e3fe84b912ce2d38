import backward from '../../shaders/binary_cross_entropy_with_logits_backward.wgsl';
import forward from '../../shaders/binary_cross_entropy_with_logits_forward.wgsl';
import elementWeights from '../../shaders/math/element_weights.wgsl';
import elements from '../../shaders/math/elements.wgsl';
import exp from '../../shaders/math/exp.wgsl';
import log from '../../shaders/math/log.wgsl';
import sigmoid from '../../shaders/math/sigmoid.wgsl';
import special from '../../shaders/math/special.wgsl';
import type { Shape } from '../core/data.ts';
import { show } from '../core/data.ts';
import { ShapeError } from '../core/errors.ts';
import { record } from '../core/recorder.ts';
import type { Tensor } from '../core/tensor.ts';
import { read, scalar, write } from '../kernels/bind.ts';
import { launchElements } from '../kernels/elements.ts';
import { checkFloat, checkShape, checkTensors } from './check.ts';
import { broadcastTo } from './copy.ts';
import { checkReduction, type Reduction, reduceLosses } from './reduction.ts';
import { sigmoidBackward } from './sigmoid.ts';
import { byUpstream, checkUpstream, upstreamConstants } from './upstream.ts';

export interface BinaryCrossEntropyOptions {
  /** The reduction over elements. 'mean' divides by the number of elements, regardless of weights. @default 'mean' */
  reduction?: Reduction;
  /** w, the weight of each element, f32 or f16; broadcasts to the logits' shape. @default ones */
  weight?: Tensor;
  /** pw, the weight of the positive term of each element, f32 or f16; broadcasts to the logits' shape. @default ones */
  posWeight?: Tensor;
}

const FORWARD = {
  entry: 'binary_cross_entropy_with_logits_forward',
  parts: [forward, elementWeights, exp, log, special, elements],
};
const BACKWARD = {
  entry: 'binary_cross_entropy_with_logits_backward',
  parts: [backward, elementWeights, exp, sigmoid, special, elements],
};

/**
 * Binary cross-entropy of logits x and targets t: `-w·(pw·t·log σ(x) + (1 - t)·log(1 - σ(x)))` per element, computed
 * without overflow or cancellation.
 * @param logits f32 or f16, any shape
 * @param targets f32 or f16 in [0, 1], with the logits' shape
 * @returns a new f32 tensor: a scalar, or the logits' shape with reduction 'none'
 * @throws ShapeError if the targets' shape differs from the logits', or a weight does not broadcast to it;
 * GradfoldError for another dtype or reduction
 */
export function binaryCrossEntropyWithLogits(
  logits: Tensor,
  targets: Tensor,
  options: BinaryCrossEntropyOptions = {},
): Tensor {
  const op = 'binaryCrossEntropyWithLogits';
  const { reduction, inputs, constants, dispose } = resolve(op, logits, targets, options);
  const losses = logits.backend.empty(logits.shape, 'f32');
  const bind = { ...inputs, losses: write(losses) };
  launchElements(logits.backend.runtime, { op, kernel: FORWARD, size: losses.size, bind, constants });
  dispose();
  const y = reduceLosses(op, losses, reduction, { divisor: reduction === 'mean' ? losses.size : 1 });
  const given = { logits, targets, weight: options.weight, posWeight: options.posWeight };
  return record(op, given, y, {
    keeps: given,
    back: (upstream, { logits, targets, weight, posWeight }, pass) => {
      pass.refuse('targets', 'weight', 'posWeight');
      const once = { reduction, upstream, ...weightsOf(weight, posWeight) };
      return { logits: binaryCrossEntropyWithLogitsBackward(logits, targets, once) };
    },
  });
}

/**
 * The gradient of `binaryCrossEntropyWithLogits` with respect to the logits: `w·((1 - t)·σ(x) - pw·t·σ(-x))`, times
 * `upstream`, divided by the number of elements with reduction 'mean'. Takes the same arguments and options.
 * @param options.upstream the gradient of the loss, f32: a scalar, or the logits' shape with reduction 'none'. Default
 * 1
 * @returns a new tensor with the logits' shape and dtype
 */
export function binaryCrossEntropyWithLogitsBackward(
  logits: Tensor,
  targets: Tensor,
  options: BinaryCrossEntropyOptions & { upstream?: Tensor } = {},
): Tensor {
  const op = 'binaryCrossEntropyWithLogitsBackward';
  checkTensors(op, { logits, targets });
  const loss = { op, reduction: checkReduction(op, options.reduction), lossShape: logits.shape };
  checkUpstream(loss, logits, options.upstream);
  const { inputs, constants, dispose } = resolve(op, logits, targets, options);
  const dx = logits.backend.empty(logits.shape, logits.dtype);
  const { upstream } = options;
  const bind = {
    ...inputs,
    dx: write(dx),
    upstream: loss.reduction === 'none' ? read(upstream) : scalar(upstream),
  };
  launchElements(logits.backend.runtime, {
    op,
    kernel: BACKWARD,
    size: dx.size,
    bind,
    params: { divisor: loss.reduction === 'mean' ? logits.size : 1 },
    constants: { ...constants, ...upstreamConstants(loss, upstream) },
  });
  dispose();
  const { weight, posWeight } = options;
  const given = { logits, targets, weight, posWeight, upstream };
  return record(op, given, dx, {
    keeps: given,
    back: (h, { logits, targets, weight, posWeight, upstream }, pass) => {
      pass.refuse('targets', 'weight', 'posWeight');
      const x = pass.inF32(logits);
      const once = { reduction: loss.reduction, ...weightsOf(weight, posWeight) };
      const slopeAt = (logits: Tensor) =>
        binaryCrossEntropyWithLogitsBackward(logits, targets, { ...once, ...(upstream && { upstream }) });
      // From -∞ to ∞ the slope rises like a multiple of σ.
      const rise = () =>
        pass.subtract(slopeAt(x.backend.full(x.shape, Infinity)), slopeAt(x.backend.full(x.shape, -Infinity)));
      return {
        logits: pass.wants('logits') ? sigmoidBackward(x, pass.multiply(rise(), pass.inF32(h))) : undefined,
        upstream: pass.wants('upstream')
          ? byUpstream(pass, loss, h, binaryCrossEntropyWithLogitsBackward(x, targets, once))
          : undefined,
      };
    },
  });
}

function weightsOf(weight: Tensor | undefined, posWeight: Tensor | undefined) {
  return { ...(weight && { weight }), ...(posWeight && { posWeight }) };
}

function resolve(op: string, logits: Tensor, targets: Tensor, options: BinaryCrossEntropyOptions) {
  const { weight, posWeight } = options;
  checkTensors(op, { logits, targets }, { weight, posWeight });
  const reduction = checkReduction(op, options.reduction);
  for (const [name, tensor] of Object.entries({ logits, targets, weight, posWeight }))
    if (tensor) checkFloat(op, name, tensor);
  checkShape(op, 'targets', targets.shape, logits.shape, 'logits');
  for (const [name, tensor] of Object.entries({ weight, posWeight })) {
    if (tensor && !broadcastsTo(tensor.shape, logits.shape)) {
      throw new ShapeError(
        `${op}: ${name} is ${show(tensor.shape)}, which does not broadcast to logits ${show(logits.shape)}`,
      );
    }
  }
  const [w, pw] = [weight, posWeight].map((tensor) => tensor && broadcastTo(op, tensor, logits.shape));
  return {
    reduction,
    inputs: { x: read(logits), t: read(targets), weight: read(w), pos_weight: read(pw) },
    constants: { WEIGHTED: weight !== undefined, POS_WEIGHTED: posWeight !== undefined },
    dispose: () => {
      if (w !== weight) w?.dispose();
      if (pw !== posWeight) pw?.dispose();
    },
  };
}

function broadcastsTo(shape: Shape, to: Shape): boolean {
  const missing = to.length - shape.length;
  return missing >= 0 && shape.every((length, axis) => length === 1 || length === to[axis + missing]);
}
