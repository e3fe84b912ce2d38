/** A word of WGSL, a number or a sign, and its line, counted from 1. */
export interface Token {
  readonly kind: 'word' | 'number' | 'sign';
  readonly text: string;
  readonly line: number;
}

const NUMBER =
  /0[xX](?:[\da-fA-F]+\.?[\da-fA-F]*|\.[\da-fA-F]+)(?:[pP][+-]?\d+[fh]?|[iu])?|(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?[iufh]?/;
/** `<` and `>` are single tokens, as around template arguments. A shift is two tokens. */
const SIGN = /\/\*|&&|\|\||->|\+\+|--|[=!<>+\-*/%&|^]=|[^\s\w]/;
const TOKEN = new RegExp(`(${NUMBER.source})|(\\w+)|${SIGN.source}|\n`, 'g');

/** Splits WGSL into tokens, without comments. Throws for block comments, which no part has. */
export function tokenize(code: string): Token[] {
  const tokens: Token[] = [];
  let line = 1;
  for (const [text, number, word] of code.replace(/\/\/.*/g, '').matchAll(TOKEN)) {
    if (text === '\n') line++;
    else if (text === '/*') throw new Error(`line ${line}: a comment in /* */`);
    else tokens.push({ kind: number ? 'number' : word ? 'word' : 'sign', text, line });
  }
  return tokens;
}

const CLOSING: Record<string, string> = { '(': ')', '[': ']', '{': '}' };

/** Returns the index of the bracket that closes the one at `open`. */
export function closingOf(tokens: readonly Token[], open: number): number {
  const closers: string[] = [];
  for (let at = open; at < tokens.length; at++) {
    const { text } = tokens[at] as Token;
    if (text in CLOSING) closers.push(CLOSING[text] as string);
    else if (text === closers.at(-1)) closers.pop();
    if (closers.length === 0) return at;
  }
  throw new Error(`line ${tokens[open]?.line}: ${tokens[open]?.text} is never closed`);
}

/** Splits at each `separator` outside brackets. */
export function splitAt(tokens: readonly Token[], separator: string): Token[][] {
  const lists: Token[][] = [[]];
  for (let at = 0; at < tokens.length; at++) {
    const token = tokens[at] as Token;
    const end = token.text in CLOSING ? closingOf(tokens, at) : at;
    if (token.text === separator) lists.push([]);
    else lists.at(-1)?.push(...tokens.slice(at, end + 1));
    at = end;
  }
  return lists;
}

export function textOf(tokens: readonly Token[]): string {
  return tokens.map(({ text }) => text).join(' ');
}
