import { GradfoldError } from '../core/errors.ts';
import { unroll } from './unroll.ts';

/** A file of WGSL in `shaders/`. */
export interface Part {
  readonly file: string;
  readonly text: string;
}

/** A part with upper-case placeholders, and their names here: `{ NAME: 'x' }` turns `load4_NAME` into `load4_x`. */
export interface NamedPart {
  readonly part: Part;
  readonly names: Readonly<Record<string, string>>;
}

/** The source of one variant of a kernel: parts in any order, and the constants of its prelude. */
export interface KernelSource {
  readonly entry: string;
  readonly parts: readonly (Part | NamedPart)[];
  readonly constants: Readonly<Record<string, number | boolean>>;
}

export interface Binding {
  readonly name: string;
  readonly access: 'read' | 'read_write';
  /** Bytes of one element, the minimum size of a binding. */
  readonly stride: number;
}

export interface ParamField {
  readonly name: string;
  readonly type: 'u32' | 'i32' | 'f32' | 'vec4u';
  /** In bytes. */
  readonly offset: number;
  /** The length of an array of `vec4u`, else 1. */
  readonly length: number;
  /** The index of its binding, for a `..._origin`. */
  readonly originOf: number | undefined;
  /** The file of a part that declares it; undefined for the parameters that the runtime sets. */
  readonly declaredIn: string | undefined;
}

export interface LinkedKernel {
  readonly entry: string;
  readonly code: string;
  readonly bindings: readonly Binding[];
  readonly params: readonly ParamField[];
  readonly paramBytes: number;
  readonly bindingNames: ReadonlySet<string>;
  /** The parameters that a launch sets: all but `nan_bits` and the origins, which the runtime sets. */
  readonly paramNames: ReadonlySet<string>;
  /** Returns the file and line that a line of `code` came from. */
  origin(line: number): string;
}

/**
 * Joins parts into one module, each once. WGSL allows declarations in any order, so linking concatenates texts.
 * Bindings are numbered in order of appearance. Each part declares the parameters that it reads in its own `struct
 * Params`. These are merged into one struct, binding 0, together with `nan_bits` and the `..._origin` of bindings if a
 * part reads them.
 * @param loops whether loops with a constant number of iterations are written out
 * @throws GradfoldError if a part reads a parameter that no part declares, or two parts declare one differently
 */
export function link(source: KernelSource, loops: 'written out' | 'kept' = 'written out'): LinkedKernel {
  const parts = [...new Set(source.parts)].map(instantiate);
  const bindings = readBindings(parts.map(({ text }) => text).join('\n'));
  const params = layOut(paramsOf(source, parts, bindings));
  const written = ({ file, text }: Part) => ({
    file,
    text: withoutParams(loops === 'kept' ? text : unroll(text, source.constants)),
  });
  let next = 1;
  const sections = [prelude(source), paramsPart(source, params), ...parts.map(written)].map(({ file, text }) => ({
    file,
    text: text.replace(/@binding\(\d+\)(?!\s*var<uniform>)/g, () => `@binding(${next++})`),
  }));
  return {
    entry: source.entry,
    code: sections.map(({ text }) => text).join('\n'),
    bindings,
    bindingNames: new Set(bindings.map(({ name }) => name)),
    paramNames: new Set(params.filter(({ declaredIn }) => declaredIn !== undefined).map(({ name }) => name)),
    params,
    paramBytes: 16 * Math.ceil(Math.max(...params.map((field) => field.offset + 4 * lanes(field))) / 16),
    origin: (line) => locate(sections, line),
  };
}

/** Returns the key of a variant: equal keys mean equal modules. */
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

/** Returns a part's text without comments, which may mention anything. */
function codeOf({ text }: Part): string {
  return text.replace(/\/\/.*$/gm, '');
}

/** Returns a part with its placeholders replaced. */
export function instantiate(item: Part | NamedPart): Part {
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

/** Returns the number of members of a struct of words; 1 for any other type. */
function wordsOf(code: string, name: string): number {
  const body = new RegExp(`struct ${name} \\{([^}]*)\\}`).exec(code)?.[1];
  return body === undefined ? 1 : [...body.replace(/\/\/.*$/gm, '').matchAll(/:/g)].length;
}

type Declared = Omit<ParamField, 'offset'>;

const TYPES: readonly string[] = ['u32', 'i32', 'f32', 'vec4u'] satisfies ParamField['type'][];
const PARAMS = /struct Params \{([^}]*)\}/;

/**
 * Returns the parameters that the parts declare, and those of the runtime that they read: vectors first, then by name.
 */
function paramsOf(
  { entry, constants }: KernelSource,
  parts: readonly Part[],
  bindings: readonly Binding[],
): Declared[] {
  const fields = new Map<string, Declared>();
  for (const part of parts) {
    const body = PARAMS.exec(codeOf(part))?.[1] ?? '';
    for (const [text, name, length, scalar] of body.matchAll(/(\w+)\s*:\s*(?:array<vec4u,\s*(\w+)>|(\w+))/g)) {
      const field = {
        name: name as string,
        type: (scalar ?? 'vec4u') as ParamField['type'],
        length: Number(constants[length as string] ?? length ?? 1),
        originOf: undefined,
        declaredIn: part.file,
      };
      if (!TYPES.includes(field.type) || !(field.length >= 1))
        throw new GradfoldError(`link: ${part.file} declares the parameter ${text}, which is not a parameter type`);
      const other = fields.get(field.name) ?? field;
      if (other.type !== field.type || other.length !== field.length) {
        throw new GradfoldError(
          `link: ${part.file} declares the parameter ${text}, ${other.declaredIn} as ${other.type}`,
        );
      }
      fields.set(field.name, other);
    }
  }
  for (const part of parts) {
    for (const [, name = ''] of codeOf(part).matchAll(/\bparams\.(\w+)/g)) {
      if (fields.has(name)) continue;
      const originOf = bindings.findIndex((binding) => `${binding.name}_origin` === name);
      if (originOf < 0 && name !== 'nan_bits')
        throw new GradfoldError(`link: ${part.file} reads params.${name}, which no part of ${entry} declares`);
      const origin = originOf < 0 ? undefined : originOf;
      fields.set(name, { name, type: 'u32', length: 1, originOf: origin, declaredIn: undefined });
    }
  }
  if (fields.size === 0) throw new GradfoldError(`link: ${entry} has no parameters`);
  const rank = ({ type, name }: Declared) => `${type === 'vec4u' ? 0 : 1} ${name}`;
  return [...fields.values()].sort((a, b) => (rank(a) < rank(b) ? -1 : 1));
}

/** Assigns offsets. Vectors come before words, so no padding is needed. */
function layOut(fields: readonly Declared[]): ParamField[] {
  let end = 0;
  return fields.map((field) => {
    const offset = end;
    end += 4 * lanes(field);
    return { ...field, offset };
  });
}

function paramsPart({ entry }: KernelSource, params: readonly ParamField[]): Part {
  const typeOf = ({ type, length }: ParamField) => (type === 'vec4u' ? `array<vec4u, ${length}>` : type);
  const fields = params.map((field) => `  ${field.name}: ${typeOf(field)},`);
  const lines = ['struct Params {', ...fields, '}', '@group(0) @binding(0) var<uniform> params: Params;'];
  return { file: `parameters of ${entry}`, text: lines.join('\n') };
}

/** Returns a part's text without its parameter declarations. Line numbers stay the same. */
function withoutParams(text: string): string {
  return text.replace(PARAMS, (block) => block.replace(/[^\n]/g, ''));
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
