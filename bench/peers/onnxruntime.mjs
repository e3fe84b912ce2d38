// ONNX Runtime Web, with models built from standard operators: it has no gradients and rejects batch-norm in training
// mode.

import { FLOAT, Graph } from './onnx.mjs';

const EPSILON = 1e-5;

/**
 * @param {import('./peers.mjs').Library} library
 * @returns {Promise<import('./peers.mjs').Peer>}
 */
export async function open(library) {
  await library.hastenWasm();
  const browser = await library.provideBrowser(copyShared);
  const { default: ort } = await library.load('onnxruntime-web/webgpu');
  const protobuf = (await library.load('protobufjs')).default;
  const { Float16Array } = await library.load('@petamoriken/float16');
  ort.env.wasm.numThreads = 1;
  ort.env.logLevel = 'error';

  /** @param {import('./peers.mjs').Spec} spec */
  const reason = ({ op, dtype }) => {
    if (dtype === 'f32') return undefined;
    if (!device.features.has('shader-f16')) return 'f16 needs the feature shader-f16';
    return op === 'softmax' ? undefined : 'its operators would round every intermediate result to f16';
  };
  const tools = { ort, protobuf, Float16Array };
  // The device is created with the first session and destroyed with the last, so this session stays open.
  const first = await call(tools, () => browser.device(), {
    op: 'softmax',
    shape: [1, 4],
    dtype: 'f32',
    inputs: { x: new Float32Array(4) },
  });
  const device = browser.device();
  return {
    name: 'ONNX Runtime Web',
    version: await library.version('onnxruntime-web'),
    device,
    errors: browser.errors,
    reason,
    prepare: async (spec) => (reason(spec) ? undefined : call(tools, () => device, spec)),
    flush() {},
    dispose: async () => first.dispose(),
  };
}

/**
 * Copies what `writeBuffer` receives: Dawn rejects views of shared memory, and the library's WebAssembly memory is shared.
 *
 * @param {GPUDevice} device
 */
function copyShared({ queue }) {
  const writeBuffer = queue.writeBuffer.bind(queue);
  /** @type {(...given: Parameters<GPUQueue['writeBuffer']>) => undefined} */
  const write = (buffer, offset, data, from, size) => {
    const memory = ArrayBuffer.isView(data) ? data.buffer : data;
    if (memory instanceof ArrayBuffer) return writeBuffer(buffer, offset, data, from, size);
    // `from` and `size` count elements of a view, bytes otherwise.
    const elements = ArrayBuffer.isView(data) ? /** @type {Uint8Array} */ (data) : new Uint8Array(data);
    const end = size === undefined ? undefined : (from ?? 0) + size;
    return writeBuffer(buffer, offset, elements.slice(from, end));
  };
  Object.defineProperty(queue, 'writeBuffer', { value: write, configurable: true });
}

/**
 * @param {{ ort: any, protobuf: any, Float16Array: any }} tools
 * @param {() => GPUDevice} device once there is a session
 * @param {import('./peers.mjs').Spec} spec
 * @returns {Promise<import('./peers.mjs').Call>}
 */
async function call({ ort, protobuf, Float16Array }, device, spec) {
  const graph = new Graph();
  const note = GRAPHS[spec.op](graph, spec);
  const { inputs, outputs } = graph;
  const session = await ort.InferenceSession.create(graph.encode(protobuf), {
    executionProviders: ['webgpu'],
    preferredOutputLocation: 'gpu-buffer',
  });
  /** @type {GPUBuffer[]} */
  const buffers = [];
  /** @param {import('./onnx.mjs').Value} value @param {ArrayBufferView} [data] */
  const tensor = ({ type, shape }, data) => {
    const bytes = shape.reduce((size, length) => size * length, type === 'float16' ? 2 : 4);
    const usage = GPUBufferUsage.STORAGE | GPUBufferUsage.COPY_SRC | GPUBufferUsage.COPY_DST;
    const buffer = device().createBuffer({ size: Math.ceil(bytes / 16) * 16, usage });
    if (data) write(device(), buffer, data);
    buffers.push(buffer);
    return ort.Tensor.fromGpuBuffer(buffer, { dataType: type === 'float' ? 'float32' : type, dims: [...shape] });
  };
  const given = /** @type {Record<string, Float32Array | Int32Array>} */ (spec.inputs);
  const feeds = Object.fromEntries(
    inputs.map((input) => {
      const values = given[input.name];
      return [input.name, tensor(input, input.type === 'float16' ? new Float16Array(values) : values)];
    }),
  );
  // Two sets of outputs alternate.
  const fetches = [0, 1].map(() => Object.fromEntries(outputs.map((output) => [output.name, tensor(output)])));
  let latest = 1;
  return {
    note,
    async run() {
      latest = 1 - latest;
      await session.run(feeds, fetches[latest]);
    },
    async results() {
      const results = outputs.map(async ({ name, type, shape }) => {
        const length = shape.reduce((size, length) => size * length, 1);
        const bytes = await read(device(), fetches[latest]?.[name].gpuBuffer);
        const values = type === 'float16' ? Float32Array.from(new Float16Array(bytes)) : new Float32Array(bytes);
        return [name, values.subarray(0, length)];
      });
      return Object.fromEntries(await Promise.all(results));
    },
    dispose() {
      for (const buffer of buffers) buffer.destroy();
      session.release();
    },
  };
}

/**
 * @param {GPUDevice} device
 * @param {GPUBuffer} buffer
 * @param {ArrayBufferView} data
 */
