import { readConstant, strengthOf } from '../../src/conformance/wgsl/constants.ts';
import type { Module } from '../../src/conformance/wgsl/module.ts';
import { type Token, textOf } from '../../src/conformance/wgsl/tokens.ts';
import type { Problem } from './problem.ts';

/**
 * NaN and infinities must be made from run-time bits and detected by their bits. Compilers reject non-finite constants
 * or fold them to arbitrary values, and may assume that x == x always holds.
 */
export function checkSpecials(module: Module): Problem[] {
  const { tokens } = module;
  return tokens.flatMap((token, at) => {
    if (/^(?:isNan|isInf|isFinite|isNormal)$/i.test(token.text)) {
      return [{ token, what: `${token.text}: detect NaN and infinities by their bits` }];
    }
    if (token.text === '==' || token.text === '!=') return checkComparison(tokens, at);
    return checkConstant(module, at);
  });
}

/** Finds the longest literal or constant expression that begins at a token. */
function checkConstant(module: Module, at: number): Problem[] {
  const { tokens } = module;
  const token = tokens[at] as Token;
  const before = tokens[at - 1];
  const isSign = token.kind === 'sign';
  if (before?.text === '.' || (isSign && endsOperand(before)) || isUnary(tokens, at - 1)) return [];
  const least = before?.kind === 'sign' ? strengthOf(before.text) + 1 : 0;
  const parsed = readConstant(module, tokens, at, least);
  // A name is checked where it is declared.
  if (parsed?.constant.type !== 'float' || (token.kind === 'word' && parsed.next === at + 1)) return [];
  const { value } = parsed.constant;
  if (Number.isFinite(Math.fround(value)) && !(token.text.endsWith('h') && value >= 65520)) return [];
  return [{ token, what: `${textOf(tokens.slice(at, parsed.next))} is non-finite` }];
}

function isUnary(tokens: readonly Token[], at: number): boolean {
  return ['-', '!', '~'].includes(tokens[at]?.text ?? '') && !endsOperand(tokens[at - 1]);
}

function endsOperand(token: Token | undefined): boolean {
  if (!token || token.text === 'return') return false;
  return token.kind !== 'sign' || token.text === ')' || token.text === ']';
}

function checkComparison(tokens: readonly Token[], at: number): Problem[] {
  const left = operandTo(tokens, at, -1);
  const right = operandTo(tokens, at, 1);
  if (left === '' || left !== right) return [];
  return [{ token: tokens[at] as Token, what: `${left} is compared with itself` }];
}

const ENDS = [';', '{', '}', ',', '=', '&&', '||', '&', '|', '!', 'return', '==', '!='];

/** The tokens on one side of a comparison. */
function operandTo(tokens: readonly Token[], from: number, step: 1 | -1): string {
  const [opening, closing] = step === 1 ? ['([', ')]'] : [')]', '(['];
  let depth = 0;
  let at = from + step;
  for (; tokens[at]; at += step) {
    const { text } = tokens[at] as Token;
    if (closing.includes(text) && depth-- === 0) break;
    if (opening.includes(text)) depth++;
    if (depth === 0 && ENDS.includes(text)) break;
  }
  return textOf(step === 1 ? tokens.slice(from + 1, at) : tokens.slice(at + 1, from));
}
