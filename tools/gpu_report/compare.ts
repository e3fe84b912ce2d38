import { COMPARES, floatOf } from './arithmetic.ts';
import type { Value } from './wave.ts';

/** The words that a value may be, as an integer of the comparison, or the floats. */
type Range = readonly [least: number, most: number];

const LARGEST = 2 ** 127;

/** Returns whether a comparison holds, such as `lt_u32` or `class_f32`; undefined if only data decides. */
export function compared(compare: string, a: Value, b: Value): boolean | undefined {
  const [, relation = '', type = ''] = /^(n?[a-z]+?)_([a-z]+\d+)$/.exec(compare) ?? [];
  if (typeof a === 'number' && typeof b === 'number' && COMPARES[compare]) return COMPARES[compare](a, b);
  // What the classes of NaN and infinities are asked for is not in finite data.
  if (relation === 'class')
    return typeof a !== 'number' && a && typeof b === 'number' && (b & ~0x207) === 0 ? false : undefined;
  if (/^(eq|lg|ne)$/.test(relation) && ((isSpecial(a) && isSome(b)) || (isSpecial(b) && isSome(a))))
    return relation !== 'eq';
  const [x, y] = [rangeOf(type, a), rangeOf(type, b)];
  if (!x || !y) return undefined;
  if (relation === 'lt') return less(x, y);
  if (relation === 'gt') return less(y, x);
  const not = relation === 'le' ? less(y, x) : relation === 'ge' ? less(x, y) : undefined;
  if (not !== undefined) return !not;
  return relation === 'eq' && (less(x, y) || less(y, x)) ? false : undefined;
}

function less(x: Range, y: Range): boolean | undefined {
  if (x[1] < y[0]) return true;
  return x[0] >= y[1] ? false : undefined;
}

/** Whether a word is an infinity or a NaN. */
function isSpecial(value: Value): boolean {
  return typeof value === 'number' && (value & 0x7f800000) === 0x7f800000;
}

function isSome(value: Value): boolean {
  return value === 'finite' || value === 'magnitude';
}

function rangeOf(type: string, value: Value): Range | undefined {
  if (value === undefined) return undefined;
  if (typeof value === 'number') {
    const of = type === 'f32' ? floatOf(value) : type === 'i32' ? value | 0 : value;
    return Number.isNaN(of) ? undefined : [of, of];
  }
  if (type === 'f32') return value === 'magnitude' ? [0, LARGEST] : [-LARGEST, LARGEST];
  if (value === 'magnitude') return [0, 0x7effffff];
  return type === 'i32' ? [-(2 ** 31), 0x7effffff] : [0, 0xfeffffff];
}
