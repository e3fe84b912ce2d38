// Vite's way to import a part of a kernel: `import sum from '../../shaders/monoid/sum.wgsl'` is { file, text }, see
// src/wgsl.d.ts.

import { relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));

/** @returns {import('vite').Plugin} */
export function wgsl() {
  return {
    name: 'gradfold-wgsl',
    transform: {
      filter: { id: /\.wgsl$/ },
      handler(text, id) {
        const file = relative(root, id).replaceAll(sep, '/');
        return { code: `export default ${JSON.stringify({ file, text })};`, map: null, moduleType: 'js' };
      },
    },
  };
}
