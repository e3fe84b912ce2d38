// What `npm run compare` prints for Gradfold.

import { expect, test } from 'vitest';
import { createBackend } from '../../src/node.ts';
import { compareRows } from '../../tools/compare.ts';

test('a confident row keeps its loss, and the error for a label out of range names the row', async () => {
  const backend = await createBackend();
  const before = backend.memory().liveBytes;
  const [confident, fromHost, fromGpu] = (await compareRows(backend)).map(([, ours]) => ours);
  const live = backend.memory().liveBytes;
  await backend.dispose();

  expect(confident).toMatch(/^loss 7\.5825\d+e-10; in float64 7\.5825604e-10: relative error /);
  expect(Number(confident?.split(' ').at(-1))).toBeLessThan(1e-6);
  const words = '`LabelError: crossEntropy: label 4 in row 2 is outside [0, 4)`';
  expect(fromHost).toBe(`the call throws ${words}`);
  expect(fromGpu).toBe(`losses [0.4402, 0.4402, NaN] in memory, and reading them rejects with ${words}`);
  expect(live).toBe(before);
});
