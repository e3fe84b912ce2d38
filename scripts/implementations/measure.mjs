// What Gradfold uses of an implementation, and how long a read takes there.

/**
 * @typedef {object} Used What Gradfold uses on a backend, as text for a table.
 * @property {string} subgroups
 * @property {string} f16 How single halves are stored.
 * @property {string} conversions How halves become f32, and f32 halves.
 * @property {string} exp2 Where a probe bounded the error of the built-in exp2.
 * @property {string} timestamps
 * @property {string} limits The largest binding and buffer, in MiB, and workgroup; storage buffers per stage.
 */

/**
 * @param {import('gradfold').Backend} backend
 * @returns {Used}
 */
export function usedBy({ device, info, runtime }) {
  const { subgroup, halves, widen, narrow, exp2, exp2Below } = runtime.machine;
  const { maxStorageBufferBindingSize, maxBufferSize, maxStorageBuffersPerShaderStage } = device.limits;
  const { maxComputeInvocationsPerWorkgroup } = device.limits;
  const mebibytes = (/** @type {number} */ bytes) => Math.round(bytes / 2 ** 20);
  const sizes = subgroup && (subgroup.min === subgroup.max ? subgroup.min : `${subgroup.min} to ${subgroup.max}`);
  return {
    subgroups: sizes ? `of ${sizes}` : 'no',
    f16: halves === 'native' ? 'stored as f16' : 'stored in words',
    conversions: `read by ${CONVERSION[widen]}, rounded by ${CONVERSION[narrow]}`,
    exp2: [...(exp2 === 'bounded' ? ['near 0'] : []), ...(exp2Below ? ['below 0'] : [])].join(', ') || 'nowhere',
    timestamps: info.features.includes('timestamp-query') ? 'yes' : 'no',
    limits: [
      `bindings of ${mebibytes(maxStorageBufferBindingSize)} MiB`,
      `buffers of ${mebibytes(maxBufferSize)} MiB`,
      `${maxComputeInvocationsPerWorkgroup} invocations`,
      `${maxStorageBuffersPerShaderStage} storage buffers`,
    ].join(', '),
  };
}

const CONVERSION = { unpack: 'unpack2x16float', pack: 'pack2x16float', types: 'the type f16', integers: 'integers' };

const READS = 50;

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

/**
 * Returns the median of the means of ten values each. A browser's clock may tell whole milliseconds only.
 *
 * @param {readonly number[]} values
 */
export function medianOfTens(values) {
  const means = [];
  for (let i = 0; i + 10 <= values.length; i += 10) means.push(values.slice(i, i + 10).reduce((a, b) => a + b) / 10);
  means.sort((a, b) => a - b);
  return Number(means[Math.floor(means.length / 2)]);
}
