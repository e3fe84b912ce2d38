import { deviate, randomFor } from '../src/conformance/suite/data.ts';

/** A prime, so that no two rows have the same numbers in the same columns. */
const PERIOD = 1_048_573;

/** Normal deviates that repeat after a million: the same in every run, and cheap to produce. */
export function deviates(name: string, size: number, mean = 0, std = 1): Float32Array<ArrayBuffer> {
  const random = randomFor(name);
  const data = new Float32Array(size);
  const own = Math.min(size, PERIOD);
  for (let i = 0; i < own; i++) data[i] = mean + std * deviate(random);
  for (let at = own; at < size; at += own) data.copyWithin(at, 0, Math.min(own, size - at));
  return data;
}

/** Labels in [0, classes). */
export function labels(name: string, size: number, classes: number): Int32Array<ArrayBuffer> {
  const random = randomFor(name);
  return Int32Array.from({ length: size }, () => Math.floor(random.uniform(0, classes)));
}
