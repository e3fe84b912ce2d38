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
 * Compilers give every loop a counter against endlessness, unless its variable only steps by one below a constant. So
 * the loops that hold no other are such, and what is bound by data holds one of them: the counter is paid once a block.
 * A constant that is halved or doubled counts as well: it does so a few times.
 */
export function checkLoops(module: Module): Problem[] {
  const looping = loopingFunctions(module);
  return [...module.functions.values()].flatMap(({ body }) => {
    const others = body.filter(({ text }) => text === 'while' || text === 'loop');
    return [
      ...others.map((token) => ({ token, what: `${token.text}: only 'for' says how often` })),
      ...forLoops(body).flatMap((loop) => checkLoop(module, loop, isInnermost(loop, looping))),
    ];
  });
}

function checkLoop(module: Module, { token, header, body }: ForLoop, innermost: boolean): Problem[] {
  const [start = [], condition = [], step = []] = splitAt(header, ';');
  const says = `for (${textOf(header)})`;
  const variable = start[0]?.text === 'var' ? start[1]?.text : undefined;
  if (!variable || condition[0]?.text !== variable) return [{ token, what: `${says}: no variable is counted` }];
  if (isAssigned(variable, body)) return [{ token, what: `${says}: the body changes ${variable}` }];
  const first = start.slice(start.findIndex(({ text }) => text === '=') + 1);
  const bound = condition.slice(2);
  if (scales(textOf(step), variable)) {
    if (constantOf(module, first) && constantOf(module, bound)) return [];
    return [{ token, what: `${says}: where it starts and ends is not constant` }];
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

/** Functions in which something loops, there or in what they call. */
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

/** Every `for` of a body, nested ones too. */
function forLoops(body: readonly Token[]): ForLoop[] {
  return body.flatMap((token, at) => {
    if (token.text !== 'for') return [];
    const close = closingOf(body, at + 1);
    return [{ token, header: body.slice(at + 2, close), body: body.slice(close + 2, closingOf(body, close + 1)) }];
  });
}
