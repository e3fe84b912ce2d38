// What the specifications of ops say together: of every op, and of nothing else.

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

/** The functions that src/index.ts exports from files of ops and optimizers. */
function exportedOps(): string[] {
  const exports = read('src/index.ts').matchAll(/^export \{([^}]*)\} from '\.\/(?:ops|optim)\//gm);
  const all = [...exports].flatMap(([, list = '']) => list.split(',').map((name) => name.trim()));
  return all.filter((name) => name !== '' && !name.startsWith('type '));
}

/** Ops that are methods. */
const METHODS = { cast: library.Tensor.prototype, full: library.Backend.prototype };

describe('the specifications', () => {
  test('are of every op that is exported, and of methods', () => {
    expect(exportedOps().length).toBeGreaterThan(50);
    expect([...names].sort()).toEqual([...exportedOps(), ...Object.keys(METHODS)].sort());
    for (const [name, prototype] of Object.entries(METHODS)) expect(prototype).toHaveProperty(name);
  });

  test('have a twin in the reference, or say how it is computed', () => {
    expect(specs.filter(({ name, compute }) => !compute && !(name in reference))).toEqual([]);
  });

  test('are what the app offers and what the README lists', () => {
    expect(OPS).toEqual([...names].sort());
    expect(read('README.md'), 'npm run ops writes it').toContain(opList());
  });

  test('say which file is wrong', () => {
    const { budget: _, ...without } = specOf('softmax');
    const file = (spec: object) => specsIn({ '../softmax.ts': { softmax: spec as OpSpec } });
    expect(() => file(without)).toThrow('src/conformance/softmax.ts: softmax has no error budget');
    expect(() => file({})).toThrow('src/conformance/softmax.ts: softmax is no specification of the op softmax');
    expect(() => specOf('softmux')).toThrow('src/conformance has no specification of softmux');
  });
});
