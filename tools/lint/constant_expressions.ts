import type { Module } from '../../src/conformance/wgsl/module.ts';
import { closingOf, type Token } from '../../src/conformance/wgsl/tokens.ts';

/** Returns the expressions that a compiler must evaluate: values of constants, assertions, lengths and attributes. */
export function constantExpressions({ tokens }: Module): (readonly Token[])[] {
  return tokens.flatMap(({ text }, at) => {
    if (text === 'const' || text === 'const_assert') {
      let end = at;
      while (tokens[end] && tokens[end]?.text !== ';') end++;
      return [tokens.slice(at + 1, end)];
    }
    if (text === 'array' && tokens[at + 1]?.text === '<')
      return [tokens.slice(at + 2, closingTemplate(tokens, at + 1))];
    if (text === '@' && tokens[at + 2]?.text === '(') return [tokens.slice(at + 3, closingOf(tokens, at + 2))];
    return [];
  });
}

/** Returns the index of the `>` that closes the template list at `open`. */
export function closingTemplate(tokens: readonly Token[], open: number): number {
  let depth = 0;
  for (let at = open; at < tokens.length; at++) {
    const { text } = tokens[at] as Token;
    if (text === '(') at = closingOf(tokens, at);
    else if (text === '<') depth++;
    else if (text === '>' && --depth === 0) return at;
  }
  throw new Error(`line ${tokens[open]?.line}: < is never closed`);
}
