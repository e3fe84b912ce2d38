// TensorFlow.js, through its own functions if it has them.

const EPSILON = 1e-5;

/**
 * @param {import('./peers.mjs').Library} library
 * @returns {Promise<import('./peers.mjs').Peer>}
 */
export async function open(library) {
  const browser = await library.provideBrowser();
  const { default: tf } = await library.load('@tensorflow/tfjs');
  await library.load('@tensorflow/tfjs-backend-webgpu');
  if (!(await tf.setBackend('webgpu'))) throw new Error('bench/peers: TensorFlow.js does not open its webgpu backend');
  await tf.ready();
  // Otherwise small tensors are computed on the processor.
  tf.env().set('WEBGPU_CPU_FORWARD', false);
  const device = browser.device();
  /** @param {import('./peers.mjs').Spec} spec */
  const reason = ({ dtype }) => (dtype === 'f32' ? undefined : 'no f16 tensors');
  return {
    name: 'TensorFlow.js',
    version: await library.version('@tensorflow/tfjs'),
    device,
    errors: browser.errors,
    reason,
    prepare: async (spec) => (reason(spec) ? undefined : call(tf, spec)),
    // The library collects fifteen dispatches before it submits them.
    flush() {
      const backend = tf.backend();
      backend.ensureCommandEncoderReady();
      backend.endComputePassEncoder();
      backend.submitQueue();
    },
    async dispose() {
      tf.removeBackend('webgpu');
      device.destroy();
    },
  };
}

/**
 * @param {any} tf
 * @param {import('./peers.mjs').Spec} spec
 * @returns {import('./peers.mjs').Call}
 */
function call(tf, spec) {
  const { note, inputs, compute } = OPS[spec.op](tf, spec);
  /** The outputs of the latest two runs, whose buffers alternate. @type {any[]} */
  const runs = [];
  return {
    note,
    run() {
      if (runs.length > 1) tf.dispose(runs.shift());
      runs.push(tf.tidy(compute));
    },
    async results() {
      const results = Object.entries(runs.at(-1)).map(async ([name, tensor]) => [name, await tensor.data()]);
      return Object.fromEntries(await Promise.all(results));
    },
    dispose: () => tf.dispose([...runs.splice(0), ...inputs]),
  };
}

/**
 * @typedef {(tf: any, spec: import('./peers.mjs').Spec) =>
 *   { note: string, inputs: any[], compute: () => Record<string, any> }} Op
 */

/** @type {Record<import('./peers.mjs').PeerOp, Op>} */
const OPS = {
  softmax(tf, { shape, inputs }) {
    const x = tf.tensor(inputs.x, shape);
    return { note: 'tf.softmax', inputs: [x], compute: () => ({ y: tf.softmax(x) }) };
  },

  softmaxBackward(tf, { shape, inputs }) {
    const y = tf.tensor(inputs.y, shape);
    const dy = tf.tensor(inputs.dy, shape);
    const compute = () => ({ dx: y.mul(dy.sub(y.mul(dy).sum(-1, true))) });
    return { note: 'y·(dy - tf.sum(y·dy))', inputs: [y, dy], compute };
  },

  crossEntropyWithGradient(tf, { shape, inputs }) {
    const x = tf.tensor(inputs.logits, shape);
    const labels = tf.tensor(inputs.labels, [shape[0]], 'int32');
    const compute = () => {
      const target = tf.oneHot(labels, shape.at(-1));
      const { value, grad } = tf.valueAndGrad((/** @type {any} */ z) => tf.losses.softmaxCrossEntropy(target, z))(x);
      return { loss: value, gradient: grad };
    };
    return { note: 'tf.valueAndGrad of tf.losses.softmaxCrossEntropy of tf.oneHot', inputs: [x, labels], compute };
  },

  batchNormTrain(tf, spec) {
    const { x, gamma, beta, axes, along } = batchNorm(tf, spec);
    const compute = () => {
      const { mean, variance } = tf.moments(x, axes, true);
      return { y: tf.batchNorm(x, mean, variance, beta.reshape(along), gamma.reshape(along), EPSILON) };
    };
    return { note: 'tf.batchNorm by tf.moments', inputs: [x, gamma, beta], compute };
  },

  // Written out: tf.grads of the above takes twice as long and fails unless the channels are last.
  'batchNormTrain + batchNormBackward'(tf, spec) {
    const { x, gamma, beta, axes, along } = batchNorm(tf, spec);
    const dy = tf.tensor(spec.inputs.dy, spec.shape);
    const perElement = gamma.size / x.size;
    const compute = () => {
      const { mean, variance } = tf.moments(x, axes, true);
      const rstd = variance.add(EPSILON).rsqrt();
      const unit = x.sub(mean).mul(rstd);
      const dBeta = dy.sum(axes, true);
      const dGamma = dy.mul(unit).sum(axes, true);
      const across = unit.mul(dGamma.mul(perElement)).add(dBeta.mul(perElement));
      const dx = dy.sub(across).mul(rstd.mul(gamma.reshape(along)));
      return { dx, dGamma: dGamma.flatten(), dBeta: dBeta.flatten() };
    };
    return { note: 'written out, by tf.moments', inputs: [x, gamma, beta, dy], compute };
  },
};

/**
 * @param {any} tf
 * @param {import('./peers.mjs').Spec} spec
 */
function batchNorm(tf, { shape, channelAxis = 1, inputs: { x, gamma, beta } }) {
  return {
    x: tf.tensor(x, shape),
    gamma: tf.tensor(gamma),
    beta: tf.tensor(beta),
    axes: shape.map((_, axis) => axis).filter((axis) => axis !== channelAxis),
    along: shape.map((length, axis) => (axis === channelAxis ? length : 1)),
  };
}
