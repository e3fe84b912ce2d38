import { constantOf } from '../../src/conformance/wgsl/constants.ts';
import type { Module } from '../../src/conformance/wgsl/module.ts';
import { closingOf } from '../../src/conformance/wgsl/tokens.ts';
import type { Problem } from './problem.ts';

/** The number that WebGPU guarantees per stage of a pipeline. */
export const MOST_STORAGE = 8;

export function checkBindings(module: Module): Problem[] {
  const { tokens, variables } = module;
  const groups = tokens.flatMap((token, at) => {
    if (token.text !== 'group' || tokens[at - 1]?.text !== '@') return [];
    const group = constantOf(module, tokens.slice(at + 2, closingOf(tokens, at + 1)));
    return group?.value === 0 ? [] : [{ token, what: 'a binding outside group 0' }];
  });
  const storage = variables.filter(({ space }) => space === 'storage');
  const beyond = storage[MOST_STORAGE];
  if (!beyond) return groups;
  return [...groups, { token: beyond.name, what: `${storage.length} storage buffers, the limit is ${MOST_STORAGE}` }];
}
