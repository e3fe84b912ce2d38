// Vite's way to import a part of a kernel: `import sum from '../../shaders/monoid/sum.wgsl'` is { file, text }, see
// src/wgsl.d.ts.

import { relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));

/**
 * @param {object} [options]
 * @param {boolean} [options.bare] without comments and indentation: what an app would carry to each visitor for nothing. Lines
 * stay lines, so that a compiler's complaints lead to the source
 * @param {boolean} [options.tight] bare, and without blanks after commas and around assignments: for builds that nobody prints
 * @returns {import('vite').Plugin}
 */
export function wgsl({ bare = false, tight = false } = {}) {
  return {
    name: 'gradfold-wgsl',
    transform: {
      filter: { id: /\.wgsl$/ },
      handler(text, id) {
        const file = relative(root, id).replaceAll(sep, '/');
        return {
          code: `export default ${JSON.stringify({ file, text: tight ? tightOf(text) : bare ? bareOf(text) : text })};`,
          map: null,
          moduleType: 'js',
        };
      },
    },
  };
}

/** @param {string} text */
function bareOf(text) {
  return text
    .split('\n')
    .map((line) => line.replace(/\/\/.*$/, '').trim())
    .join('\n')
    .trimEnd();
}

/** @param {string} text */
function tightOf(text) {
  return (
    bareOf(text)
      .split('\n')
      .map((line) => line.replaceAll(', ', ','))
      // The head of a loop is found as it is written (src/runtime/unroll.ts), and >= behind a type is another sign.
      .map((line) => (line.startsWith('for ') ? line : line.replace(/(?<!>) ([-+*/<>=!|&^]?=) /g, '$1')))
      .join('\n')
  );
}
