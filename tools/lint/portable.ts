import type { Module } from '../../src/conformance/wgsl/module.ts';
import { closingOf, splitAt, type Token } from '../../src/conformance/wgsl/tokens.ts';
import { closingTemplate, constantExpressions } from './constant_expressions.ts';
import { halfNamesOf, isHalf, isHalfType } from './half_types.ts';
import type { Problem } from './problem.ts';
import { sizeOf } from './sizes.ts';

/** A construct of WGSL that an implementation refuses, or crashes on, although it offers the feature. */
interface Refused {
  /** The finding. */
  readonly what: string;
  /** How the implementation fails, and where that is known. */
  readonly why: string;
  /** The smallest text that has it. */
  readonly sample: string;
  readonly find: (module: Module) => readonly Token[];
}

/**
 * What naga refuses and Dawn accepts: tried in Deno 2.9.6 (naga 29.0.3), construct by construct. What needs a feature or
 * a later version of WGSL is left to the rule `extensions`: naga has no `enable subgroups` (gfx-rs/wgpu #5555), no
 * `subgroup_id`, no pointers to workgroup or storage memory as parameters (#5158), and no assignment to several
 * components.
 */
export const REFUSED: readonly Refused[] = [
  {
    what: 'a bitcast between f16 vectors and words',
    why: 'refused (gfx-rs/wgpu #8896, #4403)',
    sample: 'enable f16; fn f(x: u32) -> vec2h { return bitcast<vec2h>(x); }',
    find: halfBitcasts,
  },
  {
    what: 'frexp of halves',
    why: 'its exponent gets a type that naga lacks (gfx-rs/wgpu #7837)',
    sample: 'enable f16; fn f(x: f16) -> f16 { return frexp(x).fract; }',
    find: (module) => callsIn(module, ['frexp'], (names, [x = []]) => isHalf(module, names, x)),
  },
  {
    what: 'a hexadecimal literal of type f16',
    why: 'not parsed (gfx-rs/wgpu #7046)',
    sample: 'enable f16; fn f() -> f16 { return 0x1p-3h; }',
    find: ({ tokens }) => tokens.filter(({ kind, text }) => kind === 'number' && /^0x.*h$/i.test(text)),
  },
  {
    what: 'a constant expression that naga does not evaluate',
    why: 'not implemented for this function (gfx-rs/wgpu #4507, #7700)',
    sample: 'const ONE = bitcast<u32>(1.0f);',
    find: (module) => constantExpressions(module).flatMap((it) => it.filter(({ text }) => UNEVALUATED.has(text))),
  },
  {
    what: '& or | of truth values in a constant expression',
    why: 'not implemented (gfx-rs/wgpu #9274); && and || are',
    sample: 'const A = true; const B = A & (1u < 2u);',
    find: (module) => constantExpressions(module).flatMap((it) => truthOperators(module, it)),
  },
  {
    what: 'a pointer to a part of a variable as an argument',
    why: 'the process crashes (gfx-rs/wgpu #7315, #5158)',
    sample: 'fn g(p: ptr<function, u32>) {} fn f() { var x: array<u32, 2>; g(&x[1]); }',
    find: (module) => callsIn(module, [...module.functions.keys()], (_, args) => args.some(isPartOfVariable)),
  },
  {
    what: 'a function whose last statement is a loop',
    why: 'refused for want of a return (gfx-rs/wgpu #7650)',
    sample: 'fn f(n: u32) -> u32 { loop { if (n > 1u) { return n; } return 2u; } }',
    find: endlessFunctions,
  },
  {
    what: 'an array in a uniform buffer whose elements are not multiples of 16 bytes',
    why: 'needs uniform_buffer_standard_layout, which naga lacks and Dawn grants unasked',
    sample: '@group(0) @binding(0) var<uniform> x: array<u32, 4>;',
    find: packedUniforms,
  },
];

/** Built-in functions that naga does not evaluate in constant expressions. */
const UNEVALUATED = new Set(
  `bitcast quantizeToF16 ldexp mix smoothstep determinant extractBits insertBits reflect refract faceForward transpose
  frexp modf pack2x16float pack2x16unorm pack2x16snorm pack4x8unorm pack4x8snorm unpack2x16float unpack2x16unorm
  unpack2x16snorm unpack4x8unorm unpack4x8snorm`.split(/\s+/),
);

