/// <reference types="vite/types/importMeta.d.ts" />
import { GROUPS, type OpSpec } from './spec.ts';

/** Every module of specifications, as they lie in src/conformance. */
const modules = import.meta.glob<Readonly<Record<string, OpSpec>>>(['../*.ts', '!../index.ts'], { eager: true });

/** The specification of every op, by groups and names. */
export const specs: readonly OpSpec[] = specsIn(modules).sort(
  (a, b) => GROUPS.indexOf(a.group) - GROUPS.indexOf(b.group) || (a.name < b.name ? -1 : 1),
);

/** The specification of an op by its public name. */
export function specOf(name: string): OpSpec {
  const found = specs.find((spec) => spec.name === name);
  if (!found) throw new Error(`src/conformance has no specification of ${name}`);
  return found;
}

/** What the modules export. @throws where that is no specification, or has no error budget; it says which file */
export function specsIn(files: Readonly<Record<string, Readonly<Record<string, OpSpec>>>>): OpSpec[] {
  return Object.entries(files).flatMap(([path, exported]) => {
    const file = path.replace('..', 'src/conformance');
    return Object.entries(exported).map(([name, spec]) => {
      if (spec?.name !== name) throw new Error(`${file}: ${name} is no specification of the op ${name}`);
      if (spec.budget === undefined) throw new Error(`${file}: ${name} has no error budget`);
      return spec;
    });
  });
}
