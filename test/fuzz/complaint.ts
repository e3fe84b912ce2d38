import { type Computed, type HostInputs, valuesOf } from '../../src/conformance/suite/case.ts';
import { sameBits } from '../../src/conformance/suite/metric.ts';
import { baselineOf, budgetOf, computeOf, dtypeOfResult, type OpSpec } from '../../src/conformance/suite/spec.ts';
import { specOf } from '../../src/conformance/suite/specs.ts';
import type { Backend } from '../../src/index.ts';
import * as reference from '../../src/reference/index.ts';
import type { Call } from './call.ts';
import { type Recorded, type Result, record } from './record.ts';
import { hostInput } from './values.ts';
import { rightOnes } from './verdict.ts';

/** Returns what is wrong with a recorded call, if anything. */
export async function complaintAbout({ call, wrong, runs, memory, buffers }: Recorded): Promise<string | undefined> {
  try {
    if (wrong !== undefined || runs.length === 0) return wrong;
    return (await wrongResult(specOf(call.op), call, runs)) ?? (await wrongMemory(memory));
  } catch (error) {
    return error instanceof Error ? String(error.stack) : String(error);
  } finally {
    for (const buffer of buffers) buffer.destroy();
  }
}

/** Records a call and returns what is wrong with it, if anything. */
export async function complaintOf(backend: Backend, call: Call): Promise<string | undefined> {
  return complaintAbout(record(backend, call));
}

async function wrongMemory(memory: Recorded['memory']): Promise<string | undefined> {
  for (const { name, stored, data } of memory) {
    const now = await data;
    const at = Array.from(stored).findIndex((value, i) => !Object.is(now[i], value));
    if (at >= 0) return `${name} changed: element ${at} of its memory is ${now[at]}, expected ${stored[at]}`;
  }
  return undefined;
}

async function wrongResult(op: OpSpec, call: Call, runs: Recorded['runs']): Promise<string | undefined> {
  const inputs = Object.fromEntries(Object.entries(call.inputs).map(([name, input]) => [name, hostInput(input)]));
  const expected = expectedOf(op, call, inputs);
  // WGSL allows flushing subnormals to zero, so the results of flushed inputs are right too.
  const flushed = op.moves ? undefined : flush(inputs);
  const alternative = flushed && expectedOf(op, call, flushed);
  for (const [name, { shape, expectation }] of Object.entries(expected)) {
    const [first, second] = runs.map((run) => run[name]) as [Result | undefined, Result | undefined];
    if (!first || !second) return `there is no result ${name}`;
    const dtype = dtypeOfResult(op, name, inputs, call.options);
    if (first.dtype !== dtype) return `${name} is ${first.dtype}, expected ${dtype}`;
    if (`${first.shape}` !== `${shape}`) return `${name} has shape [${first.shape}], expected [${shape}]`;
    const [got, again] = await Promise.all([first.data, second.data]);
    if (!sameBits(got, again)) return `another run gave different bits for ${name}`;
    if (got.length !== expectation.truth.length)
      return `${name} has ${got.length} values, expected ${expectation.truth.length}`;
    const right = rightOnes(got, dtype, expectation);
    const orElse = alternative && rightOnes(got, dtype, (alternative[name] as (typeof expected)[string]).expectation);
    const far = right.findIndex((isRight, i) => !isRight && !orElse?.[i]);
    const { truth, baseline } = expectation;
    if (far >= 0)
      return `${name}[${far}] is ${got[far]}, expected ${truth[far]}; the float32 baseline has ${baseline[far]}`;
    const sign = op.moves ? Array.from(truth).findIndex((value, i) => !Object.is(value, got[i])) : -1;
    if (sign >= 0) return `${name}[${sign}] is ${got[sign]}, expected ${truth[sign]} to the bit`;
  }
  return undefined;
}

function expectedOf(op: OpSpec, { options }: Call, inputs: HostInputs) {
  const wanted = computeOf(op, reference, inputs, options);
  const [truth, baseline] = [valuesOf(wanted), valuesOf(baselineOf(op, inputs, options))];
  const floors = op.floors?.(inputs, options, truth) ?? {};
  const peaks = op.peaks?.(inputs, options) ?? {};
  return Object.fromEntries(
    Object.entries(wanted).map(([result, { shape }]: [string, Computed[string]]) => {
      const expectation = {
        truth: truth[result] as Float64Array,
        baseline: baseline[result] as Float64Array,
        floor: floors[result] ?? 0,
        peak: peaks[result],
        budget: budgetOf(op, result, dtypeOfResult(op, result, inputs, options)),
      };
      return [result, { shape, expectation }];
    }),
  );
}

/** Returns the inputs with f32 subnormals replaced by zeros of the same sign, or undefined if there are none. */
function flush(inputs: HostInputs): HostInputs | undefined {
  const isSubnormal = (value: number) => value !== 0 && Math.abs(value) < 2 ** -126;
  const some = Object.values(inputs).some(({ data }) => data instanceof Float32Array && data.some(isSubnormal));
  if (!some) return undefined;
  const flushed = (data: HostInputs[string]['data']) =>
    data instanceof Float32Array ? data.map((value) => (isSubnormal(value) ? 0 * value : value)) : data;
  return Object.fromEntries(
    Object.entries(inputs).map(([name, { data, ...rest }]) => [name, { ...rest, data: flushed(data) }]),
  );
}
