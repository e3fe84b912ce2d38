// What Gradfold uses of an implementation, and how long a read takes there.

/**
 * @typedef {object} Used
 * @property {string} subgroups The range of their sizes, or 'no'.
 * @property {string} halves How f16 is stored and converted.
 * @property {string} timestamps
 * @property {string} binding The largest storage binding, in MiB.
 * @property {string} buffer The largest buffer, in MiB.
 * @property {string} workgroup The largest workgroup, in invocations.
 * @property {string} bindings Storage buffers per stage.
 */

/**
 * Returns what Gradfold uses on a backend.
 *
 * @param {import('gradfold').Backend} backend
 * @returns {Used}
 */
export function usedBy({ device, info, runtime }) {
  const { subgroup, halves } = runtime.machine;
  const { limits } = device;
  return {
    subgroups: subgroup
      ? subgroup.min === subgroup.max
        ? `${subgroup.min}`
        : `${subgroup.min} to ${subgroup.max}`
      : 'no',
    halves,
    timestamps: info.features.includes('timestamp-query') ? 'yes' : 'no',
    binding: `${limits.maxStorageBufferBindingSize / 2 ** 20}`,
    buffer: `${Math.floor(limits.maxBufferSize / 2 ** 20)}`,
    workgroup: `${limits.maxComputeInvocationsPerWorkgroup}`,
    bindings: `${limits.maxStorageBuffersPerShaderStage}`,
  };
}

const READS = 40;

/**
 * Returns the milliseconds that a tensor of one element takes to be computed and read, a number per read.
 *
 * @param {Pick<typeof import('gradfold'), 'add'>} gradfold
 * @param {import('gradfold').Backend} backend
 */
export async function timeReads({ add }, backend) {
  let x = backend.tensor([1]);
  const milliseconds = [];
  for (let i = 1; i <= READS; i++) {
    const started = performance.now();
    const y = add(x, x);
    if ((await y.item()) !== 2 ** i) throw new Error(`2^${i} was read as another number`);
    milliseconds.push(performance.now() - started);
    x.dispose();
    x = y;
  }
  x.dispose();
  return milliseconds;
}

/** @param {readonly number[]} values */
export function median(values) {
  const sorted = [...values].sort((a, b) => a - b);
  const half = sorted.length / 2;
  return (Number(sorted[Math.floor(half)]) + Number(sorted[Math.ceil(half) - 1])) / 2;
}
