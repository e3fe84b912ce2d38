import type { Module } from '../../src/conformance/wgsl/module.ts';
import type { Token } from '../../src/conformance/wgsl/tokens.ts';
import type { Problem } from './problem.ts';
import { holdsArray, sizeOf } from './sizes.ts';

/** In bytes. */
export const MOST_ARRAY = 256; // 16 vectors of 16 bytes: a lane's part of a row in registers, for one tensor
export const MOST_PRIVATE = 1024;
export const MOST_WORKGROUP = 16384; // WebGPU's guaranteed limit

/** Limits private arrays, which should stay in registers, and workgroup memory, which is zeroed at entry. */
export function checkMemory(module: Module): Problem[] {
  const inSpace = (space: string) => module.variables.filter((variable) => variable.space === space);
  const arrays = [...module.functions.values()].flatMap(({ body }) => arraysIn(module, body));
  for (const { name, type } of inSpace('private')) {
    const { bytes, holdsArray } = sizeOf(module, type);
    if (holdsArray) arrays.push({ token: name, bytes });
  }
  const shared = inSpace('workgroup').map(({ name, type }) => ({ token: name, ...sizeOf(module, type) }));
  return [
    ...arrays
      .filter(({ bytes }) => bytes > MOST_ARRAY)
      .map(({ token, bytes }) => ({ token, what: `a private array of ${bytes} bytes, the limit is ${MOST_ARRAY}` })),
    ...overInAll(arrays, 'private arrays', MOST_PRIVATE),
    ...overInAll(shared, 'workgroup memory', MOST_WORKGROUP),
  ];
}

interface Use {
  readonly token: Token;
  readonly bytes: number;
}

function overInAll(uses: readonly Use[], kind: string, most: number): Problem[] {
  const bytes = uses.reduce((sum, use) => sum + use.bytes, 0);
  const last = uses.at(-1);
  return last && bytes > most
    ? [{ token: last.token, what: `${kind} of ${bytes} bytes in total, the limit is ${most}` }]
    : [];
}

/** Arrays that the statements of a body declare or construct: the first one in each statement. */
function arraysIn(module: Module, body: readonly Token[]): Use[] {
  let seen = false;
  return body.flatMap((token, at) => {
    if ([';', '{', '}'].includes(token.text)) seen = false;
    const isType = token.kind === 'word' && body[at - 1]?.text !== '.' && holdsArray(module, token.text);
    if (!isType || seen) return [];
    seen = true;
    if (token.text === 'array' && body[at + 1]?.text !== '<') {
      throw new Error(`line ${token.line}: the size of an array with an inferred type is unknown`);
    }
    return [{ token, bytes: sizeOf(module, body.slice(at)).bytes }];
  });
}
