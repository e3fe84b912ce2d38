import { GradfoldError } from '../core/errors.ts';
import { unroll } from './unroll.ts';

/** A piece of WGSL as it stands in `shaders/`. */
export interface Part {
  readonly file: string;
  readonly text: string;
}

/** A part written over upper-case names, and what they are called here: `{ NAME: 'x' }` makes `load4_NAME` `load4_x`. */
export interface NamedPart {
  readonly part: Part;
  readonly names: Readonly<Record<string, string>>;
}

/** All that makes one variant of a kernel: parts in any order, and the constants that its prelude sets. */
export interface KernelSource {
  readonly entry: string;
  readonly parts: readonly (Part | NamedPart)[];
  readonly constants: Readonly<Record<string, number | boolean>>;
}

export interface Binding {
  readonly name: string;
  readonly access: 'read' | 'read_write';
  /** Bytes of one element, the least that a binding may be long. */
  readonly stride: number;
}

export interface ParamField {
  readonly name: string;
  readonly type: 'u32' | 'i32' | 'f32' | 'vec4u';
  /** In bytes. */
  readonly offset: number;
  /** Elements of an array of `vec4u`, else 1. */
  readonly length: number;
  /** Of a `..._origin`: the index of its binding, -1 where another serves that name too, as in place. */
  readonly originOf: number | undefined;
}

export interface LinkedKernel {
  readonly entry: string;
  readonly code: string;
  readonly bindings: readonly Binding[];
  readonly params: readonly ParamField[];
  readonly paramBytes: number;
  readonly bindingNames: ReadonlySet<string>;
  /** Of the parameters that a launch gives: all but `nan_bits` and the origins, which the runtime knows. */
  readonly paramNames: ReadonlySet<string>;
  /** Says which file and line a line of `code` came from. */
  origin(line: number): string;
}

/**
 * Joins parts into one module, each once. WGSL's declarations may stand in any order, so linking is joining texts;
 * bindings are numbered as they come, the parameters' block (`var<uniform> params: Params`) among them as binding 0.
 * @param loops whether those that run a constant number of times are written out
 */
export function link(source: KernelSource, loops: 'written out' | 'kept' = 'written out'): LinkedKernel {
  const written = ({ file, text }: Part) => ({ file, text: loops === 'kept' ? text : unroll(text, source.constants) });
  const sections = [prelude(source), ...[...new Set(source.parts)].map((item) => written(instantiate(item)))];
  let next = 1;
  const numbered = sections.map((section) => ({
    file: section.file,
    text: section.text.replace(/@binding\(\d+\)(\s*var<uniform>)?/g, (_, uniform: string | undefined) =>
      uniform ? `@binding(0)${uniform}` : `@binding(${next++})`,
    ),
  }));
  const code = numbered.map((section) => section.text).join('\n');
  const bindings = readBindings(code);
  const fields = readParams(code, source.entry, bindings);
  return {
    entry: source.entry,
    code,
    bindings,
    bindingNames: new Set(bindings.map(({ name }) => name)),
    paramNames: new Set(fields.filter(isFromLaunch).map(({ name }) => name)),
    params: fields,
    paramBytes: 16 * Math.ceil(Math.max(...fields.map((field) => field.offset + 4 * lanes(field)), 1) / 16),
    origin: (line) => locate(numbered, line),
  };
}

/** Identifies a variant: same key, same module. */
export function sourceKey(source: KernelSource): string {
  const parts = source.parts.map((item) =>
    'part' in item ? `${item.part.file}(${Object.values(item.names).join()})` : item.file,
  );
  const constants = Object.entries(source.constants).map(([name, value]) => `${name}=${value}`);
  return `${source.entry} ${parts.join('+')} ${constants.join(',')}`;
}

function prelude(source: KernelSource): Part {
  const uses = (words: RegExp) => source.parts.some((item) => words.test(codeOf('part' in item ? item.part : item)));
  const lines = uses(/\bsubgroup[A-Z]|\bsubgroup_/) ? ['enable subgroups;', 'requires subgroup_id;'] : [];
  if (uses(/\bf16\b|\bvec[234]h\b/)) lines.unshift('enable f16;');
  for (const [name, value] of Object.entries(source.constants)) {
    const type = typeof value === 'boolean' ? 'bool' : 'u32';
    lines.push(`const ${name}: ${type} = ${value}${type === 'u32' ? 'u' : ''};`);
  }
  return { file: `prelude of ${source.entry}`, text: lines.join('\n') };
}

/** A part's text without its comments, which may speak of anything. */
function codeOf({ text }: Part): string {
  return text.replace(/\/\/.*$/gm, '');
}

function instantiate(item: Part | NamedPart): Part {
  if (!('part' in item)) return item;
  let { text } = item.part;
  for (const [name, actual] of Object.entries(item.names)) text = text.replaceAll(name, actual);
  return { file: item.part.file, text };
}

const STRIDES: Record<string, number> = { vec2u: 8, vec4u: 16 };

function readBindings(code: string): Binding[] {
  const pattern = /@binding\((\d+)\)\s*var<storage,\s*(read|read_write)>\s*(\w+)\s*:\s*array<([\w<>]+)>/g;
  return [...code.matchAll(pattern)].map(([, , access, name, element]) => ({
    name: name as string,
    access: access as Binding['access'],
    stride: STRIDES[element as string] ?? wordsOf(code, element as string) * 4,
  }));
}

/** Members of a struct of words; 1 of what is none. */
function wordsOf(code: string, name: string): number {
  const body = new RegExp(`struct ${name} \\{([^}]*)\\}`).exec(code)?.[1];
  return body === undefined ? 1 : [...body.replace(/\/\/.*$/gm, '').matchAll(/:/g)].length;
}

function readParams(code: string, entry: string, bindings: readonly Binding[]): ParamField[] {
  const body = /struct Params \{([^}]*)\}/.exec(code)?.[1];
  if (body === undefined) throw new GradfoldError(`link: ${entry} declares no struct Params`);
  let offset = 0;
  return [...body.replace(/\/\/.*$/gm, '').matchAll(/(\w+)\s*:\s*(?:array<vec4u,\s*(\d+)>|(\w+))/g)].map(
    ([, name, length, scalar]) => {
      const type = (scalar ?? 'vec4u') as ParamField['type'];
      if (!['u32', 'i32', 'f32', 'vec4u'].includes(type))
        throw new GradfoldError(`link: ${entry}: Params.${name} is ${type}`);
      const bound = /^(\w+)_origin$/.exec(name as string)?.[1];
      const originOf = bound === undefined ? undefined : bindings.findIndex((binding) => binding.name === bound);
      const field = { name: name as string, type, length: Number(length ?? 1), offset, originOf };
      if (type === 'vec4u') field.offset = 16 * Math.ceil(offset / 16);
      offset = field.offset + 4 * lanes(field);
      return field;
    },
  );
}

function isFromLaunch({ name, originOf }: ParamField): boolean {
  return originOf === undefined && name !== 'nan_bits';
}

function lanes(field: Pick<ParamField, 'type' | 'length'>): number {
  return field.type === 'vec4u' ? 4 * field.length : 1;
}

function locate(sections: readonly Part[], line: number): string {
  let first = 1;
  for (const section of sections) {
    const count = section.text.split('\n').length;
    if (line < first + count) return `${section.file}:${line - first + 1}`;
    first += count;
  }
  return `line ${line}`;
}
