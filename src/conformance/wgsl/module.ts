import { closingOf, type Token, textOf, tokenize } from './tokens.ts';

/** `enable a, b;`, `requires c;` */
export interface Directive {
  readonly keyword: string;
  readonly names: readonly Token[];
}

/** A module-scope variable. `space` is '' for textures and samplers, which have none. */
export interface Variable {
  readonly name: Token;
  readonly space: string;
  readonly type: readonly Token[];
}

export interface Fn {
  readonly name: Token;
  /** The tokens between the name and the body. */
  readonly signature: readonly Token[];
  readonly body: readonly Token[];
}

/** The declarations of a WGSL text. */
export interface Module {
  readonly tokens: readonly Token[];
  readonly directives: readonly Directive[];
  /** The values of module-scope constants, by name. */
  readonly constants: ReadonlyMap<string, readonly Token[]>;
  readonly aliases: ReadonlyMap<string, readonly Token[]>;
  /** The types of a struct's members, by the struct's name. */
  readonly structs: ReadonlyMap<string, readonly (readonly Token[])[]>;
  readonly variables: readonly Variable[];
  readonly functions: ReadonlyMap<string, Fn>;
}

/** Reads a text's declarations. Throws for an unknown declaration, whose content no rule would see. */
export function readModule(code: string): Module {
  const tokens = tokenize(code);
  const directives: Directive[] = [];
  const constants = new Map<string, readonly Token[]>();
  const aliases = new Map<string, readonly Token[]>();
  const structs = new Map<string, readonly (readonly Token[])[]>();
  const variables: Variable[] = [];
  const functions = new Map<string, Fn>();
  for (let at = 0; at < tokens.length; at++) {
    at = afterAttributes(tokens, at);
    const keyword = tokens[at] as Token;
    const end = endOfDeclaration(tokens, at);
    const inner = tokens.slice(at + 1, end);
    const name = inner[0]?.text ?? '';
    const value = inner.slice(inner.findIndex(({ text }) => text === '=') + 1);
    if (['enable', 'requires', 'diagnostic'].includes(keyword.text)) {
      directives.push({ keyword: keyword.text, names: inner.filter(({ kind }) => kind === 'word') });
    } else if (keyword.text === 'const') constants.set(name, value);
    else if (keyword.text === 'alias') aliases.set(name, value);
    else if (keyword.text === 'struct') structs.set(name, memberTypes(inner.slice(2)));
    else if (keyword.text === 'var') variables.push(readVariable(inner));
    else if (keyword.text === 'fn') {
      const open = inner.findIndex(({ text }) => text === '{');
      functions.set(name, {
        name: inner[0] as Token,
        signature: inner.slice(1, open),
        body: inner.slice(open + 1),
      });
    } else if (![';', 'const_assert'].includes(keyword.text)) {
      throw new Error(`line ${keyword.line}: '${keyword.text}' does not begin a known declaration`);
    }
    at = end;
  }
  return { tokens, directives, constants, aliases, structs, variables, functions };
}

/** Finds the end of a declaration: its semicolon, or the bracket that closes its body. */
function endOfDeclaration(tokens: readonly Token[], start: number): number {
  for (let at = start; at < tokens.length; at++) {
    const { text } = tokens[at] as Token;
    if (text === ';') return at;
    if (text === '{') return closingOf(tokens, at);
    if (text === '(' || text === '[') at = closingOf(tokens, at);
  }
  throw new Error(`line ${tokens[start]?.line}: '${tokens[start]?.text}' has no end`);
}

function afterAttributes(tokens: readonly Token[], start: number): number {
  let at = start;
  while (tokens[at]?.text === '@') at = tokens[at + 2]?.text === '(' ? closingOf(tokens, at + 2) + 1 : at + 2;
  return at;
}

/**
 * Returns the types in `a: u32, @builtin(x) b: array<f32, 4>`. Commas in template arguments are not followed by
 * `name:`.
 */
function memberTypes(tokens: readonly Token[]): Token[][] {
  const types: Token[][] = [];
  for (let at = 0; at < tokens.length; at++) {
    at = afterAttributes(tokens, at);
    if (tokens[at + 1]?.text === ':') {
      types.push([]);
      at++;
    } else if (tokens[at]) types.at(-1)?.push(tokens[at] as Token);
  }
  return types.map((type) => (type.at(-1)?.text === ',' ? type.slice(0, -1) : type));
}

/** `<storage, read> name: type = value` */
function readVariable(tokens: readonly Token[]): Variable {
  const close = tokens[0]?.text === '<' ? tokens.findIndex(({ text }) => text === '>') : -1;
  const [name, colon, ...rest] = tokens.slice(close + 1);
  if (!name || colon?.text !== ':') throw new Error(`line ${tokens[0]?.line}: 'var ${textOf(tokens)}' has no type`);
  const value = rest.findIndex(({ text }) => text === '=');
  const space = close < 0 ? '' : (tokens[1]?.text ?? '');
  return { name, space, type: value < 0 ? rest : rest.slice(0, value) };
}
