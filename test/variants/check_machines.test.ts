import fc from 'fast-check';
import { expect, test } from 'vitest';
import { allCases } from '../../src/conformance/suite/cases.ts';
import { describeFinding } from '../../src/conformance/suite/report.ts';
import { runCases } from '../../src/conformance/suite/run.ts';
import { machineDraws, machineOf } from '../fuzz/machines.ts';
import { seed } from '../fuzz/seed.ts';
import { useBackend } from '../support.ts';

const backend = useBackend();

// More random machines:   GRADFOLD_MACHINES=10 GRADFOLD_FUZZ_SEED=random npm run test:variants -- check_machines
const { GRADFOLD_MACHINES = '1' } = process.env;
/** Each machine runs one in this many quick cases, and the next machine others. Software recompiles every case. */
const ONE_OF = 4;

const drawn = fc.sample(machineDraws, { seed, numRuns: Number(GRADFOLD_MACHINES) });

test.each(drawn.map((draw, index) => ({ name: JSON.stringify(draw), draw, index })))(
  'the conformance cases stay within their error budgets under the plans of $name',
  { timeout: 600_000 },
  async ({ draw, index }) => {
    const { runtime } = backend();
    const cases = allCases()
      .filter(({ quick }) => quick.length > 0)
      .filter((_, i) => i % ONE_OF === index % ONE_OF)
      .map((item) => ({ ...item, plans: ['default'] as const }));
    const findings = await runtime.withMachine(machineOf(draw, runtime.machine), () => runCases(backend(), cases));
    expect(findings.length).toBeGreaterThan(50);
    expect(findings.filter(({ over }) => over !== undefined).map(describeFinding)).toEqual([]);
  },
);
