import { readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vite';
import { ops } from '../scripts/ops.mjs';
import { wgsl } from '../scripts/wgsl.mjs';
import { digits } from './digits_plugin.ts';
import { head } from './head_plugin.ts';

const root = fileURLToPath(new URL('.', import.meta.url));
const source = (file: string) => fileURLToPath(new URL(`../${file}`, import.meta.url));
const pages = readdirSync(root).filter((name) => name.endsWith('.html'));

// The browser app: static files that work in any folder of any host and contact no other host.
export default defineConfig({
  root,
  base: './',
  plugins: [head(), wgsl({ bare: true }), ops(), digits()],
  resolve: {
    alias: {
      // The names that any app imports, resolved to the source, so that nothing must be built first.
      'gradfold/reference': source('src/reference/index.ts'),
      'gradfold/check': source('src/conformance/index.ts'),
      'gradfold/bench': source('bench/index.ts'),
      gradfold: source('src/browser.ts'),
      // The default build needs Node's Buffer.
      'csv-stringify/sync': 'csv-stringify/browser/esm/sync',
    },
  },
  oxc: { jsx: { runtime: 'automatic', importSource: 'preact', development: false } },
  worker: { format: 'es', plugins: () => [wgsl({ bare: true })] },
  build: {
    target: 'es2022',
    emptyOutDir: true,
    modulePreload: { polyfill: false },
    // Inlined assets would need `data:` in the content security policy.
    assetsInlineLimit: 0,
    rolldownOptions: { input: pages.map((name) => `${root}${name}`) },
  },
});
