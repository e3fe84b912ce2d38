import { type Shape, show } from '../core/data.ts';
import { FormatError, GradfoldError } from '../core/errors.ts';
import { type Parameters, placesIn } from '../core/parameters.ts';
import type { TensorBackend } from '../core/tensor.ts';
import { checkTensor, describe, type Tensor } from '../core/tensor.ts';
import { sameShape } from '../ops/check.ts';
import { fileDType, fromFile, type HostTensor, tensorDType, toFile } from './dtypes.ts';
import { type Contents, decode, type Entry, encode } from './format.ts';
import { checkMetadata, checkNames } from './names.ts';

/** A file's tensor on the host: row-major `data`, as returned by `tensor.data()`. */
export interface SafetensorsTensor extends HostTensor {
  readonly shape: Shape;
}

export interface SafetensorsFile {
  readonly tensors: Readonly<Record<string, SafetensorsTensor>>;
  /** The file's metadata; empty if it has none. */
  readonly metadata: Readonly<Record<string, string>>;
}

export interface SaveOptions {
  /** Strings to store with the tensors. @default none */
  readonly metadata?: Readonly<Record<string, string>>;
}

export interface LoadParametersOptions {
  /** Whether a tensor in the file that is not a parameter is an error. @default true */
  readonly strict?: boolean;
}

/**
 * Encodes tensors as a file in the safetensors format (https://github.com/huggingface/safetensors), which Python and
 * other languages read. A tensor's name is its path, joined by dots, with array indices as numbers: 'layers.0.weight'.
 * A single tensor has the empty name. The dtypes are F32, F16, I32 and U32, and the values are those at the time of the
 * call, bit for bit except for the payload of an f16 NaN.
 * @param tensors a tensor, or arrays and records of tensors, of any dtype
 * @returns the file's bytes. Rejects with GradfoldError for a value that is not a tensor, a tensor that appears twice,
 * and a name that is duplicate or `__metadata__`; with DisposedError; and as `tensor.data()` does
 */
export async function saveSafetensors(
  tensors: Parameters,
  { metadata = {} }: SaveOptions = {},
): Promise<Uint8Array<ArrayBuffer>> {
  const op = 'saveSafetensors';
  const named = namedTensors(op, 'tensors', tensors);
  checkMetadata(op, metadata);
  const entries = named.map(async ({ name, tensor }) => {
    const { dtype, shape } = tensor;
    return { name, dtype: fileDType(dtype), shape, bytes: toFile(dtype, await tensor.data()) };
  });
  return encode(op, { entries: await Promise.all(entries), metadata });
}

/**
 * Reads the tensors of a file in the safetensors format, without a GPU. F32, F16, I32 and U32 keep their dtypes, with
 * halves in a Float32Array. F64 becomes the nearest f32, or infinity beyond its range; BF16 becomes f32; I64 becomes
 * i32.
 * @returns the tensors by their names in the file, and the metadata
 * @throws FormatError for a damaged file, for any other dtype, and for an I64 value outside i32
 */
export function readSafetensors(bytes: Uint8Array): SafetensorsFile {
  return readAs('readSafetensors', bytes);
}

/**
 * Loads the tensors of a file in the safetensors format. F64 and BF16 become f32, and I64 becomes i32, as in
 * `readSafetensors`.
 * @returns new tensors by their names in the file
 * @throws FormatError for a damaged file, for any other dtype, and for an I64 value outside i32. No tensor is created
 * then
 */
export function loadSafetensors(bytes: Uint8Array, backend: TensorBackend): Record<string, Tensor> {
  const { tensors } = readAs('loadSafetensors', bytes);
  // The scope disposes of the tensors already created if a later one fails.
  return backend.scope(() =>
    Object.fromEntries(
      Object.entries(tensors).map(([name, { data, shape, dtype }]) => [name, backend.tensor(data, shape, dtype)]),
    ),
  );
}

/**
 * Writes a file's values into existing tensors, matched by the names that `saveSafetensors` gives them. Everything is
 * checked before the first write, so a file that does not match changes nothing.
 * @param parameters a tensor, or arrays and records of tensors, each only once. F64 and BF16 match f32; I64 matches i32
 * @throws FormatError for a damaged file, for a tensor that is missing or has another shape or dtype, and, unless
 * `strict` is false, for one that is not a parameter; GradfoldError for a parameter that is not a tensor or appears
 * twice; DisposedError
 */
export function loadParameters(
  parameters: Parameters,
  bytes: Uint8Array,
  { strict = true }: LoadParametersOptions = {},
): void {
  const op = 'loadParameters';
  const named = namedTensors(op, 'parameters', parameters);
  const { entries } = contentsOf(op, bytes);
  if (strict) checkNoOthers(op, entries, named);
  const found = new Map(entries.map((entry) => [entry.name, entry]));
  const values = named.map((each) => valuesFor(op, each, found.get(each.name)));
  for (const [i, { tensor }] of named.entries()) tensor.write(values[i] as HostTensor['data']);
}

interface Named {
  /** The tensor's name in a file. */
  readonly name: string;
  readonly tensor: Tensor;
}

function namedTensors(op: string, argument: string, tensors: Parameters): Named[] {
  const named = new Map<Tensor, string>();
  const names: string[] = [];
  for (const { path, value } of placesIn(tensors)) {
    const name = path.join('.');
    checkTensor(op, path.length === 0 ? argument : `${argument} '${name}'`, value);
    const before = named.get(value);
    if (before !== undefined) {
      throw new GradfoldError(`${op}: '${name}' is the same tensor as '${before}', expected each tensor once`);
    }
    names.push(name);
    named.set(value, name);
  }
  checkNames(op, names);
  return [...named].map(([tensor, name]) => ({ name, tensor }));
}

function contentsOf(op: string, bytes: Uint8Array): Contents {
  if (!(bytes instanceof Uint8Array)) {
    throw new GradfoldError(`${op}: bytes is ${describe(bytes)}, expected a Uint8Array`);
  }
  return decode(op, bytes);
}

function readAs(op: string, bytes: Uint8Array): SafetensorsFile {
  const { entries, metadata } = contentsOf(op, bytes);
  const tensors = entries.map((entry) => [entry.name, { shape: entry.shape, ...fromFile(op, entry) }] as const);
  return { tensors: Object.fromEntries(tensors), metadata };
}

function checkNoOthers(op: string, entries: readonly Entry[], named: readonly Named[]): void {
  const wanted = new Set(named.map(({ name }) => name));
  for (const { name } of entries) {
    if (wanted.has(name)) continue;
    throw new FormatError(`${op}: tensor '${name}' is in the file, but no parameter has that name`, { tensor: name });
  }
}

/** The entry's values. @throws FormatError unless it matches the tensor. */
function valuesFor(op: string, { name, tensor }: Named, entry: Entry | undefined): HostTensor['data'] {
  const fail = (what: string): never => {
    throw new FormatError(`${op}: tensor '${name}' is ${what}`, { tensor: name });
  };
  if (!entry) return fail(`not in the file, expected ${describe(tensor)}`);
  if (!sameShape(entry.shape, tensor.shape)) {
    return fail(`${show(entry.shape)} in the file, expected ${show(tensor.shape)}`);
  }
  if (tensorDType(entry.dtype) !== tensor.dtype) return fail(`${entry.dtype} in the file, expected ${tensor.dtype}`);
  return fromFile(op, entry).data;
}
