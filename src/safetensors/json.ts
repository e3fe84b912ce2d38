/** JSON as it is parsed here: objects are maps, in which `__proto__` is a name like any other. */
export type Json = null | boolean | number | string | readonly Json[] | JsonObject;
export type JsonObject = ReadonlyMap<string, Json>;

/** Arrays and objects within each other; more is refused before it could exhaust the stack. The limit is serde_json's. */
const MAX_DEPTH = 128;
const NUMBER = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y;
const LITERALS = [
  ['true', true],
  ['false', false],
  ['null', null],
] as const;

/**
 * Parses JSON (RFC 8259). Beside `JSON.parse` it tells everywhere alike where a text is wrong, and refuses a name that an
 * object has twice, of which `JSON.parse` silently keeps the last.
 * @param fail is told the index in `text` and what is wrong there; it throws
 */
export function parseJson(text: string, fail: (at: number, what: string) => never): Json {
  let at = 0;

  const expected = (what: string): never => {
    const point = text.codePointAt(at);
    const found = point === undefined ? 'the end' : JSON.stringify(String.fromCodePoint(point));
    return fail(at, `found ${found}, expected ${what}`);
  };

  /** The next character that is no white space, or '' at the end. */
  const peek = (): string => {
    while (at < text.length && ' \t\n\r'.includes(text[at] as string)) at++;
    return text[at] ?? '';
  };

  const string = (): string => {
    if (peek() !== '"') expected('"');
    const start = at;
    for (at++; text[at] !== '"'; at += text[at] === '\\' ? 2 : 1) {
      if (at >= text.length) return fail(start, 'the string has no end');
    }
    at++;
    const value = unescaped(text.slice(start, at));
    return value ?? fail(start, 'the string has a character or an escape that JSON does not know');
  };

  const number = (): number => {
    NUMBER.lastIndex = at;
    const [digits] = NUMBER.exec(text) ?? [];
    if (digits === undefined) return expected('a value');
    at += digits.length;
    return Number(digits);
  };

  /** What stands between `at`, which is at an opening bracket, and the closing one. */
  const items = (close: string, item: () => void): void => {
    at++;
    if (peek() !== close) {
      item();
      while (peek() === ',') {
        at++;
        item();
      }
      if (peek() !== close) expected(`, or ${close}`);
    }
    at++;
  };

  const value = (depth: number): Json => {
    const next = peek();
    if (next === '"') return string();
    if (next === '{' || next === '[') {
      if (depth === MAX_DEPTH) return fail(at, `more than ${MAX_DEPTH} brackets within each other`);
      return next === '{' ? object(depth + 1) : array(depth + 1);
    }
    for (const [word, meaning] of LITERALS) {
      if (!text.startsWith(word, at)) continue;
      at += word.length;
      return meaning;
    }
    return number();
  };

  const array = (depth: number): Json[] => {
    const all: Json[] = [];
    items(']', () => all.push(value(depth)));
    return all;
  };

  const object = (depth: number): JsonObject => {
    const all = new Map<string, Json>();
    items('}', () => {
      peek();
      const start = at;
      const name = string();
      if (all.has(name)) fail(start, `${JSON.stringify(name)} for the second time, expected each name once`);
      if (peek() !== ':') expected(':');
      at++;
      all.set(name, value(depth));
    });
    return all;
  };

  const whole = value(0);
  if (peek() !== '') expected('the end');
  return whole;
}

/** A string without its quotes and escapes; undefined where that is no JSON, or no Unicode: half of a surrogate pair. */
function unescaped(quoted: string): string | undefined {
  try {
    const value: string = JSON.parse(quoted);
    return isUnicode(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

/** Whether UTF-8 can hold a text: not half of a surrogate pair. */
export function isUnicode(text: string): boolean {
  return !/\p{Surrogate}/u.test(text);
}
