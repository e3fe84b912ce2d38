// Softmax regression with batch-norm and a hand-written backward pass: which third of the circle is a point in? All
// values stay on the GPU; only a loss is read back now and then. Run: node examples/softmax_regression.mjs

import {
  batchNormBackward,
  batchNormInference,
  batchNormTrain,
  classificationError,
  createBackend,
  crossEntropyWithGradient,
  matmul,
  subtract,
} from 'gradfold';

const POINTS = 300;
const CLASSES = 3;
const LEARNING_RATE = 0.5;

const backend = await createBackend();

// Points around the unit circle, labeled with the third that they lie in.
const angles = Array.from({ length: POINTS }, (_, i) => (2 * Math.PI * i) / POINTS);
const x = backend.tensor(
  angles.flatMap((angle) => [Math.cos(angle), Math.sin(angle)]),
  [POINTS, 2],
);
const labels = backend.tensor(
  angles.map((_, i) => Math.floor((CLASSES * i) / POINTS)),
  [POINTS],
  'i32',
);

let weight = backend.tensor([0.1, -0.2, 0.3, 0.2, 0.1, -0.3], [2, CLASSES]);
let gamma = backend.full([CLASSES], 1);
let beta = backend.zeros([CLASSES]);
const runningMean = backend.zeros([CLASSES]);
const runningVariance = backend.full([CLASSES], 1);

for (let step = 0; step <= 200; step++) {
  // A scope frees the tensors that are created in it, except those that it returns.
  const next = backend.scope(() => {
    const z = matmul(x, weight);
    const { y, saved } = batchNormTrain(z, { gamma, beta, runningMean, runningVariance });
    // The gradient of the logits, (softmax(y) - onehot)/N, times the learning rate, so that all later gradients are steps.
    const { loss, gradient } = crossEntropyWithGradient(y, labels, { scale: LEARNING_RATE });
    const { dx: dz, dGamma, dBeta } = batchNormBackward(z, gradient, saved, { gamma });
    return {
      loss,
      weight: subtract(weight, matmul(x, dz, { transposeA: true })),
      gamma: subtract(gamma, dGamma),
      beta: subtract(beta, dBeta),
    };
  });
  for (const old of [weight, gamma, beta]) old.dispose();
  ({ weight, gamma, beta } = next);
  if (step % 50 === 0) console.log(`step ${step}: loss ${(await next.loss.item()).toFixed(4)}`);
  next.loss.dispose();
}

const logits = batchNormInference(matmul(x, weight), { mean: runningMean, variance: runningVariance, gamma, beta });
console.log(`error ${(await classificationError(logits, labels).item()).toFixed(4)}`);
await backend.dispose();
