/** A word of WGSL, a number or a sign, and the line it stands in, the first being 1. */
export interface Token {
  readonly kind: 'word' | 'number' | 'sign';
  readonly text: string;
  readonly line: number;
}

const NUMBER =
  /0[xX](?:[\da-fA-F]+\.?[\da-fA-F]*|\.[\da-fA-F]+)(?:[pP][+-]?\d+[fh]?|[iu])?|(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?[iufh]?/;
/** `<` and `>` stand alone, as they do around a template's arguments: a shift is two of them. */
const SIGN = /\/\*|&&|\|\||->|\+\+|--|[=!<>+\-*/%&|^]=|[^\s\w]/;
const TOKEN = new RegExp(`(${NUMBER.source})|(\\w+)|${SIGN.source}|\n`, 'g');

/** Cuts WGSL into tokens. Comments are left out; one in `/*` is not taken, as no part has any. */
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

/** Where the bracket that opens at `open` closes. */
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

/** The lists between `separator`s that stand in no bracket. */
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
