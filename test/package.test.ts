// What the build leaves in dist/ (`npm run build`), as the programs of others meet it.

import { access, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import manifest from '../package.json' with { type: 'json' };

const root = fileURLToPath(new URL('..', import.meta.url));

/** Every module that `file` leads to, as the imports write them; dynamic ones too. */
async function reached(file: string, seen = new Set<string>()): Promise<Set<string>> {
  const text = await readFile(join(root, 'dist', file), 'utf8');
  for (const [, specifier] of text.matchAll(/(?:\bfrom\s+|\bimport\s+|\bimport\(\s*)["']([^"'\n]+)["']/g)) {
    if (specifier === undefined || seen.has(specifier)) continue;
    seen.add(specifier);
    if (specifier.startsWith('./')) await reached(specifier, seen);
  }
  return seen;
}

const outside = async (file: string) => [...(await reached(file))].filter((specifier) => !specifier.startsWith('./'));

test('the browser build, the reference and the benchmark need nothing from outside, Node needs `webgpu` alone', async () => {
  expect(await outside('index.js')).toEqual([]);
  expect(await outside('reference.js')).toEqual([]);
  expect(await outside('bench.js')).toEqual([]);
  expect(await outside('node.js')).toEqual(['webgpu']);
});

test('package.json leads to files that exist', async () => {
  const { '.': library, './reference': reference, './bench': bench } = manifest.exports;
  const paths = [library, reference, bench, manifest.bin].flatMap((each) => Object.values(each));
  for (const path of paths) await access(join(root, path));
  expect(paths).toHaveLength(8);
  expect(await readFile(join(root, manifest.bin.gradfold), 'utf8')).toMatch(/^#!\/usr\/bin\/env node\n/);
});

test('the library has no runtime dependency', () => {
  expect(manifest).not.toHaveProperty('dependencies');
});
