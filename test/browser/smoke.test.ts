import { expect, test } from 'vitest';
import { crossEntropyWithGradient, softmax } from '../../src/index.ts';
import * as reference from '../../src/reference/index.ts';
import { uniform, useBackend } from '../support.ts';

const backend = useBackend();

test('a browser computes softmax, and cross-entropy with its gradient', async () => {
  const logits = { shape: [5, 257], data: uniform(5 * 257, -8, 8) };
  const labels = { shape: [5], data: Int32Array.of(0, 256, 3, 17, 100) };
  const x = backend().tensor(logits.data, logits.shape);
  const { loss, gradient } = crossEntropyWithGradient(x, backend().tensor(labels.data));
  const truth = reference.crossEntropyWithGradient(logits, labels);
  const pairs = [
    [await softmax(x).data(), reference.softmax(logits).data],
    [await loss.data(), truth.loss.data],
    [await gradient.data(), truth.gradient.data],
  ] as const;
  for (const [values, wanted] of pairs) {
    expect(values).toHaveLength(wanted.length);
    for (const [i, value] of wanted.entries()) {
      expect(Math.abs((values[i] as number) - value)).toBeLessThanOrEqual(2e-6 * Math.abs(value) + 1e-9);
    }
  }
});
