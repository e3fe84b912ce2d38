import { GradfoldError, ShapeError } from './errors.ts';

/** Smallest and largest value of an integer tensor, and the first index of each, as last uploaded. */
export interface HostRange {
  readonly min: number;
  readonly max: number;
  readonly minIndex: number;
  readonly maxIndex: number;
  /**
   * Whether both values occur (the tensor was uploaded). If not, they are only bounds (a slice of an uploaded tensor).
   */
  readonly exact: boolean;
  /** All values, if there are few: an error can then name the first invalid one, as the GPU's check does. */
  readonly values?: Int32Array | Uint32Array | undefined;
}

export type DType = 'f32' | 'f16' | 'i32' | 'u32';
export type Shape = readonly number[];
export type NestedArray = number | boolean | readonly NestedArray[];
export type TypedData =
  | Float32Array
  | Float64Array
  | Int8Array
  | Int16Array
  | Int32Array
  | Uint8Array
  | Uint8ClampedArray
  | Uint16Array
  | Uint32Array
  | BigInt64Array;
/** Data that a tensor can be created from. */
export type TensorData = TypedData | NestedArray;
export type HostArray = Float32Array<ArrayBuffer> | Int32Array<ArrayBuffer> | Uint32Array<ArrayBuffer>;

/** Values to upload as a tensor stores them (f16 as f32, which the GPU rounds), and the range of integers. */
export interface HostValues {
  readonly array: HostArray;
  readonly range: HostRange | undefined;
}

const DTYPES: readonly string[] = ['f32', 'f16', 'i32', 'u32'];

export function checkDType(op: string, dtype: string): DType {
  if (!DTYPES.includes(dtype)) {
    throw new GradfoldError(`${op}: dtype is '${dtype}', expected 'f32', 'f16', 'i32' or 'u32'`);
  }
  return dtype as DType;
}

/** Bytes of one element. */
export function bytesOf(dtype: DType): 2 | 4 {
  return dtype === 'f16' ? 2 : 4;
}

export function isFloat(dtype: DType): boolean {
  return dtype === 'f32' || dtype === 'f16';
}

/** The number of elements of a shape. @throws ShapeError unless every dimension is a whole number of at least 0. */
export function sizeOf(op: string, shape: Shape): number {
  if (!Array.isArray(shape)) throw new ShapeError(`${op}: shape is ${shape}, expected an array of whole numbers`);
  for (const length of shape) {
    if (!Number.isSafeInteger(length) || length < 0) {
      throw new ShapeError(`${op}: shape is ${show(shape)}, expected whole numbers of at least 0`);
    }
  }
  return shape.reduce((product, length) => product * length, 1);
}

/** A shape as messages write it: `[4, 7]`. */
export function show(shape: Shape): string {
  return `[${shape.join(', ')}]`;
}

/** The dtype of a tensor of this data when none is given. */
export function defaultDType(data: TensorData): DType {
  if (
    data instanceof Uint8Array ||
    data instanceof Uint8ClampedArray ||
    data instanceof Uint16Array ||
    data instanceof Uint32Array
  )
    return 'u32';
  if (
    data instanceof Int8Array ||
    data instanceof Int16Array ||
    data instanceof Int32Array ||
    data instanceof BigInt64Array
  )
    return 'i32';
  return 'f32';
}

/** The shape that data implies: the nesting of arrays, one dimension for typed arrays, `[]` for a number. */
export function naturalShape(op: string, data: TensorData): number[] {
  if (ArrayBuffer.isView(data)) return [data.length];
  const shape: number[] = [];
  for (let level: NestedArray = data; Array.isArray(level); level = level[0] as NestedArray) {
    shape.push(level.length);
    if (level.length === 0) break;
  }
  checkNesting(op, data, shape, 0);
  return shape;
}

