import type { Fn, Module } from '../../src/conformance/wgsl/module.ts';
import { closingOf, splitAt, type Token } from '../../src/conformance/wgsl/tokens.ts';

const HALF_TYPE = /^(?:f16|vec[234]h|mat[234]x[234]h)$/;

/** Whether a type is, or holds, halves. */
export function isHalfType(module: Module, type: readonly Token[]): boolean {
  return type.some(({ text }) => HALF_TYPE.test(text) || isHalfType(module, module.aliases.get(text) ?? []));
}

/**
 * Returns a function from a module's functions to the names that stand for halves in them: variables, parameters, and
 * functions that return halves. What all share is read once.
 */
export function halfNamesOf(module: Module): (fn: Fn) => ReadonlySet<string> {
  const shared = new Set<string>();
  if (!module.tokens.some(({ text }) => HALF_TYPE.test(text))) return () => shared;
  for (const { name, type } of module.variables) if (isHalfType(module, type)) shared.add(name.text);
  for (const { name, signature } of module.functions.values()) {
    const arrow = signature.findIndex(({ text }) => text === '->');
    if (arrow >= 0 && isHalfType(module, signature.slice(arrow))) shared.add(name.text);
  }
  for (const [name, value] of module.constants) if (isHalf(module, shared, value)) shared.add(name);
  return (fn) => withLocals(module, shared, fn);
}

function withLocals(module: Module, shared: ReadonlySet<string>, { signature, body }: Fn): ReadonlySet<string> {
  const names = new Set(shared);
  // A local name hides that of a variable.
  const declare = (name: string, half: boolean) => (half ? names.add(name) : names.delete(name));
  const local = [...signature, ...body];
  for (const [at, { kind, text }] of local.entries()) {
    if (kind !== 'word') continue;
    const next = local[at + 1]?.text;
    if (next === ':') {
      declare(text, isHalfType(module, local.slice(at + 2, endOf(local, at + 2, [',', ';', '=', ')']))));
    } else if (next === '=' && ['let', 'var', 'const'].includes(local[at - 1]?.text ?? '')) {
      declare(text, isHalf(module, names, local.slice(at + 2, endOf(local, at + 2, [';']))));
    }
  }
  return names;
}

/** Built-in functions and constructors whose result is not of their argument's type. */
const CONVERSION = /^(?:[fiu]32|bool|vec[234][fiu]|bitcast|array|all|any|arrayLength|u?n?pack\w+|frexp|modf)$/;

/** Whether an expression's value is halves, as far as its first operand tells. */
export function isHalf(module: Module, names: ReadonlySet<string>, expression: readonly Token[]): boolean {
  const [first, second] = expression;
  if (!first) return false;
  const { kind, text } = first;
  if (text === '(') return isHalf(module, names, expression.slice(1, closingOf(expression, 0)));
  if (['-', '&', '*'].includes(text)) return isHalf(module, names, expression.slice(1));
  // An operation on a number without a type has the type of the other operand.
  if (kind === 'number') return text.endsWith('h') || isHalf(module, names, expression.slice(2));
  if (names.has(text) || isHalfType(module, [first])) return true;
  if (/^vec[234]$/.test(text) && second?.text === '<') return isHalfType(module, expression.slice(2, 3));
  if (second?.text !== '(' || CONVERSION.test(text) || module.functions.has(text)) return false;
  const [argument = []] = splitAt(expression.slice(2, closingOf(expression, 1)), ',');
  return isHalf(module, names, argument);
}

function endOf(tokens: readonly Token[], start: number, ends: readonly string[]): number {
  for (let at = start; at < tokens.length; at++) {
    const { text } = tokens[at] as Token;
    if (ends.includes(text)) return at;
    if (text === '(' || text === '[' || text === '{') at = closingOf(tokens, at);
  }
  return tokens.length;
}
