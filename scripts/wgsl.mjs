// Vite's way to import a part of a kernel: `import sum from '../../shaders/monoid/sum.wgsl'` is { file, text }, see
// src/wgsl.d.ts.

import { relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));

/**
 * @param {object} [options]
 * @param {boolean} [options.bare] without comments and indentation: what an app would carry to each visitor for nothing. Lines
 * stay lines, so that a compiler's complaints lead to the source
 * @param {boolean} [options.tight] bare, and without most blanks: for builds that nobody prints
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
  const tight = (/** @type {string} */ line) =>
    line
      .replace(/ ?([,;:(){}]) ?/g, '$1')
      // Before a sign or behind a type's > the blank tells two signs apart.
      .replace(/ ([-+*/]) (?=[\w(])/g, '$1')
      .replace(/(?<!>) ([-+*/<>=!|&^]?=) /g, '$1');
  return (
    bareOf(text)
      .split('\n')
      // Heads of loops and structs are found as they are written: src/runtime/unroll.ts and link.ts.
      .map((line) => (/^(for|struct) /.test(line) ? line : tight(line)))
      .join('\n')
  );
}
