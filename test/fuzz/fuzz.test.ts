import fc from 'fast-check';
import { expect, test } from 'vitest';
import { specs } from '../../src/conformance/suite/specs.ts';
import { useBackend } from '../support.ts';
import type { Call } from './call.ts';
import { complaintAbout, complaintOf } from './complaint.ts';
import { calls } from './ops.ts';
import { kernelsOf, record } from './record.ts';
import { numRuns, seed } from './seed.ts';

const backend = useBackend();

/** Calls that are recorded together, so that their pipelines are compiled together. */
const CHUNK = 32;
/** The pipelines that the first calls may need, and the number of calls per additional pipeline. */
const PIPELINES = 50;
const CALLS_A_PIPELINE = 20;
/** The number of failures to shrink; the others are only listed. */
const SHRUNK = 3;

const property = fc.asyncProperty(calls, async (call) => {
  expect(await complaintOf(backend(), call)).toBeUndefined();
});

/** A call and its index among the calls of the seed. */
interface Drawn {
  readonly index: number;
  readonly call: Call;
}
interface Failure extends Drawn {
  readonly complaint: string;
}

/**
 * Draws the first calls of the seed, in the order in which `property` would try them. Compiling pipelines takes most of
 * the time, so a call that needs new ones is skipped if the calls so far already need many, except the first call of
 * each op.
 */
async function draw(): Promise<Drawn[]> {
  const drawn: Drawn[] = [];
  const kernels = new Set<string>();
  const ops = new Set<string>();
  let index = 0;
  const take = async (call: Call) => {
    const own = [...kernelsOf(backend(), call).keys()].filter((key) => !kernels.has(key));
    if (
      !ops.has(call.op) ||
      own.length === 0 ||
      kernels.size + own.length <= PIPELINES + drawn.length / CALLS_A_PIPELINE
    ) {
      for (const key of own) kernels.add(key);
      ops.add(call.op);
      drawn.push({ index, call });
    }
    index++;
    if (drawn.length === numRuns) throw new Error('enough');
  };
  await fc.check(fc.asyncProperty(calls, take), { seed, numRuns: 100 * numRuns, endOnFailure: true });
  const machines = new Set(drawn.map(({ call }) => JSON.stringify(call.machine)));
  console.info(`fuzz: ${kernels.size} pipelines, ${machines.size} machines; the last call has index ${index}`);
  expect([...ops].sort()).toEqual(specs.map(({ name }) => name).sort());
  return drawn;
}

/** Runs every call. Recording is one chunk ahead: its pipelines compile while the previous chunk is checked. */
async function failuresOf(drawn: readonly Drawn[]): Promise<Failure[]> {
  const failures: Failure[] = [];
  const recordChunk = (first: number) =>
    drawn.slice(first, first + CHUNK).map(({ index, call }) => ({ index, recorded: record(backend(), call) }));
  let next = recordChunk(0);
  for (let first = 0; first < drawn.length; first += CHUNK) {
    const current = next;
    next = recordChunk(first + CHUNK);
    for (const { index, recorded } of current) {
      const complaint = await complaintAbout(recorded);
      if (complaint !== undefined) failures.push({ index, call: recorded.call, complaint });
    }
  }
  return failures;
}

/** Shrinks a failure with fast-check, starting at call `index` of the seed, and describes the smallest failing call. */
async function shrink({ index, call, complaint }: Failure): Promise<string> {
  const options = { seed, path: `${index}`, numRuns: 1, interruptAfterTimeLimit: 15_000 };
  const details = await fc.check(property, options);
  const smallest = details.counterexample?.[0];
  if (!smallest) return `call ${index}, only together with others: ${complaint}\n${fc.stringify(call)}`;
  return `call ${index}: ${await complaintOf(backend(), smallest)}\n${fc.stringify(smallest)}`;
}

test(`${numRuns} calls drawn from seed ${seed} match the reference, give the same bits twice and change nothing else`, async () => {
  console.info(`fuzz: seed ${seed}, ${numRuns} calls; again: GRADFOLD_FUZZ_SEED=${seed} GRADFOLD_FUZZ_RUNS=${numRuns}`);
  const { liveBytes } = backend().memory();
  const failures = await failuresOf(await draw());
  const unheard = await backend()
    .sync()
    .catch((error: Error) => error);
  const left = backend().memory().liveBytes - liveBytes;
  const different = failures.filter(({ call: { op } }, i) => failures.findIndex(({ call }) => call.op === op) === i);
  const shrunk: string[] = [];
  for (const failure of different.slice(0, SHRUNK)) shrunk.push(await shrink(failure));
  if (unheard) shrunk.push(`An error that no read reported: ${unheard.stack}`);
  if (left !== 0) shrunk.push(`${left} bytes are leaked`);
  const all = failures.map(({ index, call, complaint }) => `${index} ${call.op}: ${complaint.split('\n')[0]}`);
  expect(failures.length + shrunk.length, ['', ...shrunk, '', 'All failures:', ...all].join('\n')).toBe(0);
}, 600_000);
