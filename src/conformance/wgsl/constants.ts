import type { Module } from './module.ts';
import { closingOf, type Token } from './tokens.ts';

/** The value of a constant expression that is a scalar or a vector of equal elements. */
export interface Constant {
  readonly value: number;
  readonly type: 'integer' | 'float' | 'bool';
}

/** A constant, and the index of the token after it. */
interface Parsed {
  readonly constant: Constant;
  readonly next: number;
}

/** Returns the value of a list of tokens; undefined if it is known only at run time. */
export function constantOf(module: Module, tokens: readonly Token[]): Constant | undefined {
  const parsed = readConstant(module, tokens, 0, 0);
  return parsed?.next === tokens.length ? parsed.constant : undefined;
}

/**
 * Returns the longest constant expression that begins at `at` and whose operators have at least the precedence `least`;
 * undefined if there is none.
 */
export function readConstant(module: Module, tokens: readonly Token[], at: number, least: number): Parsed | undefined {
  let left = readOperand(module, tokens, at);
  while (left) {
    const operator = operatorAt(tokens, left.next);
    const strength = strengthOf(operator);
    if (strength === 0 || strength < least) break;
    // Only shift operators are two tokens.
    const right = readConstant(module, tokens, left.next + (strength === SHIFT ? 2 : 1), strength + 1);
    const constant = right && applied(operator, left.constant, right.constant);
    if (!constant) break;
    left = { constant, next: right.next };
  }
  return left;
}

/** Operators by precedence, the lowest first. */
const STRENGTHS = [
  ['||'],
  ['&&'],
  ['|'],
  ['^'],
  ['&'],
  ['==', '!=', '<', '>', '<=', '>='],
  ['<<', '>>'],
  ['+', '-'],
  ['*', '/', '%'],
];
const SHIFT = 7;

/** Returns the precedence, from 1 on; 0 if the text is not a binary operator. */
export function strengthOf(operator: string): number {
  return 1 + STRENGTHS.findIndex((operators) => operators.includes(operator));
}

function operatorAt(tokens: readonly Token[], at: number): string {
  const text = tokens[at]?.text ?? '';
  return (text === '<' || text === '>') && tokens[at + 1]?.text === text ? text + text : text;
}

function readOperand(module: Module, tokens: readonly Token[], at: number): Parsed | undefined {
  const token = tokens[at];
  if (!token) return undefined;
  if (token.kind === 'number') return standingAlone(tokens, { constant: numberOf(token.text), next: at + 1 });
  if (token.text === '-' || token.text === '~' || token.text === '!') {
    const operand = readOperand(module, tokens, at + 1);
    return operand && { constant: negated(token.text, operand.constant), next: operand.next };
  }
  if (token.text === '(') {
    const close = closingOf(tokens, at);
    const constant = constantOf(module, tokens.slice(at + 1, close));
    return constant && standingAlone(tokens, { constant, next: close + 1 });
  }
  return token.kind === 'word' ? readWord(module, tokens, at) : undefined;
}

/** Reads a named constant, or a call of a known function with one argument. */
function readWord(module: Module, tokens: readonly Token[], at: number): Parsed | undefined {
  const name = (tokens[at] as Token).text;
  if (name === 'true' || name === 'false') {
    return { constant: { value: name === 'true' ? 1 : 0, type: 'bool' }, next: at + 1 };
  }
  const value = module.constants.get(name);
  if (value) {
    const constant = constantOf(module, value);
    return constant && standingAlone(tokens, { constant, next: at + 1 });
  }
  const close = tokens[at + 1]?.text === '<' ? closeOfTemplate(tokens, at + 1) : at;
  if (tokens[close + 1]?.text !== '(') return undefined;
  const end = closingOf(tokens, close + 1);
  const argument = constantOf(module, tokens.slice(close + 2, end));
  const callee = tokens
    .slice(at, close + 1)
    .map(({ text }) => text)
    .join('');
  const constant = argument && called(callee, argument);
  return constant && standingAlone(tokens, { constant, next: end + 1 });
}

function closeOfTemplate(tokens: readonly Token[], open: number): number {
  let at = open;
  while (tokens[at] && tokens[at]?.text !== '>') at++;
  return at;
}

