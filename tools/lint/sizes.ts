import { constantOf } from '../../src/conformance/wgsl/constants.ts';
import type { Module } from '../../src/conformance/wgsl/module.ts';
import type { Token } from '../../src/conformance/wgsl/tokens.ts';

/** The size and alignment of a type in memory. */
export interface Size {
  readonly bytes: number;
  readonly align: number;
  readonly holdsArray: boolean;
}

/** Returns the size of the type at the start of `tokens`. Throws if it is unknown or its length is not constant. */
export function sizeOf(module: Module, tokens: readonly Token[]): Size {
  const [name, open] = tokens;
  if (!name) throw new Error('a type is missing');
  const { text } = name;
  const list = open?.text === '<' ? templateArguments(tokens.slice(1)) : [];
  if (text === 'array') {
    const [element = [], length = []] = list;
    const { bytes, align } = sizeOf(module, element);
    const count = constantOf(module, length);
    if (count?.type !== 'integer') throw new Error(`line ${name.line}: an array has no constant length`);
    return { bytes: roundUp(bytes, align) * count.value, align, holdsArray: true };
  }
  if (text === 'atomic') return sizeOf(module, list[0] ?? []);
  const alias = module.aliases.get(text);
  if (alias) return sizeOf(module, alias);
  const members = module.structs.get(text);
  if (members) return structSize(members.map((member) => sizeOf(module, member)));
  return numericSize(name, list[0]?.[0]?.text);
}

/** Whether a type that begins with this word is, or holds, an array. */
export function holdsArray(module: Module, word: string): boolean {
  if (word === 'array') return true;
  const parts = [...(module.structs.get(word) ?? []), module.aliases.get(word) ?? []];
  return parts.some((part) => part.some(({ kind, text }) => kind === 'word' && holdsArray(module, text)));
}

function structSize(members: readonly Size[]): Size {
  const align = Math.max(...members.map((member) => member.align));
  const end = members.reduce((at, member) => roundUp(at, member.align) + member.bytes, 0);
  return { bytes: roundUp(end, align), align, holdsArray: members.some((member) => member.holdsArray) };
}

const SCALARS: Record<string, number> = { u32: 4, i32: 4, f32: 4, bool: 4, f16: 2, u: 4, i: 4, f: 4, h: 2 };

/** `u32`, `vec4<f32>`, `vec3u`, `mat4x4f` */
function numericSize({ text, line }: Token, element: string | undefined): Size {
  const [, columns = '1', rows = '1', suffix] = /^(?:mat([234])x|vec)([234])([iufh]?)$/.exec(text) ?? [];
  const scalar = SCALARS[suffix === undefined ? text : suffix || (element ?? '')];
  if (!scalar) throw new Error(`line ${line}: unknown type '${text}'`);
  const align = scalar * (rows === '3' ? 4 : Number(rows));
  const bytes = columns === '1' ? scalar * Number(rows) : align * Number(columns);
  return { bytes, align, holdsArray: false };
}

function templateArguments(tokens: readonly Token[]): Token[][] {
  const list: Token[][] = [[]];
  let depth = 0;
  for (const token of tokens) {
    if (token.text === '<') depth++;
    if (token.text === '>') depth--;
    if (depth === 0) break;
    if (depth === 1 && token.text === ',') list.push([]);
    else if (depth > 1 || token.text !== '<') list.at(-1)?.push(token);
  }
  return list;
}

function roundUp(value: number, step: number): number {
  return Math.ceil(value / step) * step;
}
