import type { Part } from '../../src/runtime/link.ts';

/** The header of a part: `// needs: …` and `// provides: …`, lists that may continue on lines with more indentation. */
export interface Header {
  /** Paths of parts (`math/exp`), and interfaces that several parts provide (`a fold`). */
  readonly needs: readonly string[];
  /** Interfaces, each with its names. */
  readonly provides: ReadonlyMap<string, readonly string[]>;
}

/** Returns the comment at the start of a part. */
function headOf(text: string): string[] {
  const lines = text.split('\n');
  const end = lines.findIndex((line) => !line.startsWith('//'));
  return lines.slice(0, end < 0 ? lines.length : end).map((line) => line.slice(2));
}

/** Reads a part's header. Names that a part is generic over appear in it as they do in the code. */
export function readHeader({ file, text }: Part): Header {
  const lists = { needs: '', provides: '' };
  let list: keyof typeof lists | undefined;
  for (const line of headOf(text)) {
    const [, keyword, items = ''] = /^ (needs|provides): (.*)$/.exec(line) ?? [];
    if (keyword) list = keyword as keyof typeof lists;
    else if (list && !line.startsWith('   ')) throw new Error(`${file}: "${line.trim()}" follows ${list}:`);
    if (list) lists[list] += `${keyword ? items : line.slice(3)} `;
  }
  const provides = new Map<string, string[]>();
  for (const item of itemsOf(lists.provides)) {
    const [, name, names] = /^([^()]+) \(([\w, ]+)\)$/.exec(item) ?? [];
    if (!name || !names) throw new Error(`${file}: provides "${item}", expected an interface (and, its, names)`);
    provides.set(name, names.split(', '));
  }
  return { needs: itemsOf(lists.needs), provides };
}

/** Splits at commas outside brackets. */
function itemsOf(list: string): string[] {
  return list
    .split(/,(?![^(]*\))/)
    .map((item) => item.trim())
    .filter((item) => item !== '');
}

/** Returns the name of a part in headers: its path in shaders/ without the extension. */
export function pathOf(file: string): string {
  return file.replace(/^shaders\//, '').replace(/\.wgsl$/, '');
}
