/** A value as `JSON.parse` returns it. */
export type Json = null | boolean | number | string | readonly Json[] | JsonObject;
export interface JsonObject {
  readonly [name: string]: Json;
}

/** The deepest nesting of arrays and objects, which protects the stack. The limit is serde_json's. */
const MAX_DEPTH = 128;
/** White space and a token other than a string. */
const TOKEN = /[ \t\n\r]*([{}[\],:]|true|false|null|-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?)?/y;

/**
 * Checks a text and then calls `JSON.parse`. Invalid JSON (RFC 8259) gives the same message and position in every
 * engine, and a duplicate name in an object is an error, where `JSON.parse` silently keeps the last.
 * @param fail takes the index in `text` and what is wrong there, and throws
 */
export function parseJson(text: string, fail: (at: number, what: string) => never): Json {
  let at = 0;
  let token = '';
  /** Advances to the next token; '' at the end of the text, or if no token begins there. */
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
    if (token === '') fail(at, 'the string is not terminated');
    return unescaped(token) ?? fail(at, 'the string has a character or an escape that JSON does not allow');
  };
  const checkName = (names: Set<string>) => {
    const name = string();
    if (names.has(name)) fail(at, `${JSON.stringify(name)} is a duplicate, expected each name once`);
    names.add(name);
    advance();
    if (token !== ':') expected(':');
    advance();
  };
  const checkValue = (depth: number) => {
    const first = token;
    if (first === '{' || first === '[') {
      if (depth === MAX_DEPTH) fail(at, `more than ${MAX_DEPTH} nested brackets`);
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

/**
 * The end of the string that begins at `at`, or `at` if unterminated. Loops: a regular expression would exhaust the
 * stack.
 */
function endOfString(text: string, at: number): number {
  let end = at + 1;
  while (end < text.length && text[end] !== '"') end += text[end] === '\\' ? 2 : 1;
  return end < text.length ? end + 1 : at;
}

/** The value of a quoted string; undefined for invalid JSON or a lone surrogate. */
function unescaped(quoted: string): string | undefined {
  try {
    const value: string = JSON.parse(quoted);
    return isUnicode(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

/** Whether UTF-8 can encode a text, that is, whether it has no lone surrogate. */
export function isUnicode(text: string): boolean {
  return !/\p{Surrogate}/u.test(text);
}