function write(device, buffer, data) {
  const bytes = new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
  const whole = bytes.length - (bytes.length % 4);
  device.queue.writeBuffer(buffer, 0, bytes.subarray(0, whole));
  if (whole < bytes.length) device.queue.writeBuffer(buffer, whole, new Uint8Array([...bytes.subarray(whole), 0, 0]));
}

/**
 * @param {GPUDevice} device
 * @param {GPUBuffer} buffer
 */
async function read(device, buffer) {
  const staging = device.createBuffer({ size: buffer.size, usage: GPUBufferUsage.MAP_READ | GPUBufferUsage.COPY_DST });
  const encoder = device.createCommandEncoder();
  encoder.copyBufferToBuffer(buffer, 0, staging, 0, buffer.size);
  device.queue.submit([encoder.finish()]);
  await staging.mapAsync(GPUMapMode.READ);
  const bytes = staging.getMappedRange().slice(0);
  staging.destroy();
  return bytes;
}

/**
 * @typedef {(graph: Graph, spec: import('./peers.mjs').Spec) => string} Op writes the graph down; returns a note
 *
 * @type {Record<import('./peers.mjs').PeerOp, Op>}
 */
const GRAPHS = {
  softmax(graph, { shape, dtype }) {
    const type = dtype === 'f16' ? 'float16' : 'float';
    const x = graph.input('x', type, shape);
    graph.output('y', type, shape, graph.node('Softmax', [x], { axis: -1 }));
    return 'Softmax';
  },

  softmaxBackward(graph, { shape }) {
    const y = graph.input('y', 'float', shape);
    const dy = graph.input('dy', 'float', shape);
    const dot = graph.reduce('ReduceSum', graph.node('Mul', [y, dy]), [-1]);
    graph.output('dx', 'float', shape, graph.node('Mul', [y, graph.node('Sub', [dy, dot])]));
    return 'written out: Mul, ReduceSum, Sub, Mul';
  },

  crossEntropyWithGradient(graph, { shape: [rows = 0, classes = 0] }) {
    const shape = [rows, classes];
    const x = graph.input('logits', 'float', shape);
    const labels = graph.input('labels', 'int32', [rows, 1]);
    const shifted = graph.node('Sub', [x, graph.reduce('ReduceMax', x, [1])]);
    const terms = graph.node('Exp', [shifted]);
    const sum = graph.reduce('ReduceSum', terms, [1]);
    const ofLabel = graph.node('GatherElements', [shifted, labels], { axis: 1 });
    const losses = graph.node('Sub', [graph.node('Log', [sum]), ofLabel]);
    graph.output('loss', 'float', [1, 1], graph.reduce('ReduceMean', losses, [0]));

    const everyClass = Array.from({ length: classes }, (_, index) => index);
    const isLabel = graph.node('Equal', [labels, graph.constant('int32', [1, classes], everyClass)]);
    const target = graph.node('Cast', [isLabel], { to: FLOAT });
    const difference = graph.node('Sub', [graph.node('Div', [terms, sum]), target]);
    graph.output('gradient', 'float', shape, graph.node('Mul', [difference, graph.scalar(1 / rows)]));
    return 'written out: Exp, ReduceSum, GatherElements, Equal, Div';
  },

  batchNormTrain(graph, spec) {
    const { unit, along } = standardized(graph, spec);
    const gamma = graph.input('gamma', 'float', along);
    const beta = graph.input('beta', 'float', along);
    const scaled = graph.node('Mul', [unit, gamma]);
    graph.output('y', 'float', spec.shape, graph.node('Add', [scaled, beta]));
    return 'written out by ReduceMean';
  },

  'batchNormTrain + batchNormBackward'(graph, spec) {
    const { unit, rstd, axes, along } = standardized(graph, spec);
    const gamma = graph.input('gamma', 'float', along);
    const dy = graph.input('dy', 'float', spec.shape);
    const dBeta = graph.output('dBeta', 'float', along, graph.reduce('ReduceSum', dy, axes));
    const products = graph.node('Mul', [dy, unit]);
    const dGamma = graph.output('dGamma', 'float', along, graph.reduce('ReduceSum', products, axes));
    const channels = along.reduce((size, length) => size * length, 1);
    const perElement = graph.scalar(channels / spec.inputs.x.length);
    const slope = graph.node('Mul', [unit, graph.node('Mul', [dGamma, perElement])]);
    const across = graph.node('Add', [slope, graph.node('Mul', [dBeta, perElement])]);
    const rest = graph.node('Sub', [dy, across]);
    graph.output('dx', 'float', spec.shape, graph.node('Mul', [rest, graph.node('Mul', [rstd, gamma])]));
    return 'written out by ReduceMean and ReduceSum';
  },
};

/**
 * @param {Graph} graph
 * @param {import('./peers.mjs').Spec} spec
 */
function standardized(graph, { shape, channelAxis = 1 }) {
  const axes = shape.map((_, axis) => axis).filter((axis) => axis !== channelAxis);
  const along = shape.map((length, axis) => (axis === channelAxis ? length : 1));
  const x = graph.input('x', 'float', shape);
  const centered = graph.node('Sub', [x, graph.reduce('ReduceMean', x, axes)]);
  const variance = graph.reduce('ReduceMean', graph.node('Mul', [centered, centered]), axes);
  const deviation = graph.node('Sqrt', [graph.node('Add', [variance, graph.scalar(EPSILON)])]);
  const rstd = graph.node('Reciprocal', [deviation]);
  return { unit: graph.node('Mul', [centered, rstd]), rstd, axes, along };
}
