/// <reference types="vite/types/importMeta.d.ts" />
import { GROUPS, type OpSpec } from './spec.ts';

/** Every module of specifications in src/conformance. */
const modules = import.meta.glob<Readonly<Record<string, OpSpec>>>(['../*.ts', '!../index.ts'], { eager: true });

/** The specifications of all ops, sorted by group and name. */
export const specs: readonly OpSpec[] = specsIn(modules).sort(
  (a, b) => GROUPS.indexOf(a.group) - GROUPS.indexOf(b.group) || (a.name < b.name ? -1 : 1),
);

/** Returns the specification of an op by its public name. */
export function specOf(name: string): OpSpec {
  const found = specs.find((spec) => spec.name === name);
  if (!found) throw new Error(`src/conformance has no specification of ${name}`);
  return found;
}

/**
 * Returns the modules' exports. @throws Error that names the file if one is not a specification or has no error budget
 */
export function specsIn(files: Readonly<Record<string, Readonly<Record<string, OpSpec>>>>): OpSpec[] {
  return Object.entries(files).flatMap(([path, exported]) => {
    const file = path.replace('..', 'src/conformance');
    return Object.entries(exported).map(([name, spec]) => {
      if (spec?.name !== name) throw new Error(`${file}: ${name} is not a specification of the op ${name}`);
      if (spec.budget === undefined) throw new Error(`${file}: ${name} has no error budget`);
      return spec;
    });
  });
}
