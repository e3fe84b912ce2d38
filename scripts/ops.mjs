// A Vite plugin that provides the sorted names of all ops without their specifications, which a page loads only to run
// them: `import { OPS } from 'virtual:ops'`. The names are read from src/conformance when the bundle is built.

import { readdirSync, readFileSync } from 'node:fs';

const folder = new URL('../src/conformance/', import.meta.url);
const MODULE = 'virtual:ops';

/** @returns {import('vite').Plugin} */
export function ops() {
  return {
    name: 'gradfold-ops',
    resolveId: (id) => (id === MODULE ? `\0${MODULE}` : undefined),
    load: (id) => (id === `\0${MODULE}` ? `export const OPS = ${JSON.stringify(opNames())};` : undefined),
  };
}

/** Returns the names that are exported as specifications. */
function opNames() {
  const files = readdirSync(folder).filter((name) => name.endsWith('.ts'));
  const texts = files.map((name) => readFileSync(new URL(name, folder), 'utf8'));
  return texts.flatMap((text) => [...text.matchAll(/^export const (\w+): OpSpec\b/gm)].map(([, name]) => name)).sort();
}
