import { expect, test } from 'vitest';
import { lossError, train } from '../../scripts/implementations/training.mjs';
import * as gradfold from '../../src/index.ts';
import * as reference from '../../src/reference/index.ts';
import { useBackend } from '../support.ts';

const backend = useBackend();

test('200 losses of an MLP with batch normalization match float64 to 1e-4 of the first loss', async () => {
  const training = await train(gradfold, reference, backend());
  expect(lossError(training)).toBeLessThan(1e-4);
  const { losses } = training;
  expect(losses.at(-1)).toBeLessThan((losses[0] as number) / 2);
});
