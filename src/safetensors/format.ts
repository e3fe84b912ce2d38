import { type Shape, show } from '../core/data.ts';
import { FormatError, GradfoldError } from '../core/errors.ts';
import { elementBytes, ORDER } from './dtypes.ts';
import { type Json, type JsonObject, parseJson } from './json.ts';
import { METADATA } from './names.ts';

// The safetensors format (https://github.com/huggingface/safetensors#format): 8 bytes with the header's length,
// little-endian; the header, JSON in UTF-8 that begins with `{` and may end in spaces; the data of all tensors,
// row-major and little-endian, without gaps. WebGPU requires little-endian data, so hosts are little-endian too.

/** A tensor in a file. Its data is the bytes from data_offsets[0] to data_offsets[1], counted from the header's end. */
export interface Entry {
  readonly name: string;
  /** The file's name for it, such as 'F32' or 'BF16'. */
  readonly dtype: string;
  readonly shape: Shape;
  readonly bytes: Uint8Array;
}

export interface Contents {
  readonly entries: readonly Entry[];
  readonly metadata: Readonly<Record<string, string>>;
}

/** Bytes that store the header's length. */
const LENGTH_BYTES = 8;
/** The reference implementation's limit. */
const MAX_HEADER_BYTES = 100_000_000;

/**
 * Encodes a file. Tensors are in the reference implementation's order, by dtype and name, and the header is padded with
 * spaces, so that every tensor starts at a multiple of its element size.
 * Names and metadata must have passed `checkNames` and `checkMetadata`.
 * @throws GradfoldError for a header above 100 MB
 */
export function encode(op: string, { entries, metadata }: Contents): Uint8Array<ArrayBuffer> {
  const sorted = [...entries].sort(
    (a, b) => ORDER.indexOf(a.dtype) - ORDER.indexOf(b.dtype) || (a.name < b.name ? -1 : 1),
  );
  const fields: string[] = [];
  if (Object.keys(metadata).length > 0) fields.push(`"${METADATA}":${JSON.stringify(metadata)}`);
  let end = 0;
  for (const { name, dtype, shape, bytes } of sorted) {
    const begin = end;
    end += bytes.length;
    // Joined by hand: an object would put integer-like names first.
    fields.push(`${JSON.stringify(name)}:${JSON.stringify({ dtype, shape, data_offsets: [begin, end] })}`);
  }
  const header = new TextEncoder().encode(`{${fields.join(',')}}`);
  const headerBytes = 8 * Math.ceil(header.length / 8);
  if (headerBytes > MAX_HEADER_BYTES) {
    throw new GradfoldError(`${op}: the header has ${headerBytes} bytes, expected at most ${MAX_HEADER_BYTES}`);
  }
  const file = new Uint8Array(LENGTH_BYTES + headerBytes + end);
  new DataView(file.buffer).setBigUint64(0, BigInt(headerBytes), true);
  file.set(header, LENGTH_BYTES);
  file.fill(0x20, LENGTH_BYTES + header.length, LENGTH_BYTES + headerBytes);
  let at = LENGTH_BYTES + headerBytes;
  for (const { bytes } of sorted) {
    file.set(bytes, at);
    at += bytes.length;
  }
  return file;
}

/**
 * Decodes a file into its tensors, in the order of their data. Reports every fault of the header except an unknown
 * dtype. The entries' bytes are views of the file's.
 * @throws FormatError
 */
export function decode(op: string, file: Uint8Array): Contents {
  const headerEnd = LENGTH_BYTES + headerBytesOf(op, file);
  const header = headerOf(op, file, headerEnd);
  const data = file.subarray(headerEnd);
  const places = Object.entries(header)
    .filter(([name]) => name !== METADATA)
    .map(([name, value]) => placeOf(op, name, value));
  // A tensor without elements ends where it begins, and comes before the one that begins at the same byte.
  places.sort((a, b) => a.begin - b.begin || a.end - b.end);
  checkCover(op, places, headerEnd, data.length);
  const entries = places.map(({ begin, end, ...entry }) => ({ ...entry, bytes: data.subarray(begin, end) }));
  return { entries, metadata: metadataOf(op, header[METADATA]) };
}

function headerBytesOf(op: string, file: Uint8Array): number {
  if (file.length < LENGTH_BYTES) {
    throw new FormatError(`${op}: the file has ${file.length} bytes, expected at least ${LENGTH_BYTES}`, { byte: 0 });
  }
  const length = new DataView(file.buffer, file.byteOffset).getBigUint64(0, true);
  const follow = file.length - LENGTH_BYTES;
  if (length > Math.min(MAX_HEADER_BYTES, follow)) {
    const most = follow < MAX_HEADER_BYTES ? `the ${follow} that follow` : `${MAX_HEADER_BYTES}`;
    throw new FormatError(`${op}: bytes 0 to 8 say that the header has ${length} bytes, expected at most ${most}`, {
      byte: 0,
    });
  }
  return Number(length);
}

