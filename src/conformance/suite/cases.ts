import type { Machine } from '../../plan/machine.ts';
import * as reference from '../../reference/index.ts';
import { type Case, type HostInputs, valuesOf } from './case.ts';
import { once } from './data.ts';
import { DEFAULT_PLAN, EVERY_PLAN } from './plans.ts';
import { baselineOf, budgetOf, computeOf, dtypeOfResult, type OpSpec, runOf, type Trial } from './spec.ts';
import { specs } from './specs.ts';

/**
 * Returns every case; the quick ones are marked. With a machine, also a shape for each plan that it can return. Inputs
 * are made on first use.
 */
export function allCases(machine?: Machine): Case[] {
  return specs.flatMap((spec) => casesOf(spec, machine));
}

export function casesOf(spec: OpSpec, machine?: Machine): Case[] {
  return spec.trials(machine).map((trial) => caseOf(spec, trial));
}

/** Turns a trial into a case: how both sides run it, and the error budget of its results. */
export function caseOf(spec: OpSpec, trial: Trial): Case {
  const { name, options = {}, dtype = 'f32', plans = EVERY_PLAN, quick = false } = trial;
  const inputs = once(() => inputsOf(trial));
  const dtypeOf = (result: string) => dtypeOfResult(spec, result, inputs(), options);
  return {
    op: spec.name,
    name,
    dtype,
    plans,
    quick: quick === true ? DEFAULT_PLAN : quick || [],
    dtypeOf,
    budgetOf: (result) => budgetOf(spec, result, dtypeOf(result)),
    run: (upload) =>
      runOf(spec, Object.fromEntries(Object.entries(inputs()).map(([input, x]) => [input, upload(x)])), options),
    reference: () => valuesOf(computeOf(spec, reference, inputs(), options)),
    baseline: () => valuesOf(baselineOf(spec, inputs(), options)),
    floors: (truth) => spec.floors?.(inputs(), options, truth) ?? {},
    limits: () => spec.limits?.(inputs(), options) ?? {},
  };
}

function inputsOf({ inputs }: Trial): HostInputs {
  return Object.fromEntries(
    Object.entries(inputs).flatMap(([name, x]) => {
      const made = typeof x === 'function' ? x() : x;
      return made ? [[name, made]] : [];
    }),
  );
}
