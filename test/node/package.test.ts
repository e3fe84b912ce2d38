// Checks dist/, which `npm run build` writes, as dependent programs use it.

import { access, readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { build } from 'vite';
import { expect, test } from 'vitest';
import manifest from '../../package.json' with { type: 'json' };
import { specs } from '../../src/conformance/suite/specs.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));

/** Returns the specifiers of all modules that `file` imports, directly or not, including dynamic imports. */
async function reached(file: string, seen = new Set<string>()): Promise<Set<string>> {
  const path = join(root, 'dist', file);
  const text = await readFile(path, 'utf8');
  for (const [, specifier] of text.matchAll(/(?:\bfrom\s+|\bimport\s+|\bimport\(\s*)["']([^"'\n]+)["']/g)) {
    if (specifier === undefined) continue;
    const target = specifier.startsWith('.') ? join(dirname(file), specifier) : specifier;
    if (seen.has(target)) continue;
    seen.add(target);
    if (specifier.startsWith('.')) await reached(target, seen);
  }
  return seen;
}

const outside = async (file: string) => [...(await reached(file))].filter((target) => !target.endsWith('.js'));

test('only the Node build imports a package, `webgpu`; the browser build, the reference, the check and the benchmark import none', async () => {
  for (const file of ['src/browser.js', 'src/reference/index.js', 'src/conformance/index.js', 'bench/index.js']) {
    expect(await outside(join('modules', file))).toEqual([]);
  }
  for (const file of ['reference.js', 'check.js', 'bench.js']) expect(await outside(file)).toEqual([]);
  expect(await outside('node.js')).toEqual(['webgpu']);
});

test('every file that package.json names exists', async () => {
  const { '.': library, './reference': reference, './check': check, './bench': bench } = manifest.exports;
  const paths = [library, reference, check, bench, manifest.bin].flatMap((each) => Object.values(each));
  for (const path of paths) await access(join(root, path));
  expect(paths).toHaveLength(13);
  expect(await readFile(join(root, manifest.bin.gradfold), 'utf8')).toMatch(/^#!\/usr\/bin\/env node\n/);
});

test('the library has no runtime dependency', () => {
  expect(manifest).not.toHaveProperty('dependencies');
});

/** Returns the gzipped bytes of an app that imports these names from the browser build and uses nothing else. */
async function sizeOfApp(names: string, uses = names): Promise<number> {
  const app = 'virtual:app';
  const library = join(root, 'dist/modules/src/browser.js');
  const source = `import { ${names} } from '${library}'; globalThis.used = [${uses}];`;
  const result = await build({
    configFile: false,
    logLevel: 'error',
    plugins: [
      {
        name: 'app',
        resolveId: (id) => (id === app ? id : undefined),
        load: (id) => (id === app ? source : undefined),
      },
    ],
    build: { write: false, target: 'es2022', modulePreload: false, rolldownOptions: { input: app } },
  });
  const chunks = [result].flat().flatMap((each) => ('output' in each ? each.output : []));
  return chunks.reduce((sum, chunk) => sum + ('code' in chunk ? gzipSync(chunk.code, { level: 9 }).length : 0), 0);
}

test('an app bundles only what it uses of the library', { timeout: 60_000 }, async () => {
  const methods = ['cast', 'full'];
  const all = specs.map(({ name }) => name).filter((name) => !methods.includes(name));
  const [losses, everything] = (await Promise.all(
    [['softmax', 'crossEntropyWithGradient'], all].map((names) => sizeOfApp(['createBackend', ...names].join(', '))),
  )) as [number, number];
  console.log(`softmax and cross-entropy with gradient, for an app: ${(losses / 1000).toFixed(1)} kB gzipped`);
  console.log(`all ${all.length} ops: ${(everything / 1000).toFixed(1)} kB gzipped`);
  expect(losses).toBeLessThan(35_500);
  expect(losses).toBeLessThan(everything / 2);
  expect(await sizeOfApp('createBackend, softmax')).toBeLessThan(losses);
});

test('an app that trains bundles only the backward passes that it uses', { timeout: 60_000 }, async () => {
  const uses = 'createBackend, valueAndGrad, nn.sequential, nn.linear, nn.relu, crossEntropy, adam';
  const app = await sizeOfApp('createBackend, valueAndGrad, nn, crossEntropy, adam', uses);
  console.log(`a perceptron, its loss and adam, for an app: ${(app / 1000).toFixed(1)} kB gzipped`);
  expect(app).toBeLessThan(49_000);
});
