// The specifications together cover every op, and nothing else.

import { readFileSync } from 'node:fs';
import { OPS } from 'virtual:ops';
import { describe, expect, test } from 'vitest';
import type { OpSpec } from '../../src/conformance/suite/spec.ts';
import { specOf, specs, specsIn } from '../../src/conformance/suite/specs.ts';
import * as library from '../../src/index.ts';
import * as reference from '../../src/reference/index.ts';
import { opList } from '../../tools/op_list.ts';

const read = (file: string) => readFileSync(new URL(`../../${file}`, import.meta.url), 'utf8');
const names = specs.map(({ name }) => name);

/** Returns the functions that src/index.ts exports from src/ops and src/optim. */
function exportedOps(): string[] {
  const exports = read('src/index.ts').matchAll(/^export \{([^}]*)\} from '\.\/(?:ops|optim)\//gm);
  const all = [...exports].flatMap(([, list = '']) => list.split(',').map((name) => name.trim()));
  return all.filter((name) => name !== '' && !name.startsWith('type '));
}

/** Ops that are methods. */
const METHODS = { cast: library.Tensor.prototype, full: library.Backend.prototype };

describe('the specifications', () => {
  test('cover every exported op, and the ops that are methods', () => {
    expect(exportedOps().length).toBeGreaterThan(50);
    expect([...names].sort()).toEqual([...exportedOps(), ...Object.keys(METHODS)].sort());
    for (const [name, prototype] of Object.entries(METHODS)) expect(prototype).toHaveProperty(name);
  });

  test('have a function of the same name in the reference, or define the expected result', () => {
    expect(specs.filter(({ name, compute }) => !compute && !(name in reference))).toEqual([]);
  });

  test('are the ops that the app offers and the README lists', () => {
    expect(OPS).toEqual([...names].sort());
    expect(read('README.md'), 'npm run ops writes it').toContain(opList());
  });

  test('name the file of an invalid specification', () => {
    const { budget: _, ...without } = specOf('softmax');
    const file = (spec: object) => specsIn({ '../softmax.ts': { softmax: spec as OpSpec } });
    expect(() => file(without)).toThrow('src/conformance/softmax.ts: softmax has no error budget');
    expect(() => file({})).toThrow('src/conformance/softmax.ts: softmax is not a specification of the op softmax');
    expect(() => specOf('softmux')).toThrow('src/conformance has no specification of softmux');
  });
});
