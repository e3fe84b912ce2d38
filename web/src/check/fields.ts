// Validates an untrusted document field by field. Unexpected values throw.

/** Converts a value of the document, or throws. */
export type Reader<T> = (value: unknown) => T;

const fail = (expected: string): never => {
  throw new TypeError(`expected ${expected}`);
};

export const text: Reader<string> = (value) => (typeof value === 'string' ? value : fail('a text'));

export const flag: Reader<boolean> = (value) => (typeof value === 'boolean' ? value : fail('true or false'));

/** Numbers that JSON cannot represent are stored as text; see `writable`. */
export const number: Reader<number> = (value) => {
  if (typeof value === 'number') return value;
  return typeof value === 'string' && /^(-?Infinity|NaN|-0)$/.test(value) ? Number(value) : fail('a number');
};

export const count: Reader<number> = (value) =>
  Number.isSafeInteger(value) && (value as number) >= 0 ? (value as number) : fail('a whole number');

export const moment: Reader<string> = (value) =>
  Number.isFinite(Date.parse(text(value))) ? text(value) : fail('a time');

export const oneOf =
  <T extends string>(choices: readonly T[]): Reader<T> =>
  (value) =>
    choices.find((choice) => choice === value) ?? fail(choices.join(' or '));

export const listOf =
  <T>(item: Reader<T>): Reader<T[]> =>
  (value) =>
    Array.isArray(value) ? value.map(item) : fail('a list');

/** An object with these fields. Other fields are dropped, and absent optional fields stay absent. */
export const record =
  <T extends object, O extends object = object>(
    fields: { readonly [K in keyof T]: Reader<T[K]> },
    optional?: { readonly [K in keyof O]: Reader<O[K]> },
  ): Reader<T & Partial<O>> =>
  (value) => {
    if (typeof value !== 'object' || value === null) return fail('an object');
    const given = new Map<string, unknown>(Object.entries(value));
    const needed = Object.entries<Reader<unknown>>(fields).map(([name, read]) => [name, read(given.get(name))]);
    const rest = Object.entries<Reader<unknown>>(optional ?? {}).flatMap(([name, read]) =>
      given.has(name) ? [[name, read(given.get(name))]] : [],
    );
    return Object.fromEntries([...needed, ...rest]) as T & Partial<O>;
  };
