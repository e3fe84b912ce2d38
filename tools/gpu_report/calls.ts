import { CALLS } from '../../src/conformance/explain/calls.ts';
import { rehearse } from '../../src/conformance/explain/rehearse.ts';
import type { Shape } from '../../src/core/data.ts';
import { rehearsalBackend } from '../../src/core/rehearsal.ts';
import type { Machine } from '../../src/plan/machine.ts';
import type { Launch } from '../../src/runtime/runtime.ts';

/** A call of the report. */
export interface Call {
  readonly op: string;
  readonly dtype: 'f32' | 'f16';
  readonly shape: Shape;
}

/** A call as a machine would run it: its launches, and the least bytes that it can move. */
export interface PlannedCall extends Call {
  readonly least: number;
  readonly launches: readonly Launch[];
}

const OF_ROWS = ['softmax', 'softmaxBackward', 'logSoftmax', 'crossEntropy', 'crossEntropyWithGradient'];
/** Rows from many and short to few and long, about as many elements in each. */
const ROWS: readonly Shape[] = [
  [262144, 16],
  [65536, 64],
  [16384, 256],
  [16384, 1000],
  [16384, 1024],
  [4096, 4096],
  [1024, 16384],
  [512, 32768],
];
const BATCHES: readonly Shape[] = [
  [8192, 512],
  [32, 64, 56, 56],
  [128, 2048, 7, 7],
];

/** Which calls to report; all of the list where nothing is asked. */
export interface AskedCalls {
  readonly ops?: readonly string[] | undefined;
  readonly shapes?: readonly Shape[] | undefined;
  readonly dtypes?: readonly ('f32' | 'f16')[] | undefined;
}

/** @throws if there is no such op, naming those that there are */
export function callsOf({ ops, shapes, dtypes = ['f32', 'f16'] }: AskedCalls): Call[] {
  for (const op of ops ?? [])
    if (!CALLS.has(op))
      throw new Error(`gpu:report: there is no op '${op}'; there are ${[...CALLS.keys()].join(', ')}`);
  return dtypes.flatMap((dtype) =>
    (ops ?? [...OF_ROWS, 'batchNormTrain']).flatMap((op) =>
      (shapes ?? (op.startsWith('batchNorm') ? BATCHES : ROWS)).map((shape) => ({ op, dtype, shape })),
    ),
  );
}

/** Plans a call for a machine. Losses are averaged, and the host knows that their labels are in range. */
export function planCall(machine: Machine, call: Call): PlannedCall {
  const { op, dtype, shape } = call;
  const callOf = CALLS.get(op) as NonNullable<ReturnType<typeof CALLS.get>>;
  const options = /^(crossEntropy|nllLoss|meanSquared|binaryCross)/.test(op) ? { reduction: 'mean' } : {};
  const backend = rehearsalBackend(machine);
  let run: () => unknown = () => undefined;
  backend.runtime.launchesOf(() => {
    run = callOf(backend, { shapes: [shape], dtype, axis: undefined, options });
  });
  const { steps, traffic } = rehearse(backend, run);
  return { ...call, least: traffic.least, launches: steps.flatMap(({ launches }) => launches) };
}