function checkNesting(op: string, data: NestedArray, shape: Shape, depth: number): void {
  if (depth === shape.length) {
    if (Array.isArray(data)) {
      throw new ShapeError(`${op}: data is ragged: an array stands where ${show(shape)} has a number`);
    }
    return;
  }
  if (!Array.isArray(data) || data.length !== shape[depth]) {
    const actual = Array.isArray(data) ? `${data.length} elements` : 'a number';
    throw new ShapeError(
      `${op}: data is ragged: ${actual} at depth ${depth}, expected ${shape[depth]} elements as in ${show(shape)}`,
    );
  }
  for (const item of data) checkNesting(op, item, shape, depth + 1);
}

/**
 * Returns values as a tensor stores them. Never truncates: an integer tensor takes only whole numbers in its range.
 * @throws ShapeError unless the data fills the shape; GradfoldError with index and value for a value that the dtype
 * cannot hold
 */
export function toHost(op: string, data: TensorData, shape: Shape, dtype: DType): HostValues {
  const flat = flatten(op, data);
  const size = sizeOf(op, shape);
  if (flat.length !== size) {
    throw new ShapeError(`${op}: data has ${flat.length} elements, expected ${size} for shape ${show(shape)}`);
  }
  if (isFloat(dtype)) {
    // Data in a SharedArrayBuffer cannot be uploaded in place.
    if (flat instanceof Float32Array && flat.buffer instanceof ArrayBuffer) {
      return { array: flat as Float32Array<ArrayBuffer>, range: undefined };
    }
    return {
      array: flat instanceof BigInt64Array ? Float32Array.from(flat, Number) : Float32Array.from(flat),
      range: undefined,
    };
  }
  return integers(op, flat, dtype);
}

type FlatData = TypedData | readonly number[];

/** Up to this many integers are kept on the host in addition to their range. */
const REMEMBERED = 2 ** 20;

function flatten(op: string, data: TensorData): FlatData {
  if (ArrayBuffer.isView(data)) {
    if (data instanceof DataView || (data as unknown) instanceof BigUint64Array) {
      throw new GradfoldError(`${op}: data is a ${nameOf(data)}, expected numbers or another typed array`);
    }
    return data;
  }
  if (!Array.isArray(data)) return [asNumber(op, 'data', data)];
  const flat = data.some((item) => typeof item === 'object') ? data.flat(Number.POSITIVE_INFINITY) : data;
  // `Array.from` visits the holes of a sparse array; `map` skips them.
  return Array.from(flat, (item, index) => asNumber(op, `data[${index}]`, item));
}

/**
 * @throws GradfoldError for anything but a number or boolean: a string or undefined would silently become a number or
 * NaN.
 */
function asNumber(op: string, name: string, value: unknown): number {
  if (typeof value === 'number' || typeof value === 'boolean') return Number(value);
  throw new GradfoldError(`${op}: ${name} is ${nameOf(value)}, expected a number`);
}

function nameOf(value: unknown): string {
  if (typeof value === 'string') return `'${value}'`;
  return typeof value === 'object' && value !== null ? (value.constructor?.name ?? 'an object') : String(value);
}

function integers(op: string, flat: FlatData, dtype: DType): HostValues {
  const [lowest, highest] = dtype === 'i32' ? [-(2 ** 31), 2 ** 31 - 1] : [0, 2 ** 32 - 1];
  const array = dtype === 'i32' ? new Int32Array(flat.length) : new Uint32Array(flat.length);
  let minIndex = 0;
  let maxIndex = 0;
  for (let index = 0; index < flat.length; index++) {
    const value = Number(flat[index]);
    if (!Number.isInteger(value) || value < lowest || value > highest) {
      throw new GradfoldError(
        `${op}: data[${index}] is ${flat[index]}, expected a whole number in [${lowest}, ${highest}] for dtype '${dtype}'`,
      );
    }
    array[index] = value;
    if (value < (array[minIndex] as number)) minIndex = index;
    if (value > (array[maxIndex] as number)) maxIndex = index;
  }
  if (flat.length === 0) return { array, range: undefined };
  const [min, max] = [array[minIndex] as number, array[maxIndex] as number];
  const values = array.length <= REMEMBERED ? array : undefined;
  return { array, range: { min, max, minIndex, maxIndex, exact: true, values } };
}