/** Returns undefined for a component, `x.y` or `x[i]`, whose value is unknown. */
function standingAlone(tokens: readonly Token[], parsed: Parsed): Parsed | undefined {
  return ['.', '['].includes(tokens[parsed.next]?.text ?? '') ? undefined : parsed;
}

export function numberOf(text: string): Constant {
  const hex = /^0x/i.test(text);
  const isFloat = hex ? /[.p]/i.test(text) : /[.efh]/.test(text.toLowerCase());
  if (!isFloat) return { value: Number(text.replace(/[iu]$/, '')), type: 'integer' };
  return { value: hex ? hexFloat(text) : Number(text.replace(/[fh]$/, '')), type: 'float' };
}

function hexFloat(text: string): number {
  const [, whole = '', fraction = '', exponent = '0'] = /^0x([\da-f]*)\.?([\da-f]*)(?:p([+-]?\d+))?/i.exec(text) ?? [];
  return Number.parseInt(whole + fraction || '0', 16) * 2 ** (Number(exponent) - 4 * fraction.length);
}

function negated(operator: string, { value, type }: Constant): Constant {
  if (operator === '~') return { value: ~value >>> 0, type };
  return { value: operator === '!' ? 1 - value : -value, type };
}

function applied(
  operator: string,
  { value: a, type: first }: Constant,
  { value: b, type: second }: Constant,
): Constant | undefined {
  const strength = strengthOf(operator);
  if (strength < 3 || strength === 6) return { value: compared(operator, a, b) ? 1 : 0, type: 'bool' };
  const type = first === 'float' || second === 'float' ? 'float' : first;
  const value = type === 'float' ? arithmetic(operator, a, b) : integer(operator, a, b);
  // Integer division by 0 has no value: compilers reject it.
  return type === 'float' || Number.isFinite(value) ? { value, type } : undefined;
}

function compared(operator: string, a: number, b: number): boolean {
  const known: Record<string, boolean> = {
    '||': a + b > 0,
    '&&': a * b > 0,
    '==': a === b,
    '!=': a !== b,
    '<': a < b,
    '>': a > b,
    '<=': a <= b,
    '>=': a >= b,
  };
  return known[operator] as boolean;
}

function arithmetic(operator: string, a: number, b: number): number {
  const known: Record<string, number> = { '+': a + b, '-': a - b, '*': a * b, '/': a / b, '%': a % b };
  return known[operator] ?? Number.NaN;
}

function integer(operator: string, a: number, b: number): number {
  const known: Record<string, number> = {
    '|': (a | b) >>> 0,
    '^': (a ^ b) >>> 0,
    '&': (a & b) >>> 0,
    '<<': (a << b) >>> 0,
    '>>': a >>> b,
  };
  return known[operator] ?? Math.trunc(arithmetic(operator, a, b));
}

const FUNCTIONS: Record<string, (x: number) => number> = {
  exp: Math.exp,
  exp2: (x) => 2 ** x,
  log: Math.log,
  log2: Math.log2,
  sqrt: Math.sqrt,
  inverseSqrt: (x) => 1 / Math.sqrt(x),
};

/** Evaluates a conversion, a vector of one value, or a function of it. */
function called(callee: string, { value, type }: Constant): Constant | undefined {
  const [, cast, into] = /^(bitcast<)?(?:vec[234]<?)?([iufh])(?:32|16)?>*$/.exec(callee) ?? [];
  if (into && cast) return reinterpreted(into, { value, type });
  if (into === 'f' || into === 'h') return { value, type: 'float' };
  if (into) return { value: Math.trunc(value), type: 'integer' };
  const known = FUNCTIONS[callee];
  return known && { value: known(value), type: 'float' };
}

function reinterpreted(into: string, { value, type }: Constant): Constant | undefined {
  if (type === 'bool') return undefined;
  const view = new DataView(new ArrayBuffer(4));
  if (type === 'float') view.setFloat32(0, value);
  else view.setUint32(0, value);
  if (into === 'f') return { value: view.getFloat32(0), type: 'float' };
  return { value: into === 'i' ? view.getInt32(0) : view.getUint32(0), type: 'integer' };
}
