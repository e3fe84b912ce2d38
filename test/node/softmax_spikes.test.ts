// Every element of a row takes part in its softmax, wherever it is. Node only: these are thousands of reads, which a
// browser answers slowly.
import { expect, test } from 'vitest';
import { softmax } from '../../src/index.ts';
import { onEveryFold, useBackend } from '../support.ts';

const backend = useBackend();

/** Rows with a spike of +200 at each position have an exact one-hot softmax. */
async function spikes(cols: number, positions: number[]) {
  const data = new Float32Array(positions.length * cols);
  for (const [row, at] of positions.entries()) data[row * cols + at] = 200;
  using x = backend().tensor(data, [positions.length, cols]);
  using y = softmax(x);
  const actual = await y.data();
  let wrong = 0;
  for (let i = 0; i < data.length; i++) if (actual[i] !== (data[i] === 200 ? 1 : 0)) wrong++;
  expect({ cols, wrong }).toEqual({ cols, wrong: 0 });
}

onEveryFold(backend, (fold) => {
  test(`${fold}: a spike of +200 at any index gives an exact one-hot row`, async () => {
    const widths = [1, 2, 3, 4, 5, 7, 8, 9, 31, 32, 33, 63, 64, 65, 127, 128, 129, 257];
    for (const cols of widths)
      await spikes(
        cols,
        Array.from({ length: cols }, (_, at) => at),
      );
  });
});

test('a spike of +200 gives an exact one-hot row at every index of every width up to 257', async () => {
  for (let cols = 1; cols <= 257; cols++)
    await spikes(
      cols,
      Array.from({ length: cols }, (_, at) => at),
    );
});

test('a spike gives a one-hot row at every index of widths 1023 to 1025 and 4095 to 4097', async () => {
  for (const cols of [1023, 1024, 1025, 4095, 4096, 4097]) {
    // All indices at once would take 64 MiB in each direction, so they run in batches.
    for (let first = 0; first < cols; first += 512) {
      await spikes(
        cols,
        Array.from({ length: Math.min(512, cols - first) }, (_, i) => first + i),
      );
    }
  }
});

test('a spike gives a one-hot row at the ends and at every vector and team boundary of rows of 65,537 and 262,144', async () => {
  for (const cols of [65_537, 262_144]) {
    const edges = [4, 8, 32, 64, 128, 256, 512, 1024, 4096, 16_384, 65_536].flatMap((b) => [b - 1, b, b + 1]);
    await spikes(cols, [...new Set([0, 1, ...edges, cols - 2, cols - 1].filter((at) => at < cols))]);
  }
});
