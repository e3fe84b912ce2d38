import { readModule } from '../../src/conformance/wgsl/module.ts';
import { closingOf, type Token } from '../../src/conformance/wgsl/tokens.ts';
import type { Part } from '../../src/runtime/link.ts';

/** The names that a part declares and those that it uses. Parameters are `params.x` in both. */
export interface Names {
  readonly declared: ReadonlySet<string>;
  readonly used: ReadonlySet<string>;
  /** Members of structs: those that it declares, and those that it reads. */
  readonly members: ReadonlySet<string>;
  readonly accessed: ReadonlySet<string>;
}

export function readNames({ text }: Part): Names {
  const module = readModule(text);
  const structs = membersOf(module.tokens);
  const parameters = (structs.get('Params') ?? []).map((name) => `params.${name}`);
  const declared = new Set([
    ...[module.constants, module.aliases, module.structs, module.functions].flatMap((map) => [...map.keys()]),
    ...module.variables.map(({ name }) => name.text),
    ...parameters,
  ]);
  declared.delete('Params');
  const accessed = new Set<string>();
  const used = new Set<string>();
  const locals = localsOf(module.tokens);
  for (const [at, token] of module.tokens.entries()) {
    const before = module.tokens[at - 1]?.text;
    if (token.kind !== 'word' || before === '@') continue;
    if (before === '.') {
      accessed.add(token.text);
      if (module.tokens[at - 2]?.text === 'params') used.add(`params.${token.text}`);
    } else if (!locals.some(({ from, to, names }) => at >= from && at < to && names.has(token.text)))
      used.add(token.text);
  }
  for (const name of declared) used.delete(name);
  return { declared, used, members: new Set([...structs.values()].flat()), accessed };
}

/** The members of each struct, by name. */
function membersOf(tokens: readonly Token[]): Map<string, string[]> {
  const structs = new Map<string, string[]>();
  for (const [at, { text }] of tokens.entries()) {
    if (text !== 'struct') continue;
    const body = tokens.slice(at + 3, closingOf(tokens, at + 2));
    const names = body.filter((_, i) => body[i + 1]?.text === ':').map((token) => token.text);
    structs.set(tokens[at + 1]?.text ?? '', names);
  }
  return structs;
}

/** Names local to functions and structs, which hide module-scope names. */
function localsOf(tokens: readonly Token[]): { from: number; to: number; names: Set<string> }[] {
  return tokens.flatMap(({ text }, at) => {
    if (text !== 'fn' && text !== 'struct') return [];
    const open = tokens.findIndex((token, i) => i > at && token.text === '{');
    const to = closingOf(tokens, open);
    const inside = tokens.slice(at, to);
    const isLocal = (i: number) =>
      inside[i + 1]?.text === ':' || ['let', 'var', 'const'].includes(inside[i - 1]?.text ?? '');
    return [{ from: at, to, names: new Set(inside.filter((_, i) => isLocal(i)).map((token) => token.text)) }];
  });
}
