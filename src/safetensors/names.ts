import { GradfoldError } from '../core/errors.ts';
import { describe } from '../core/tensor.ts';
import { isUnicode } from './json.ts';

/** The key of a header that holds metadata rather than a tensor. */
export const METADATA = '__metadata__';

/** @throws GradfoldError for a duplicate name, for `__metadata__`, and for a name that UTF-8 cannot encode. */
export function checkNames(op: string, names: Iterable<string>): void {
  const seen = new Set<string>();
  for (const name of names) {
    if (seen.has(name)) throw new GradfoldError(`${op}: two tensors are called '${name}', expected each name once`);
    if (name === METADATA)
      throw new GradfoldError(`${op}: a tensor is called '${name}', which is reserved for metadata`);
    if (!isUnicode(name))
      throw new GradfoldError(`${op}: a tensor is called ${JSON.stringify(name)}, expected Unicode`);
    seen.add(name);
  }
}

/** @throws GradfoldError unless all keys and values of the metadata are strings that UTF-8 can encode. */
export function checkMetadata(op: string, metadata: Readonly<Record<string, unknown>>): void {
  for (const [key, text] of Object.entries(metadata)) {
    if (typeof text !== 'string') {
      throw new GradfoldError(`${op}: metadata.${key} is ${describe(text)}, expected a string`);
    }
    if (isUnicode(key) && isUnicode(text)) continue;
    throw new GradfoldError(`${op}: metadata.${JSON.stringify(key)} is ${JSON.stringify(text)}, expected Unicode`);
  }
}
