// A Vite plugin that imports a part of a kernel: `import sum from '../../shaders/monoid/sum.wgsl'` is { file, text }.
// See src/wgsl.d.ts.

import { relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));

/**
 * @param {object} [options]
 * @param {boolean} [options.bare] remove comments and indentation, which an app need not ship. Line breaks
 * stay, so that a compiler's messages lead to the source
 * @param {boolean} [options.tight] bare, and without most spaces: for builds whose text is never printed
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
      // Before a sign or after a type's >, the space separates two signs.
      .replace(/ ([-+*/]) (?=[\w(])/g, '$1')
      .replace(/(?<!>) ([-+*/<>=!|&^]?=) /g, '$1');
  return (
    bareOf(text)
      .split('\n')
      // src/runtime/unroll.ts and link.ts look for the heads of loops and structs as they are written.
      .map((line) => (/^(for|struct) /.test(line) ? line : tight(line)))
      .join('\n')
  );
}
