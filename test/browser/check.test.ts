// The browser compiles the same WGSL with another release of Dawn, which must not cost accuracy on the same adapter.
// GRADFOLD_BROWSER_REPORT=FILE writes the check's report to FILE, for docs/accuracy.md.

import { expect, inject, test } from 'vitest';
import { commands } from 'vitest/browser';
import { check } from '../../src/conformance/suite/check.ts';
import { jsonOf } from '../../src/conformance/suite/report.ts';
import { useBackend } from '../support.ts';

const backend = useBackend();

test('the quick check finds nothing over the error budget, and no worst error above 1.5 times that in Node', {
  timeout: 600_000,
}, async () => {
  const report = await check(backend(), { quick: true });
  const file = inject('browserReport');
  if (file) await commands.writeFile(file, jsonOf(report));
  const { adapter, rows, over } = report;
  expect(adapter.architecture).toBe('swiftshader');
  expect(over).toEqual([]);
  const inNode = new Map(
    inject('rowsInNode').map((row) => [`${row.op} ${row.from} ${row.to} by ${row.plan}`, row.error]),
  );
  const here = rows.map(({ op, from, to, plan, error }) => ({ row: `${op} ${from} ${to} by ${plan}`, error }));
  expect(here.map(({ row }) => row)).toEqual([...inNode.keys()]);
  const worse = here.filter(({ row, error }) => error > 1.5 * inNode.get(row)!);
  expect(worse.map(({ row, error }) => `${row}: ${error} ulp, in Node ${inNode.get(row)}`)).toEqual([]);
});
