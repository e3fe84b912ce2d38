import { type KernelSource, link } from '../../runtime/link.ts';

/** A kernel's module as it is linked, each part below the name of its file. Loops stand as they were written. */
export function moduleOf(source: KernelSource): string {
  const { code, origin } = link(source, 'kept');
  // The package's parts have neither comments nor indentation.
  const lines = /^ /m.test(code) ? code.split('\n') : indented(code.split('\n'));
  let last = '';
  const headed = lines.flatMap((line, index) => {
    const file = origin(index + 1).replace(/:\d+$/, '');
    const head = file === last ? [] : ['', `// ${file}`];
    last = file;
    return [...head, line];
  });
  return `${headed
    .join('\n')
    .replaceAll(/\n{3,}/g, '\n\n')
    .trim()}\n`;
}

function indented(lines: readonly string[]): string[] {
  let depth = 0;
  return lines.map((line) => {
    if (line.startsWith('}')) depth--;
    const text = '  '.repeat(line === '' ? 0 : depth) + line;
    if (line.endsWith('{')) depth++;
    return text;
  });
}
