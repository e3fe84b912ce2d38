import { describe, expect, test } from 'vitest';
import { gather } from '../../src/ops/gather.ts';
import { slice } from '../../src/ops/slice.ts';
import { transpose } from '../../src/ops/transpose.ts';
import { useBackend } from '../support.ts';

const backend = useBackend();

const MIB = 2 ** 20;

describe('a tensor above this adapter’s own binding limit', () => {
  test('can be transposed and gathered from', { timeout: 240_000 }, async ({ skip }) => {
    const { maxBindingBytes, maxBufferBytes } = backend().runtime.machine;
    const cols = 8192;
    const rows = 8 * Math.ceil((maxBindingBytes + 8 * MIB) / (4 * cols) / 8);
    const bytes = 4 * rows * cols;
    if (maxBindingBytes > 256 * MIB)
      skip(`this adapter binds ${maxBindingBytes / MIB} MiB, too much to fill in a test`);
    if (maxBufferBytes < bytes) skip(`this adapter’s largest buffer, ${maxBufferBytes / MIB} MiB, is too small`);
    using x = backend().tensor(
      Uint32Array.from({ length: rows * cols }, (_, i) => i),
      [rows, cols],
    );
    const picked = [0, rows - 1, Math.floor(rows / 2), rows - 2, 1];
    {
      using y = gather(x, backend().tensor(Uint32Array.from(picked)));
      const data = await y.data();
      const wrong = data.findIndex((value, i) => value !== picked[Math.floor(i / cols)]! * cols + (i % cols));
      expect(wrong).toBe(-1);
    }
    using y = transpose(x);
    for (const row of [0, 1, 4095, 4096, cols - 2, cols - 1]) {
      using part = slice(y, [row, 0], [1, rows]);
      const data = await part.data();
      expect(data.findIndex((value, i) => value !== i * cols + row)).toBe(-1);
    }
  });
});
