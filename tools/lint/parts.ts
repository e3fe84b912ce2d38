import { instantiate, type KernelSource, type NamedPart, type Part } from '../../src/runtime/link.ts';
import { type Header, pathOf, readHeader } from './headers.ts';
import { type Names, readNames } from './names.ts';

interface Piece extends Header, Names {
  readonly file: string;
  readonly path: string;
  /** The header as written, before names are substituted. */
  readonly written: { readonly needs: readonly string[]; readonly provides: readonly string[] };
}

/**
 * Checks parts against their headers, over all kernels that link them. A part names every part that it uses, either the
 * part itself or an interface that it provides. It uses everything that it names, in some kernel. An interface that it
 * provides is declared in it, is the same in every provider, and is needed by some part.
 */
export function lintParts(kernels: Iterable<KernelSource>): string[] {
  const findings = new Set<string>();
  const pieces = new Map<string, Piece>();
  const met = new Set<string>();
  const unused = new Map<string, boolean>();
  const live = (finding: string, isLive: boolean) => unused.set(finding, isLive || unused.get(finding) === true);
  for (const kernel of kernels) {
    const list = [...new Set(kernel.parts)].map((item) => pieceOf(pieces, item));
    // A module's names do not depend on its constants.
    const key = list.map(keyOf).join();
    if (met.has(key)) continue;
    met.add(key);
    const owners = new Map(list.flatMap((piece) => [...piece.declared].map((name) => [name, piece] as const)));
    for (const piece of list) {
      const served = new Set<string>();
      for (const name of piece.used) {
        const owner = owners.get(name);
        if (!owner || piece.declared.has(name)) continue;
        const through = piece.needs.filter((need) => serves(owner, need, name));
        for (const need of through) {
          served.add(need);
          live(needless(owner, [...owner.provides.keys()].indexOf(need)), true);
        }
        if (through.length === 0)
          findings.add(`${piece.file}: uses ${name} of ${owner.file}, and does not name ${offersOf(owner, name)}`);
      }
      for (const other of list)
        if (piece.needs.includes(other.path) && [...piece.accessed].some((name) => other.members.has(name)))
          served.add(other.path);
      for (const [at, need] of piece.needs.entries())
        live(`${piece.file}: names ${piece.written.needs[at]}, and uses nothing of it`, served.has(need));
      for (const at of piece.written.provides.keys()) live(needless(piece, at), false);
    }
  }
  const stale = [...unused].filter(([, isLive]) => !isLive).map(([finding]) => finding);
  return [...findings, ...contracts(pieces.values()), ...stale];
}

const needless = ({ file, written }: Piece, at: number) =>
  `${file}: no part needs ${written.provides[at]}, which it provides`;

function pieceOf(pieces: Map<string, Piece>, item: Part | NamedPart): Piece {
  const part = instantiate(item);
  const known = pieces.get(part.text);
  if (known) return known;
  const { needs, provides } = readHeader('part' in item ? item.part : item);
  const written = { needs, provides: [...provides.keys()] };
  const piece = { file: part.file, path: pathOf(part.file), written, ...readHeader(part), ...readNames(part) };
  pieces.set(part.text, piece);
  return piece;
}

const keyOf = ({ file, declared }: Piece) => `${file} ${[...declared].join()}`;

/** Whether a part names another, or one of its interfaces that contains the name. */
function serves(owner: Piece, need: string, name: string): boolean {
  return need === owner.path || owner.provides.get(need)?.includes(name) === true;
}

/** The part and interfaces that give access to the name. */
function offersOf(owner: Piece, name: string): string {
  const interfaces = [...owner.provides].filter(([, names]) => names.includes(name)).map(([own]) => own);
  return interfaces[0] ?? owner.path;
}

/** Checks that provided names are declared, and that an interface is the same in every provider. */
function contracts(pieces: Iterable<Piece>): Set<string> {
  const findings = new Set<string>();
  const known = new Map<string, { file: string; names: string }>();
  for (const { file, provides, declared } of pieces) {
    for (const [own, list] of provides) {
      for (const name of list)
        if (!declared.has(name)) findings.add(`${file}: provides ${own} without ${name}, which it does not declare`);
      const names = list.join(', ');
      const first = known.get(own) ?? { file, names };
      known.set(own, first);
      if (first.names !== names) findings.add(`${file}: provides ${own} (${names}), ${first.file} (${first.names})`);
    }
  }
  return findings;
}