function headerOf(op: string, file: Uint8Array, end: number): JsonObject {
  const text = textOf(op, file, end);
  const fail = (at: number, what: string): never => {
    const byte = LENGTH_BYTES + new TextEncoder().encode(text.slice(0, at)).length;
    throw new FormatError(`${op}: header, byte ${byte}: ${what}`, { byte });
  };
  if (!text.startsWith('{')) fail(0, `found ${text === '' ? 'the end' : JSON.stringify(text[0])}, expected {`);
  return parseJson(text, fail) as JsonObject;
}

function textOf(op: string, file: Uint8Array, end: number): string {
  try {
    // A byte order mark is kept, so that it is reported in place of `{`.
    const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
    // Copied, because a TextDecoder rejects shared memory.
    return decoder.decode(new Uint8Array(file.subarray(LENGTH_BYTES, end)));
  } catch {
    throw new FormatError(`${op}: header, bytes ${LENGTH_BYTES} to ${end}: not UTF-8, expected JSON in UTF-8`, {
      byte: LENGTH_BYTES,
    });
  }
}

type Place = Omit<Entry, 'bytes'> & { readonly begin: number; readonly end: number };

/** An entry of the header. Unknown fields are ignored, as in the reference implementation. */
function placeOf(op: string, name: string, value: Json): Place {
  const fail = (what: string): never => {
    throw new FormatError(`${op}: tensor '${name}' ${what}`, { tensor: name });
  };
  if (!isObject(value)) return fail(`is ${shown(value)} in the header, expected an object`);
  const dtype = value.dtype;
  if (typeof dtype !== 'string') return fail(`has ${shown(dtype)} as dtype, expected a string`);
  const shape = value.shape;
  if (!isCounts(shape)) return fail(`has ${shown(shape)} as shape, expected whole numbers of at least 0`);
  const offsets = value.data_offsets;
  if (!isCounts(offsets) || offsets.length !== 2) {
    return fail(`has ${shown(offsets)} as data_offsets, expected two whole numbers of at least 0`);
  }
  const [begin, end] = offsets as [number, number];
  if (end < begin) return fail(`has data_offsets ${show(offsets)}, expected the second no less than the first`);
  const each = elementBytes(dtype);
  const needed = each && shape.reduce((product, length) => product * length, each);
  if (needed !== undefined && needed !== end - begin) {
    return fail(`has ${end - begin} bytes of data, expected ${needed} for shape ${show(shape)} of ${dtype}`);
  }
  return { name, dtype, shape, begin, end };
}

/** @throws FormatError unless the tensors, in the order of their data, cover every byte of it exactly once. */
function checkCover(op: string, places: readonly Place[], headerEnd: number, dataBytes: number): void {
  let covered = 0;
  let before = 'the header';
  for (const { name, begin, end } of places) {
    const fail = (what: string): never => {
      const place = `tensor '${name}' has data_offsets ${show([begin, end])}`;
      throw new FormatError(`${op}: ${place}, ${what}`, { byte: headerEnd + begin, tensor: name });
    };
    if (end > dataBytes) fail(`beyond the file's ${dataBytes} bytes of data`);
    if (begin < covered) fail(`which overlap ${before}: expected ${covered} as the first`);
    if (begin > covered) fail(`which leave a gap after ${before}: expected ${covered} as the first`);
    covered = end;
    before = `'${name}'`;
  }
  if (covered < dataBytes) {
    const byte = headerEnd + covered;
    throw new FormatError(
      `${op}: ${dataBytes - covered} bytes from byte ${byte} on belong to no tensor, expected the file to end there`,
      { byte },
    );
  }
}

function metadataOf(op: string, value: Json | undefined): Record<string, string> {
  if (value === undefined) return {};
  if (!isObject(value)) throw new FormatError(`${op}: ${METADATA} is ${shown(value)}, expected an object of strings`);
  for (const [key, text] of Object.entries(value)) {
    if (typeof text === 'string') continue;
    throw new FormatError(`${op}: ${METADATA} has ${shown(text)} as ${JSON.stringify(key)}, expected a string`);
  }
  return value as Record<string, string>;
}

function isObject(value: Json | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isCounts(value: Json | undefined): value is readonly number[] {
  return Array.isArray(value) && value.every((item) => Number.isSafeInteger(item) && item >= 0 && !Object.is(item, -0));
}

/** A value of the header for messages, truncated if long. */
function shown(value: Json | undefined): string {
  if (value === undefined) return 'nothing';
  if (isObject(value)) return 'an object';
  const text = Array.isArray(value) ? `[${value.map(shown).join(', ')}]` : JSON.stringify(value);
  return text.length > 64 ? `${text.slice(0, 64)}…` : text;
}
