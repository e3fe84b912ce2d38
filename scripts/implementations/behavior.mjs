// What every implementation must do besides computing right: share devices and buffers, and blame each failure on the
// reads that depend on it.

/** @typedef {import('gradfold').Backend} Backend */

/**
 * Statements about a backend, each with a function that throws where it does not hold.
 *
 * @param {typeof import('gradfold')} gradfold
 * @returns {Readonly<Record<string, (backend: Backend) => Promise<void>>>}
 */
export function behaviorOf({ createBackend, crossEntropy, negate, softmax }) {
  /** Usage of a buffer for tensors: STORAGE | COPY_SRC | COPY_DST. */
  const usage = 0x80 | 0x4 | 0x8;
  const computes = async (/** @type {Backend} */ backend) =>
    equal([...(await softmax(backend.tensor([[1, 1]])).data())], [0.5, 0.5]);

  return {
    async 'the caller’s device is used, and survives the backend'({ device }) {
      for (let i = 0; i < 2; i++) {
        const backend = await createBackend({ device });
        equal(backend.device === device, true);
        await computes(backend);
        await backend.dispose();
      }
    },
    async 'the caller’s buffer is used in place'(backend) {
      const buffer = backend.device.createBuffer({ size: 16, usage, mappedAtCreation: true });
      new Float32Array(buffer.getMappedRange()).set([1, 2, 3, 4]);
      buffer.unmap();
      equal([...(await negate(backend.fromBuffer(buffer, [4])).data())], [-1, -2, -3, -4]);
      buffer.destroy();
    },
    async 'a wrong label made on the device rejects the reads that depend on it, no others'(backend) {
      const labels = backend.tensor([0, 5]).cast('i32');
      const losses = crossEntropy(backend.tensor([1, 2, 3, 4], [2, 2]), labels, { reduction: 'none' });
      await onlyFirstFails(losses, negate(backend.tensor([3])), 'crossEntropy: label 5 in row 1 is outside [0, 2)');
    },
    async 'a destroyed buffer rejects the reads that depend on it, no others'(backend) {
      const buffer = backend.device.createBuffer({ size: 16, usage });
      const y = negate(backend.fromBuffer(buffer, [4]));
      buffer.destroy();
      await onlyFirstFails(y, negate(backend.tensor([3])), 'could not run');
    },
    async 'a buffer of another device rejects the reads that depend on it, no others'(backend) {
      const other = await createBackend();
      const foreign = other.device.createBuffer({ size: 16, usage });
      const y = negate(backend.fromBuffer(foreign, [4]));
      await onlyFirstFails(y, negate(backend.tensor([3])), 'the buffer cannot be used on this device');
      await other.dispose();
    },
    async 'a lost device rejects what is pending, and a new backend works'() {
      const lost = await createBackend();
      const pending = softmax(lost.tensor([[1, 1]])).data();
      lost.device.destroy();
      equal((await errorOf(pending))?.name, 'DeviceLostError');
      await lost.dispose();
      const next = await createBackend();
      await computes(next);
      await next.dispose();
    },
    async 'a disposed backend rejects pending reads'() {
      const backend = await createBackend();
      const pending = errorOf(softmax(backend.tensor([[1, 1]])).data());
      await backend.dispose();
      equal((await pending)?.name, 'DisposedError');
    },
    async 'many tensors are read at once'(backend) {
      const xs = Array.from({ length: 100 }, (_, i) => negate(backend.tensor([i + 1])));
      const read = await Promise.all(xs.map((x) => x.item()));
      equal(
        read,
        xs.map((_, i) => -i - 1),
      );
    },
  };
}

/**
 * @param {import('gradfold').Tensor} failing
 * @param {import('gradfold').Tensor} other
 * @param {string} message what the failure must say
 */
async function onlyFirstFails(failing, other, message) {
  const [error, value] = await Promise.all([errorOf(failing.data()), other.item()]);
  equal(value, -3);
  if (!error?.message.includes(message)) throw new Error(`the read gave ${error}, expected an error with: ${message}`);
}

/**
 * @param {Promise<unknown>} promise
 * @returns {Promise<Error | undefined>}
 */
function errorOf(promise) {
  return promise.then(
    () => undefined,
    (error) => error,
  );
}

/**
 * @param {unknown} value
 * @param {unknown} expected
 */
function equal(value, expected) {
  const [a, b] = [JSON.stringify(value), JSON.stringify(expected)];
  if (a !== b) throw new Error(`${a}, expected ${b}`);
}
