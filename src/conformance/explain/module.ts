import { type KernelSource, link } from '../../runtime/link.ts';

/** A kernel's module as it is linked, each part below the name of its file. Loops stand as they were written. */
export function moduleOf(source: KernelSource): string {
  const { code, origin } = link(source, 'kept');
  const lines: string[] = [];
  let last = '';
  for (const [index, line] of code.split('\n').entries()) {
    const file = origin(index + 1).replace(/:\d+$/, '');
    if (file !== last) lines.push(...(last === '' ? [] : ['']), `// ${file}`);
    last = file;
    lines.push(line);
  }
  return `${lines
    .join('\n')
    .replaceAll(/\n{3,}/g, '\n\n')
    .trimEnd()}\n`;
}
