// jax-js: each call is one jitted function. Arrays are reference-counted: `.ref` keeps an array that a call would consume.

const EPSILON = 1e-5;

/**
 * @param {import('./peers.mjs').Library} library
 * @returns {Promise<import('./peers.mjs').Peer>}
 */
export async function open(library) {
  const browser = await library.provideBrowser();
  const jax = await library.load('@jax-js/jax');
  if (!(await jax.init('webgpu')).includes('webgpu')) throw new Error('bench/peers: jax-js does not open its webgpu');
  jax.defaultDevice('webgpu');
  const device = browser.device();
  /** @param {import('./peers.mjs').Spec} spec */
  const reason = ({ dtype }) =>
    dtype === 'f32' || device.features.has('shader-f16') ? undefined : 'f16 needs the feature shader-f16';
  return {
    name: 'jax-js',
    version: await library.version('@jax-js/jax'),
    device,
    errors: browser.errors,
    reason,
    prepare: async (spec) => (reason(spec) ? undefined : call(jax, spec)),
    flush() {},
    dispose: async () => device.destroy(),
  };
}

/**
 * @param {any} jax
 * @param {import('./peers.mjs').Spec} spec
 * @returns {import('./peers.mjs').Call}
 */
function call(jax, spec) {
  const { note, inputs, compute } = OPS[spec.op](jax, spec);
  const jitted = jax.jit(compute);
  /** The outputs of the latest two runs, whose buffers alternate. @type {Record<string, any>[]} */
  const runs = [];
  return {
    note: `jit of ${note}`,
    async run() {
      if (runs.length > 1) jax.tree.dispose(runs.shift());
      /** @type {Record<string, any>} */
      const outputs = jitted(...inputs.map((input) => input.ref));
      // Arrays are computed on demand; one output of a jitted function computes all of them.
      await Object.values(outputs)[0].ref.gpuBuffer();
      runs.push(outputs);
    },
    async results() {
      const results = Object.entries(runs.at(-1) ?? {}).map(async ([name, array]) => [
        name,
        await array.ref.astype(jax.numpy.float32).data(),
      ]);
      return Object.fromEntries(await Promise.all(results));
    },
    dispose() {
      for (const arrays of [...runs.splice(0), inputs.splice(0)]) jax.tree.dispose(arrays);
      jitted.dispose();
    },
  };
}

/**
 * @typedef {(jax: any, spec: import('./peers.mjs').Spec) =>
 *   { note: string, inputs: any[], compute: (...inputs: any[]) => Record<string, any> }} Op
 */

/** @type {Record<import('./peers.mjs').PeerOp, Op>} */
const OPS = {
  softmax(jax, spec) {
    const { wide, narrow, upload } = storage(jax, spec);
    return {
      note: 'nn.softmax',
      inputs: [upload(spec.inputs.x)],
      compute: (x) => ({ y: narrow(jax.nn.softmax(wide(x))) }),
    };
  },

  softmaxBackward(jax, spec) {
    const { wide, narrow, upload } = storage(jax, spec);
    return {
      note: 'y·(dy - numpy.sum(y·dy))',
      inputs: [upload(spec.inputs.y), upload(spec.inputs.dy)],
      compute(stored, upstream) {
        const [y, dy] = [wide(stored), wide(upstream)];
        const dot = jax.numpy.sum(y.ref.mul(dy.ref), -1, { keepdims: true });
        return { dx: narrow(y.mul(dy.sub(dot))) };
      },
    };
  },

  crossEntropyWithGradient(jax, spec) {
    const np = jax.numpy;
    const { wide, narrow, upload } = storage(jax, spec);
    const [rows = 0, classes] = spec.shape;
    const labels = np.array(spec.inputs.labels, { shape: [rows, 1] });
    // nn.oneHot would build a table of classes × classes, which is silently wrong if it is too large.
    const loss = (/** @type {any} */ x, /** @type {any} */ labels) => {
      const isLabel = np.arange(classes).astype(np.int32).reshape([1, classes]).equal(labels);
      const ofLabel = np.sum(np.where(isLabel, x.ref, 0), -1);
      return np.mean(jax.nn.logsumexp(x, -1).sub(ofLabel));
    };
    return {
      note: 'valueAndGrad of the mean of nn.logsumexp minus the label’s logit, found by numpy.arange',
      inputs: [upload(spec.inputs.logits), labels],
      compute(x, labels) {
        const [value, gradient] = jax.valueAndGrad(loss)(wide(x), labels);
        return { loss: value, gradient: narrow(gradient) };
      },
    };
  },

  batchNormTrain(jax, spec) {
    const { wide, narrow, upload } = storage(jax, spec);
    const { axes, along, gamma, beta } = batchNorm(jax, spec);
    return {
      note: 'nn.standardize',
      inputs: [upload(spec.inputs.x), gamma, beta],
      compute(x, gamma, beta) {
        const unit = jax.nn.standardize(wide(x), axes, { epsilon: EPSILON });
        return { y: narrow(unit.mul(gamma.reshape(along)).add(beta.reshape(along))) };
      },
    };
  },

  // Written out: jax.grad of the above takes three times as long.
  'batchNormTrain + batchNormBackward'(jax, spec) {
    const { numpy: np } = jax;
    const { wide, narrow, upload } = storage(jax, spec);
    const { axes, along, gamma, beta } = batchNorm(jax, spec);
    beta.dispose();
    const perElement = gamma.size / spec.inputs.x.length;
    return {
      note: 'nn.standardize and the gradient written out',
      inputs: [upload(spec.inputs.x), gamma, upload(spec.inputs.dy)],
      compute(stored, gamma, upstream) {
        const [x, dy] = [wide(stored), wide(upstream)];
        const mean = x.ref.mean(axes, { keepdims: true });
        const variance = np.square(x.ref).mean(axes, { keepdims: true }).sub(np.square(mean.ref));
        const rstd = np.reciprocal(np.sqrt(variance.add(EPSILON)));
        const unit = x.sub(mean).mul(rstd.ref);
        const dBeta = np.sum(dy.ref, axes, { keepdims: true });
        const dGamma = np.sum(dy.ref.mul(unit.ref), axes, { keepdims: true });
        const across = unit.mul(dGamma.ref.mul(perElement)).add(dBeta.ref.mul(perElement));
        const dx = dy.sub(across).mul(rstd.mul(gamma.reshape(along)));
        return { dx: narrow(dx), dGamma: dGamma.reshape([-1]), dBeta: dBeta.reshape([-1]) };
      },
    };
  },
};

/**
 * Stores f16, computes in f32.
 *
 * @param {any} jax
 * @param {import('./peers.mjs').Spec} spec
 */
function storage({ numpy: np }, { dtype, shape }) {
  const half = dtype === 'f16';
  return {
    wide: (/** @type {any} */ array) => (half ? array.astype(np.float32) : array),
    narrow: (/** @type {any} */ array) => (half ? array.astype(np.float16) : array),
    upload(/** @type {Float32Array | undefined} */ values) {
      const array = np.array(values, { shape });
      return half ? array.astype(np.float16) : array;
    },
  };
}

/**
 * @param {any} jax
 * @param {import('./peers.mjs').Spec} spec
 */
function batchNorm({ numpy: np }, { shape, channelAxis = 1, inputs: { gamma, beta } }) {
  return {
    axes: shape.map((_, axis) => axis).filter((axis) => axis !== channelAxis),
    along: shape.map((length, axis) => (axis === channelAxis ? length : 1)),
    gamma: np.array(gamma),
    beta: np.array(beta),
  };
}
