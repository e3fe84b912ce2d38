/** Loops with more iterations stay loops. */
const MOST_TURNS = 16;

type Constants = Readonly<Record<string, number | boolean>>;

/**
 * Unrolls loops whose count the host knows, `for (var k = 0u; k < VECTORS_PER_LANE; k++) { … }`. An array that is
 * indexed by k can then stay in registers with every compiler. SwiftShader does not unroll, and takes the time of N + 1
 * iterations for N. Line numbers stay the same: all iterations but the first are on the line where the loop ends.
 */
export function unroll(text: string, constants: Constants): string {
  const header = /for \(var (\w+) = 0u; \1 < (\w+); \1\+\+\) \{/g;
  let done = '';
  let from = 0;
  for (let loop = header.exec(text); loop; loop = header.exec(text)) {
    const [head, name, limit] = loop as unknown as [string, string, string];
    const start = loop.index + head.length;
    const end = closingBrace(text, start);
    const turns = turnsOf(limit, constants);
    const body = text.slice(start, end);
    header.lastIndex = end;
    const inner = unroll(body, constants);
    const stays = turns === undefined || /\b(break|continue)\b/.test(body);
    const written = stays ? `${head}${inner}}` : turnsWritten(inner, name, turns);
    done += text.slice(from, loop.index) + written;
    from = end + 1;
  }
  return done + text.slice(from);
}

function turnsWritten(body: string, name: string, turns: number): string {
  const flat = body.replace(/\/\/.*$/gm, '').replace(/\s*\n\s*/g, ' ');
  const turn = (k: number) => `{ const ${name} = ${k}u;${k === 0 ? body : flat}}`;
  return Array.from({ length: turns }, (_, k) => turn(k)).join(' ');
}

/** Returns the number of iterations if it is a literal or a constant of the prelude, and small. */
function turnsOf(limit: string, constants: Constants): number | undefined {
  const turns = /^\d+u$/.test(limit) ? Number.parseInt(limit, 10) : constants[limit];
  return typeof turns === 'number' && turns >= 1 && turns <= MOST_TURNS ? turns : undefined;
}

/** Returns the index of the brace that closes the one opened before `from`. Braces in comments do not count. */
function closingBrace(text: string, from: number): number {
  let depth = 1;
  for (const token of text.slice(from).matchAll(/\/\/.*$|[{}]/gm)) {
    if (token[0] === '{') depth++;
    if (token[0] === '}') depth--;
    if (depth === 0) return from + token.index;
  }
  return text.length;
}
