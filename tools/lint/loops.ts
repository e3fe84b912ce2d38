import { constantOf } from '../../src/conformance/wgsl/constants.ts';
import type { Module } from '../../src/conformance/wgsl/module.ts';
import { closingOf, splitAt, type Token, textOf } from '../../src/conformance/wgsl/tokens.ts';
import type { Problem } from './problem.ts';

interface ForLoop {
  readonly token: Token;
  readonly header: readonly Token[];
  readonly body: readonly Token[];
}

/**
 * Compilers add a counter to every loop to rule out endless ones, unless the variable counts up by one to a constant.
 * Innermost loops must therefore have constant bounds. A loop bounded by data contains such a loop and pays for its
 * counter once per block. Halving or doubling between constants is allowed as well: it takes few steps.
 */
export function checkLoops(module: Module): Problem[] {
  const looping = loopingFunctions(module);
  return [...module.functions.values()].flatMap(({ body }) => {
    const others = body.filter(({ text }) => text === 'while' || text === 'loop');
    return [
      ...others.map((token) => ({ token, what: `${token.text}: only 'for' states its bounds` })),
      ...forLoops(body).flatMap((loop) => checkLoop(module, loop, isInnermost(loop, looping))),
    ];
  });
}

function checkLoop(module: Module, { token, header, body }: ForLoop, innermost: boolean): Problem[] {
  const [start = [], condition = [], step = []] = splitAt(header, ';');
  const says = `for (${textOf(header)})`;
  const variable = start[0]?.text === 'var' ? start[1]?.text : undefined;
  if (!variable || condition[0]?.text !== variable) return [{ token, what: `${says}: there is no loop variable` }];
  if (isAssigned(variable, body)) return [{ token, what: `${says}: the body changes ${variable}` }];
  const first = start.slice(start.findIndex(({ text }) => text === '=') + 1);
  const bound = condition.slice(2);
  if (scales(textOf(step), variable)) {
    if (constantOf(module, first) && constantOf(module, bound)) return [];
    return [{ token, what: `${says}: its bounds are not constant` }];
  }
  if (!stepsByOne(textOf(step), variable) || condition[1]?.text !== '<') {
    return [{ token, what: `${says}: ${variable} does not step by one below a bound` }];
  }
  if (!innermost || (constantOf(module, first)?.type === 'integer' && constantOf(module, bound)?.type === 'integer'))
    return [];
  return [{ token, what: `${says}: an innermost loop whose bounds are not constant` }];
}

function stepsByOne(step: string, variable: string): boolean {
  return step === `${variable} ++` || new RegExp(`^${variable} \\+= 1[iu]?$`).test(step);
}

function scales(step: string, variable: string): boolean {
  return new RegExp(`^${variable} (?:= ${variable} [*/]|[*/]=) 2[iu]?$`).test(step);
}

function isAssigned(variable: string, body: readonly Token[]): boolean {
  return body.some(
    ({ text }, at) =>
      text === variable &&
      body[at - 1]?.text !== '.' &&
      (/^(?:\+\+|--|[-+*/%&|^]?=)$/.test(body[at + 1]?.text ?? '') || isPointedTo(body, at)),
  );
}

/** `&x` as an argument, not `a & x`. */
function isPointedTo(body: readonly Token[], at: number): boolean {
  return body[at - 1]?.text === '&' && ['(', ','].includes(body[at - 2]?.text ?? '');
}

function isInnermost({ body }: ForLoop, looping: ReadonlySet<string>): boolean {
  return !body.some(({ text }, at) => isLoop(text) || (looping.has(text) && body[at + 1]?.text === '('));
}

function isLoop(text: string): boolean {
  return text === 'for' || text === 'while' || text === 'loop';
}

/** Functions with a loop, in themselves or in a function that they call. */
function loopingFunctions({ functions }: Module): Set<string> {
  const looping = new Set<string>();
  for (let known = -1; known < looping.size; ) {
    known = looping.size;
    for (const [name, { body }] of functions) {
      if (body.some(({ text }, at) => isLoop(text) || (looping.has(text) && body[at + 1]?.text === '(')))
        looping.add(name);
    }
  }
  return looping;
}

/** Every `for` in a body, including nested ones. */
function forLoops(body: readonly Token[]): ForLoop[] {
  return body.flatMap((token, at) => {
    if (token.text !== 'for') return [];
    const close = closingOf(body, at + 1);
    return [{ token, header: body.slice(at + 2, close), body: body.slice(close + 2, closingOf(body, close + 1)) }];
  });
}
