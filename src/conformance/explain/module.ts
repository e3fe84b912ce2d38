import { type KernelSource, link } from '../../runtime/link.ts';

/** Returns a kernel's linked module, each part below the name of its file. Loops are shown as written. */
export function moduleOf(source: KernelSource): string {
  const { code, origin } = link(source, 'kept');
  // Parts in the published package have neither comments nor indentation.
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
