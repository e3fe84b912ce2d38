// Builds ONNX models in memory, with the part of onnx.proto (https://onnx.ai) that a graph of standard operators needs.

/**
 * @typedef {'float' | 'float16' | 'int32' | 'int64'} ElementType
 * @typedef {{ name: string, type: ElementType, shape: readonly number[] }} Value
 * @typedef {{ op: string, inputs: string[], output: string, attributes: Record<string, number> }} Node
 * @typedef {{ name: string, type: 'float' | 'int32' | 'int64', shape: readonly number[], values: readonly number[] }} Constant
 */

const ELEMENT_TYPE = { float: 1, int32: 6, int64: 7, float16: 10 };
const ATTRIBUTE_INT = 2;

/** The values of Cast's attribute `to`. */
export const FLOAT = ELEMENT_TYPE.float;

/** The fields of onnx.proto by number, for protobufjs. */
const SCHEMA = {
  nested: {
    Model: {
      fields: {
        irVersion: { type: 'int64', id: 1 },
        graph: { type: 'Graph', id: 7 },
        opsetImport: { rule: 'repeated', type: 'Opset', id: 8 },
      },
    },
    Opset: { fields: { domain: { type: 'string', id: 1 }, version: { type: 'int64', id: 2 } } },
    Graph: {
      fields: {
        node: { rule: 'repeated', type: 'Node', id: 1 },
        name: { type: 'string', id: 2 },
        initializer: { rule: 'repeated', type: 'Tensor', id: 5 },
        input: { rule: 'repeated', type: 'ValueInfo', id: 11 },
        output: { rule: 'repeated', type: 'ValueInfo', id: 12 },
      },
    },
    Node: {
      fields: {
        input: { rule: 'repeated', type: 'string', id: 1 },
        output: { rule: 'repeated', type: 'string', id: 2 },
        name: { type: 'string', id: 3 },
        opType: { type: 'string', id: 4 },
        attribute: { rule: 'repeated', type: 'Attribute', id: 5 },
      },
    },
    Attribute: {
      fields: { name: { type: 'string', id: 1 }, i: { type: 'int64', id: 3 }, type: { type: 'int32', id: 20 } },
    },
    Tensor: {
      fields: {
        dims: { rule: 'repeated', type: 'int64', id: 1 },
        dataType: { type: 'int32', id: 2 },
        floatData: { rule: 'repeated', type: 'float', id: 4 },
        int32Data: { rule: 'repeated', type: 'int32', id: 5 },
        int64Data: { rule: 'repeated', type: 'int64', id: 7 },
        name: { type: 'string', id: 8 },
      },
    },
    ValueInfo: { fields: { name: { type: 'string', id: 1 }, type: { type: 'Type', id: 2 } } },
    Type: { fields: { tensorType: { type: 'TensorType', id: 1 } } },
    TensorType: { fields: { elemType: { type: 'int32', id: 1 }, shape: { type: 'Shape', id: 2 } } },
    Shape: { fields: { dim: { rule: 'repeated', type: 'Dimension', id: 1 } } },
    Dimension: { fields: { dimValue: { type: 'int64', id: 1 } } },
  },
};

/** A model built node by node. Every node has one output, whose name `node` returns. */
export class Graph {
  /** @type {Value[]} */
  inputs = [];
  /** @type {Value[]} */
  outputs = [];
  /** @type {Constant[]} */
  #constants = [];
  /** @type {Node[]} */
  #nodes = [];

  /** @param {string} name @param {ElementType} type @param {readonly number[]} shape */
  input(name, type, shape) {
    this.inputs.push({ name, type, shape });
    return name;
  }

  /** @param {Constant['type']} type @param {readonly number[]} shape @param {readonly number[]} values */
  constant(type, shape, values) {
    const name = `constant${this.#constants.length}`;
    this.#constants.push({ name, type, shape, values });
    return name;
  }

  /** @param {number} value */
  scalar(value) {
    return this.constant('float', [], [value]);
  }

  /** @param {string} op @param {string[]} inputs @param {Record<string, number>} [attributes] */
  node(op, inputs, attributes = {}) {
    const output = `node${this.#nodes.length}`;
    this.#nodes.push({ op, inputs, output, attributes });
    return output;
  }

  /** @param {string} op a reduction that keeps its axes @param {string} of @param {readonly number[]} axes */
  reduce(op, of, axes) {
    return this.node(op, [of, this.constant('int64', [axes.length], axes)], { keepdims: 1 });
  }

  /** Gives the latest node its name. @param {string} name @param {ElementType} type @param {readonly number[]} shape @param {string} of */
  output(name, type, shape, of) {
    const node = this.#nodes.at(-1);
    if (node?.output !== of) throw new Error(`bench/peers: ${name} is not of the latest node`);
    node.output = name;
    this.outputs.push({ name, type, shape });
    return name;
  }

  /**
   * @param {any} protobuf the package protobufjs
   * @returns {Uint8Array} the model for InferenceSession.create
   */
  encode(protobuf) {
    const Model = protobuf.Root.fromJSON(SCHEMA).lookupType('Model');
    const model = {
      irVersion: 8,
      opsetImport: [{ domain: '', version: 18 }],
      graph: {
        name: 'call',
        input: this.inputs.map(valueInfo),
        output: this.outputs.map(valueInfo),
        initializer: this.#constants.map(({ name, type, shape, values }) => ({
          name,
          dims: shape,
          dataType: ELEMENT_TYPE[type],
          [`${type}Data`]: values,
        })),
        node: this.#nodes.map(({ op, inputs, output, attributes }) => ({
          name: output,
          opType: op,
          input: inputs,
          output: [output],
          attribute: Object.entries(attributes).map(([name, i]) => ({ name, i, type: ATTRIBUTE_INT })),
        })),
      },
    };
    return Model.encode(Model.fromObject(model)).finish();
  }
}

/** @param {Value} value */
const valueInfo = ({ name, type, shape }) => ({
  name,
  type: { tensorType: { elemType: ELEMENT_TYPE[type], shape: { dim: shape.map((dimValue) => ({ dimValue })) } } },
});
