import type { BenchOp, Case } from './case.ts';
import { BENCH_OPS } from './ops.ts';

/** The cases to measure. */
export interface CaseChoice {
  /** Names. @default all */
  readonly ops?: readonly string[] | undefined;
  /** @default the shapes of each op */
  readonly shapes?: readonly (readonly number[])[] | undefined;
  /** Row lengths, instead of shapes. Each tensor has as many rows as `elements` allows. */
  readonly columns?: readonly number[] | undefined;
  /** @default 2^22 */
  readonly elements?: number | undefined;
  /** @default f32 */
  readonly dtypes?: readonly Case['dtype'][] | undefined;
}

/** Row lengths from those of which a GPU holds hundreds in registers to those that no GPU can hold. */
export const COLUMNS = [16, 64, 256, 1024, 4096, 16384, 65536, 262144] as const;
export const ELEMENTS = 2 ** 22;

/** @throws when there is no such op */
export function opNamed(name: string): BenchOp {
  const op = BENCH_OPS.find((each) => each.name === name);
  if (op) return op;
  const known = BENCH_OPS.map((each) => `'${each.name}'`).join(', ');
  throw new Error(`bench: there is no op '${name}', expected one of ${known}`);
}

/**
 * Returns the chosen cases.
 * @throws when an op is unknown or a shape does not fit a named op
 */
export function casesOf(choice: CaseChoice = {}): Case[] {
  const { ops, columns, elements = ELEMENTS, dtypes = ['f32'] } = choice;
  const shapes = columns?.map((cols) => [Math.max(1, Math.floor(elements / cols)), cols]) ?? choice.shapes;
  const fitting = (op: BenchOp) => (shapes ?? op.shapes).filter((shape) => !whyNot(op, shape));
  for (const name of ops ?? []) {
    const op = opNamed(name);
    for (const shape of shapes ?? []) {
      const expected = whyNot(op, shape);
      if (expected) throw new Error(`bench: --shape ${shape.join('x')} does not fit ${name}: expected ${expected}`);
    }
  }
  const chosen = ops?.map(opNamed) ?? BENCH_OPS;
  const cases = chosen.flatMap((op) =>
    fitting(op).flatMap((shape) => dtypes.flatMap((dtype): Case[] => layoutsOf(op, { op: op.name, shape, dtype }))),
  );
  if (cases.length > 0) return cases;
  const asked = shapes?.map((shape) => shape.join('x')).join(', ') ?? '';
  throw new Error(`bench: --shape ${asked} fits no op: expected ROWSxCOLUMNS or NxCx…, each at least 1`);
}

/** Channels are the second axis, and also the last axis when they differ. */
function layoutsOf({ channels }: BenchOp, one: Case): Case[] {
  if (!channels) return [one];
  const second = { ...one, channelAxis: 1 };
  return one.shape.length > 2 ? [second, { ...one, channelAxis: -1 }] : [second];
}

/** Returns the shape that the op expects, or undefined when `shape` fits. */
function whyNot({ labels, channels }: BenchOp, shape: readonly number[]): string | undefined {
  const expected = labels ? 'ROWSxCLASSES' : channels ? 'NxC or NxCx…' : 'ROWSxCOLUMNS, or more axes before columns';
  const axes = labels ? shape.length === 2 : shape.length >= 2;
  return axes && shape.every((length) => length >= 1) ? undefined : `${expected}, each at least 1`;
}
