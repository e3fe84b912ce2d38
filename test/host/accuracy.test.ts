import { expect, test } from 'vitest';
import type { CheckReport, CheckRow } from '../../src/conformance/suite/report.ts';
import { type AccuracyReport, accuracyPage } from '../../tools/accuracy/page.ts';
import { merged, storedText } from '../../tools/accuracy/store.ts';

const row = (change: Partial<CheckRow>): CheckRow => ({
  ...{ op: 'softmax', from: 'f32', to: 'f32', plan: 'default', cases: 1, error: 1, baseline: 1, budget: 4, ok: true },
  ...change,
});

const reportOf = (host: string, description: string, rows: readonly CheckRow[]): AccuracyReport => {
  const adapter = { vendor: '', architecture: '', description, software: true, features: [] };
  const counts = { cases: rows.length, results: rows.length, seconds: 1, ok: true, over: [], missing: [] };
  return { host, report: { adapter, form: 'quick', limits: 'adapter', rows, ...counts } satisfies CheckReport };
};

const cells = (page: string) => page.split('\n').filter((line) => /^\| (op|softmax) /.test(line));

test('a column of the accuracy page is replaced by a new report of the same adapter and host, and others stay', () => {
  const stored = merged(
    [],
    [
      reportOf('Node', 'llvmpipe (LLVM 15)', [row({ error: 1 }), row({ plan: 'lane', error: 3 })]),
      reportOf('Firefox', '', [row({ error: 2 })]),
    ],
  );
  const read = JSON.parse(storedText(stored)) as AccuracyReport[];
  const all = merged(read, [
    reportOf('Node', 'llvmpipe (LLVM 16)', [row({ error: 0.5 })]),
    reportOf('Deno', 'llvmpipe', [row({})]),
  ]);
  expect(cells(accuracyPage(read))).toEqual([
    '| op | dtype | llvmpipe, Node | Firefox |',
    '| softmax | f32 | 3.00 (1.00, 4.00) | 2.00 (1.00, 4.00) |',
    '| op | dtype | llvmpipe, Node | Firefox |',
  ]);
  expect(cells(accuracyPage(all)).slice(0, 2)).toEqual([
    '| op | dtype | llvmpipe, Node | Firefox | llvmpipe, Deno |',
    '| softmax | f32 | 0.50 (1.00, 4.00) | 2.00 (1.00, 4.00) | 1.00 (1.00, 4.00) |',
  ]);
});

test('what is stored shows the same page: the worst row of each kind, and infinite errors', () => {
  const halves = { from: 'f16', to: 'f16' } as const;
  const rows = [
    row({ error: Number.POSITIVE_INFINITY, ok: false }),
    row({ ...halves, error: 0.5, misrounded: 0.01 }),
    row({ ...halves, plan: 'lane', error: 0.25, misrounded: 0.5 }),
  ];
  const fresh = [reportOf('Deno', 'llvmpipe', rows)];
  const stored = JSON.parse(storedText(merged([], fresh)), (_, value) => (value === 'Infinity' ? Infinity : value));
  expect(stored[0].report.rows).toHaveLength(2);
  expect(accuracyPage(stored)).toBe(accuracyPage(fresh));
  expect(cells(accuracyPage(stored))).toContain('| softmax | f16 | 0.50 (4.00), 50 % |');
});
