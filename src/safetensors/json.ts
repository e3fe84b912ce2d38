/** JSON as `JSON.parse` gives it. */
export type Json = null | boolean | number | string | readonly Json[] | JsonObject;
export interface JsonObject {
  readonly [name: string]: Json;
}

/** Arrays and objects within each other; more is refused before it could exhaust the stack. The limit is serde_json's. */
const MAX_DEPTH = 128;
/** White space, and a token that is no string. */
const TOKEN = /[ \t\n\r]*([{}[\],:]|true|false|null|-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?)?/y;

/**
 * `JSON.parse` of a text that has been checked: every engine gives the same message and place for what is not JSON (RFC
 * 8259), and a name that an object has twice is an error, where `JSON.parse` silently keeps the last.
 * @param fail is given the index in `text` and what is wrong there; it throws
 */
export function parseJson(text: string, fail: (at: number, what: string) => never): Json {
  let at = 0;
  let token = '';
  /** Moves to the next token; '' at the end, and where none begins. */
  const advance = () => {
    TOKEN.lastIndex = at + token.length;
    token = TOKEN.exec(text)?.[1] ?? '';
    at = TOKEN.lastIndex - token.length;
    if (text[at] === '"') token = text.slice(at, endOfString(text, at));
  };
  const expected = (what: string): never => {
    const point = text.codePointAt(at);
    const found = point === undefined ? 'the end' : JSON.stringify(String.fromCodePoint(point));
    return fail(at, `found ${found}, expected ${what}`);
  };
  const string = (): string => {
    if (text[at] !== '"') expected('"');
    if (token === '') fail(at, 'the string has no end');
    return unescaped(token) ?? fail(at, 'the string has a character or an escape that JSON does not know');
  };
  const checkName = (names: Set<string>) => {
    const name = string();
    if (names.has(name)) fail(at, `${JSON.stringify(name)} for the second time, expected each name once`);
    names.add(name);
    advance();
    if (token !== ':') expected(':');
    advance();
  };
  const checkValue = (depth: number) => {
    const first = token;
    if (first === '{' || first === '[') {
      if (depth === MAX_DEPTH) fail(at, `more than ${MAX_DEPTH} brackets within each other`);
      const names = first === '{' ? new Set<string>() : undefined;
      const close = names ? '}' : ']';
      advance();
      for (let more = token !== close; more; ) {
        if (names) checkName(names);
        checkValue(depth + 1);
        more = token === ',';
        if (more) advance();
      }
      if (token !== close) expected(`, or ${close}`);
    } else if (text[at] === '"') string();
    else if (',:]}'.includes(first)) expected('a value');
    advance();
  };
  advance();
  checkValue(0);
  if (at < text.length) expected('the end');
  return JSON.parse(text);
}

/** Where the string that begins at `at` is over; `at` where it has no end. A loop: a regular expression runs out of stack. */
function endOfString(text: string, at: number): number {
  let end = at + 1;
  while (end < text.length && text[end] !== '"') end += text[end] === '\\' ? 2 : 1;
  return end < text.length ? end + 1 : at;
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
