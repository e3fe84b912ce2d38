import type { LinkedKernel } from '../../runtime/link.ts';
import { constantOf } from '../wgsl/constants.ts';
import { type Fn, type Module, readModule } from '../wgsl/module.ts';
import { closingOf, type Token } from '../wgsl/tokens.ts';

/** How a kernel accesses one of its bindings. */
export interface Access {
  /** The number of times that it fetches the binding; 0 for never. */
  readonly reads: number;
  readonly writes: boolean;
  /** Whether it reads only single elements of each row, not blocks. */
  readonly picks: boolean;
}

/** A function's calls and its accesses to bindings, without the branches that constants rule out. */
interface Effects {
  readonly calls: readonly string[];
  readonly reads: ReadonlySet<string>;
  readonly writes: ReadonlySet<string>;
}

/** The function that fetches the blocks of rows (shaders/io/row_in.wgsl). Each call site is one pass over the rows. */
const FETCH = 'fetch_block';

/** Returns the accesses to each binding, from the kernel's text and the constants of its variant. */
export function accessesOf({ code, entry, bindings }: LinkedKernel): ReadonlyMap<string, Access> {
  const module = readModule(code);
  const names = new Set(bindings.map(({ name }) => name));
  const effects = new Map([...module.functions].map(([name, fn]) => [name, effectsOf(module, fn, names)]));
  const reached = reachedFrom(effects, entry);
  const fetched = reachedFrom(effects, FETCH);
  const passes = reached.flatMap(({ calls }) => calls.filter((name) => name === FETCH)).length;
  return new Map(
    bindings.map(({ name }) => {
      const isRead = reached.some(({ reads }) => reads.has(name));
      const inBlocks = passes > 0 && fetched.some(({ reads }) => reads.has(name));
      const writes = reached.some(({ writes }) => writes.has(name));
      const picks = isRead && !inBlocks && effects.has(FETCH) && effects.has(`fetch_${name}`);
      return [name, { reads: inBlocks ? passes : isRead ? 1 : 0, writes, picks }];
    }),
  );
}

function reachedFrom(
  effects: ReadonlyMap<string, Effects>,
  name: string,
  seen = new Map<string, Effects>(),
): Effects[] {
  const found = effects.get(name);
  if (found && !seen.has(name)) {
    seen.set(name, found);
    for (const call of found.calls) reachedFrom(effects, call, seen);
  }
  return [...seen.values()];
}

function effectsOf(module: Module, { signature, body }: Fn, bindings: ReadonlySet<string>): Effects {
  const tokens = liveOf(module, body);
  const calls: string[] = [];
  const reads = new Set<string>();
  const writes = new Set<string>();
  for (const [at, { text, kind }] of tokens.entries()) {
    const next = tokens[at + 1]?.text;
    if (kind !== 'word') continue;
    if (next === '(' && module.functions.has(text)) calls.push(text);
    if (next !== '[' || !bindings.has(text) || isLocal(signature, tokens, text)) continue;
    (isStored(tokens, at) ? writes : reads).add(text);
  }
  return { calls, reads, writes };
}

/** Whether a parameter or a variable of the function hides a binding of that name. */
function isLocal(signature: readonly Token[], tokens: readonly Token[], name: string): boolean {
  if (signature.some(({ text }, at) => text === name && signature[at + 1]?.text === ':')) return true;
  return tokens.some(({ text }, at) => text === name && ['let', 'var', 'const'].includes(tokens[at - 1]?.text ?? ''));
}

/** Whether the element at `at` is assigned or changed atomically: `x[i] = y;`, `atomicOr(&x[i], y)`. */
function isStored(tokens: readonly Token[], at: number): boolean {
  if (tokens[at - 1]?.text === '&' && tokens[at - 2]?.text === '(') return tokens[at - 3]?.text !== 'atomicLoad';
  let end = closingOf(tokens, at + 1);
  for (;;) {
    const next = tokens[end + 1]?.text;
    if (next === '[') end = closingOf(tokens, end + 1);
    else if (next === '.') end += 2;
    else return next === '=';
  }
}

/** Removes branches that constants rule out, and the statements after a return that is then certain. */
function liveOf(module: Module, tokens: readonly Token[]): Token[] {
  const live: Token[] = [];
  for (let at = 0; at < tokens.length; at++) {
    const token = tokens[at] as Token;
    if (token.text !== 'if') {
      live.push(token);
      continue;
    }
    const close = closingOf(tokens, at + 1);
    const end = closingOf(tokens, close + 1);
    const condition = tokens.slice(at + 2, close);
    const known = constantOf(module, condition);
    const [first, last] = elseOf(tokens, end);
    const then = liveOf(module, tokens.slice(close + 1, end + 1));
    const otherwise = liveOf(module, tokens.slice(first, last + 1));
    if (!known) live.push(...condition, ...then, ...otherwise);
    else {
      const taken = known.value === 0 ? otherwise : then;
      live.push(...taken);
      if (returns(taken)) return live;
    }
    at = last;
  }
  return live;
}

/** Whether a block ends with a return. */
function returns(block: readonly Token[]): boolean {
  const last = block.slice(block.findLastIndex(({ text }) => text === 'return'));
  return last[0]?.text === 'return' && last.filter(({ text }) => text === '}').length === 1;
}

/** Returns the range of the `else` branch after that bracket; empty, at `end`, if there is none. */
function elseOf(tokens: readonly Token[], end: number): readonly [first: number, last: number] {
  if (tokens[end + 1]?.text !== 'else') return [end + 1, end];
  const first = end + 2;
  if (tokens[first]?.text !== 'if') return [first, closingOf(tokens, first)];
  const close = closingOf(tokens, closingOf(tokens, first + 1) + 1);
  return [first, elseOf(tokens, close)[1]];
}
