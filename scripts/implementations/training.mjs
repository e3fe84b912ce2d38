// A perceptron with batch normalization, trained on points around four centers by gradient descent with momentum. The
// reference trains the same one in float64, with its ops only.

/** @typedef {import('gradfold/reference').Float64NdArray} Values */

const [INPUTS, HIDDEN, CLASSES, BATCH, BATCHES, STEPS] = [20, 16, 4, 24, 7, 200];
const RATE = 0.1;
const MOMENTUM = 0.9;

/**
 * Numbers in [low, high), determined by the seed: xorshift32 (Marsaglia, 2003).
 *
 * @param {number} size
 */
export function uniform(size, low = -1, high = 1, seed = 1) {
  let state = Math.imul(seed, 0x9e3779b9) | 1;
  return Float32Array.from({ length: size }, () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return low + ((state >>> 0) / 2 ** 32) * (high - low);
  });
}

/** Enough noise around the centers that the loss does not vanish. */
const batches = Array.from({ length: BATCHES }, (_, k) => {
  const noise = uniform(BATCH * INPUTS, -1, 1, 10 + k);
  const centers = uniform(CLASSES * INPUTS, -0.7, 0.7, 5);
  const labels = Int32Array.from({ length: BATCH }, (_, i) => (i * 7 + k) % CLASSES);
  const center = (/** @type {number} */ i) => Number(labels[Math.floor(i / INPUTS)]) * INPUTS + (i % INPUTS);
  return { x: noise.map((value, i) => value + Number(centers[center(i)])), labels };
});

/** @param {number} step */
const batchOf = (step) => /** @type {typeof batches[number]} */ (batches[step % BATCHES]);

/**
 * Returns the loss of each step in float64.
 *
 * @param {typeof import('gradfold/reference')} reference
 * @param {Record<'weight' | 'gamma' | 'beta' | 'head' | 'bias', Values>} weights before the first step
 */
function referenceLosses(reference, weights) {
  /** @type {Map<string, Float64Array>} */
  const velocity = new Map();
  return Array.from({ length: STEPS }, (_, step) => {
    const { x, labels } = batchOf(step);
    const input = { shape: [BATCH, INPUTS], data: x };
    const targets = { shape: [BATCH], data: labels };
    const { weight, gamma, beta, head, bias } = weights;
    const affine = /** @type {const} */ ({ gamma, beta, activation: 'relu' });
    const z = reference.matmul(input, weight);
    const { y, saved } = reference.batchNormTrain(z, affine);
    const logits = reference.add(reference.matmul(y, head), bias);
    const { loss, gradient } = reference.crossEntropyWithGradient(logits, targets);
    const back = reference.batchNormBackward(z, reference.matmul(gradient, head, { transposeB: true }), saved, affine);
    const gradients = {
      weight: reference.matmul(input, back.dx, { transposeA: true }),
      gamma: back.dGamma,
      beta: back.dBeta,
      head: reference.matmul(y, gradient, { transposeA: true }),
      bias: reference.sum(gradient, { axis: 0 }),
    };
    for (const name of /** @type {(keyof typeof weights)[]} */ (Object.keys(gradients))) {
      const v = gradients[name].data.map((value, i) => MOMENTUM * (velocity.get(name)?.[i] ?? 0) + value);
      velocity.set(name, v);
      const { shape, data } = weights[name];
      weights = { ...weights, [name]: { shape, data: data.map((value, i) => value - RATE * Number(v[i])) } };
    }
    return Number(loss.data[0]);
  });
}

/**
 * Trains on a backend, reading the loss of each step.
 *
 * @param {Pick<typeof import('gradfold'), 'nn' | 'sgd' | 'valueAndGrad' | 'crossEntropy'>} gradfold
 * @param {typeof import('gradfold/reference')} reference
 * @param {import('gradfold').Backend} backend
 * @returns {Promise<{ losses: number[], expected: number[], milliseconds: number[] }>} by step; the time includes the
 * read
 */
export async function train({ nn, sgd, valueAndGrad, crossEntropy }, reference, backend) {
  const layers = [nn.linear(INPUTS, HIDDEN), nn.batchNorm(HIDDEN), nn.relu(), nn.linear(HIDDEN, CLASSES)];
  const model = nn.sequential(backend, layers, { seed: 11 });
  const valuesOf = async (/** @type {import('gradfold').Tensor | undefined} */ tensor) => {
    if (!tensor) throw new Error('the model has other parameters');
    return { shape: [...tensor.shape], data: Float64Array.from(await tensor.data()) };
  };
  const [first, norm, last] = model.parameters;
  const expected = referenceLosses(reference, {
    weight: await valuesOf(first?.weight),
    gamma: await valuesOf(norm?.gamma),
    beta: await valuesOf(norm?.beta),
    head: await valuesOf(last?.weight),
    bias: await valuesOf(last?.bias),
  });
  const optimizer = sgd(model.parameters, { learningRate: RATE, momentum: MOMENTUM });
  const losses = [];
  const milliseconds = [];
  for (let step = 0; step < STEPS; step++) {
    const started = performance.now();
    const batch = batchOf(step);
    const x = backend.tensor(batch.x, [BATCH, INPUTS]);
    const labels = backend.tensor(batch.labels);
    const lossOf = (/** @type {import('gradfold').nn.Tensors[]} */ parameters) =>
      crossEntropy(model.forward(x, { training: true }, parameters), labels);
    const { value, gradients } = valueAndGrad(lossOf)(optimizer.parameters);
    optimizer.step(gradients);
    losses.push(await value.item());
    milliseconds.push(performance.now() - started);
    for (const tensor of [x, labels, value, ...gradients.flatMap((each) => Object.values(each))]) tensor.dispose();
  }
  optimizer.dispose();
  model.dispose();
  return { losses, expected, milliseconds };
}

/**
 * Returns the worst error of a loss, as a fraction of the first loss.
 *
 * @param {{ losses: number[], expected: number[] }} training
 */
export function lossError({ losses, expected }) {
  return Math.max(...losses.map((loss, step) => Math.abs(loss - Number(expected[step])))) / Number(expected[0]);
}
