import type { Part } from '../../src/runtime/link.ts';
import { pathOf, readHeader } from './headers.ts';

/** Tables of shaders/README.md: each interface with its names and its providers, and each file with its needs. */
export function contractOf(parts: readonly Part[]): { interfaces: string; files: string } {
  const files = parts
    .map((part) => ({ path: pathOf(part.file), ...readHeader(part) }))
    .sort((a, b) => (a.path < b.path ? -1 : 1));
  const interfaces = new Map<string, { names: readonly string[]; paths: string[] }>();
  for (const { path, provides } of files) {
    for (const [name, names] of provides) {
      const known = interfaces.get(name) ?? { names, paths: [] };
      known.paths.push(path);
      interfaces.set(name, known);
    }
  }
  return {
    interfaces: tableOf(
      ['interface', 'names', 'provided by'],
      [...interfaces].sort().map(([name, { names, paths }]) => [name, codes(names), paths.join(', ')]),
    ),
    files: tableOf(
      ['file', 'needs'],
      files.map(({ path, needs }) => [path, needs.join(', ')]),
    ),
  };
}

const codes = (names: readonly string[]) => names.map((name) => `\`${name}\``).join(', ');

function tableOf(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n');
}

/** A page with the text between the markers of a name replaced. @throws Error if the markers are missing */
export function withSection(page: string, name: string, text: string): string {
  const [open, close] = [`<!-- ${name} -->\n`, `\n<!-- /${name} -->`];
  const [from, to] = [page.indexOf(open), page.indexOf(close)];
  if (from < 0 || to < from) throw new Error(`the page has no section ${name}`);
  return page.slice(0, from + open.length) + text + page.slice(to);
}
