// What one implementation of WebGPU must pass: the conformance suite with every fold and both dtypes, what sharing and
// failing demand, and a training whose losses are known. It runs on any host that has loaded the package: Deno, or a
// page in a browser.

import { behaviorOf } from './behavior.mjs';
import { medianOfTens, timeReads, usedBy } from './measure.mjs';
import { lossError, train } from './training.mjs';

/**
 * @typedef {object} Modules The built package, as the host has loaded it.
 * @property {typeof import('gradfold')} gradfold
 * @property {typeof import('gradfold/check')} check
 * @property {typeof import('gradfold/reference')} reference
 */

/**
 * @typedef {object} Facts What a run found out: one JSON document, from which docs/implementations.md is written.
 * @property {import('./measure.mjs').Used} used
 * @property {{ read: number, step: number }} milliseconds Of computing and reading one number, and of a step of
 * training whose loss is read.
 * @property {number} trainingError The worst error of a loss, as a fraction of the first loss.
 * @property {import('gradfold/check').CheckReport} report Infinities are written as text.
 * @property {readonly string[]} passed The tests by name.
 * @property {readonly string[]} failed What is wrong, by test.
 */

/** The largest error of a training's losses, as a fraction of the first. */
const LARGEST_TRAINING_ERROR = 1e-4;

/**
 * Runs all of it on a backend, which the caller disposes of.
 *
 * @param {Modules} modules
 * @param {import('gradfold').Backend} backend
 * @param {(done: number, total: number) => void} [onCase] called after each case of the check
 * @returns {Promise<Facts>}
 */
export async function runSuite({ gradfold, check, reference }, backend, onCase) {
  /** @type {string[]} */
  const passed = [];
  /** @type {string[]} */
  const failed = [];
  const expect = (/** @type {string} */ name, /** @type {string | undefined} */ wrong) =>
    wrong === undefined ? passed.push(name) : failed.push(`${name}: ${wrong}`);

  const report = await check.check(backend, { quick: true, everyFold: true, ...(onCase && { onCase }) });
  for (const { op, plan, ok, ...dtypes } of report.rows) {
    const name = `${op} in ${check.dtypesOf(dtypes)} by ${plan}`;
    if (ok) passed.push(name);
  }
  for (const finding of report.over) failed.push(check.describeFinding(finding));
  const has = (/** @type {boolean} */ found) => (found ? undefined : 'the check has no such row');
  for (const fold of foldsOf(backend)) {
    expect(`the check runs the ${fold} fold`, has(report.rows.some(({ plan }) => plan === fold)));
  }
  for (const dtype of ['f32', 'f16']) {
    expect(`the check runs ${dtype}`, has(report.rows.some(({ from, to }) => from === dtype && to === dtype)));
  }

  for (const [name, holds] of Object.entries(behaviorOf(gradfold))) {
    const wrong = await holds(backend).then(
      () => undefined,
      (error) => String(error?.message ?? error),
    );
    expect(name, wrong);
  }

  const training = await train(gradfold, reference, backend);
  const trainingError = lossError(training);
  const wrong = trainingError < LARGEST_TRAINING_ERROR ? undefined : `${trainingError} of the first loss`;
  expect('the losses of a training are those of float64', wrong);
  const milliseconds = {
    read: medianOfTens(await timeReads(gradfold, backend)),
    // The first steps compile.
    step: medianOfTens(training.milliseconds.slice(10)),
  };
  const used = usedBy(backend);
  return { used, milliseconds, trainingError, report: JSON.parse(check.jsonOf(report)), passed, failed };
}

/**
 * Returns the folds that a backend has.
 *
 * @param {import('gradfold').Backend} backend
 */
function foldsOf({ runtime }) {
  return ['lane', 'workgroup', ...(runtime.machine.subgroup ? ['subgroup'] : [])];
}

/**
 * Returns what a run found as lines to print. The last ones are read by scripts/parts.sh.
 *
 * @param {Facts} facts
 * @returns {string[]}
 */
export function linesOf({ used, milliseconds, trainingError, report, passed, failed }) {
  const { adapter, cases, results, over, missing, seconds } = report;
  const { vendor, architecture, description, software } = adapter;
  // Firefox names no adapter.
  const name = [vendor, architecture].filter(Boolean).join(' ') || 'unnamed';
  return [
    ...failed,
    ...missing,
    `used: ${Object.entries(used)
      .map(([what, value]) => `${what} ${value}`)
      .join(', ')}`,
    `check: ${cases} cases, ${results} results against float64, ${over.length} over, ${seconds.toFixed(1)} s`,
    `training: losses within ${trainingError.toExponential(1)} of the first one`,
    `waiting: ${milliseconds.read.toFixed(2)} ms to read one number, ${milliseconds.step.toFixed(2)} ms a step of training`,
    `adapter: ${name}${description ? ` (${description})` : ''}${software ? ', software' : ''}`,
    `${passed.length} passed, ${failed.length} failed`,
  ];
}