/** A part that needs what only some implementations do: it is linked only where a probe found that it works. */
export interface Probed {
  readonly what: string;
  /** The kernel that a device runs at its opening. */
  readonly probe: string;
}

/** The parts that may have a refused construct, by their path in shaders/. */
export const PROBED: Readonly<Record<string, Probed>> = {
  'math/narrow_types': { what: 'a bitcast between f16 vectors and words', probe: 'probe/f16_bits' },
  'io/write_halves1_bits': { what: 'a bitcast between f16 vectors and words', probe: 'probe/f16_bits' },
  // The probe itself, which a compiler may refuse.
  'probe/f16_bits': { what: 'a bitcast between f16 vectors and words', probe: 'probe/f16_bits' },
};

/** Finds what some implementation refuses. */
export function checkPortable(module: Module): Problem[] {
  return REFUSED.flatMap(({ what, find }) => find(module).map((token) => ({ token, what })));
}

/** Whether a part may have a construct because it is linked only where a probe found that it works. */
export function isProbed(path: string, what: string): boolean {
  return PROBED[path]?.what === what;
}

function halfBitcasts(module: Module): Token[] {
  const namesIn = halfNamesOf(module);
  return [...module.functions.values()].flatMap((fn) => {
    const names = namesIn(fn);
    const { body } = fn;
    return body.filter(({ text }, at) => {
      if (text !== 'bitcast') return false;
      const close = closingTemplate(body, at + 1);
      const value = body.slice(close + 2, closingOf(body, close + 1));
      return isHalfType(module, body.slice(at + 2, close)) !== isHalf(module, names, value);
    });
  });
}

/** Returns the calls of named functions whose arguments meet a condition. */
function callsIn(
  module: Module,
  functions: readonly string[],
  meets: (halfNames: ReadonlySet<string>, args: readonly (readonly Token[])[]) => boolean,
): Token[] {
  const namesIn = halfNamesOf(module);
  return [...module.functions.values()].flatMap((fn) => {
    const names = namesIn(fn);
    const { body } = fn;
    return body.filter(({ text }, at) => {
      if (!functions.includes(text) || body[at + 1]?.text !== '(') return false;
      return meets(names, splitAt(body.slice(at + 2, closingOf(body, at + 1)), ','));
    });
  });
}

/** `&x.y`, `&x[i]` */
function isPartOfVariable(argument: readonly Token[]): boolean {
  return argument[0]?.text === '&' && argument.some(({ text }) => text === '.' || text === '[');
}

const TRUTH = ['true', 'false', '<', '>', '==', '!=', '<=', '>=', '!', '&&', '||'];

function truthOperators({ constants }: Module, expression: readonly Token[], depth = 0): Token[] {
  const isTruth = ({ text }: Token): boolean =>
    TRUTH.includes(text) || (depth < 8 && (constants.get(text) ?? []).some(isTruth));
  return expression.some(isTruth) ? expression.filter(({ text }) => text === '&' || text === '|') : [];
}

function endlessFunctions({ functions }: Module): Token[] {
  return [...functions.values()].flatMap(({ name, signature, body }) => {
    if (!signature.some(({ text }) => text === '->')) return [];
    let last = 0;
    for (let at = 0; at < body.length; at++) {
      const { text } = body[at] as Token;
      if (text === '(' || text === '[') at = closingOf(body, at);
      if (text === '{') at = closingOf(body, at);
      if ((text === '{' || text === ';') && at + 1 < body.length && body[at + 1]?.text !== 'else') last = at + 1;
    }
    return ['loop', 'for', 'while'].includes(body[last]?.text ?? '') ? [name] : [];
  });
}

function packedUniforms(module: Module): Token[] {
  const packed = (type: readonly Token[], name: Token): Token[] => {
    const [{ text } = name] = type;
    const members = module.structs.get(text) ?? [];
    if (text !== 'array') return members.flatMap((member) => packed(member, name));
    const element = type.slice(2, closingTemplate(type, 1));
    return sizeOf(module, splitAt(element, ',')[0] ?? []).bytes % 16 === 0 ? [] : [name];
  };
  return module.variables.filter(({ space }) => space === 'uniform').flatMap(({ name, type }) => packed(type, name));
}
