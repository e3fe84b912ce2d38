import fc from 'fast-check';
import { expect, test } from 'vitest';
import { errorOf, gradientsOf, STEP_OF_GRADIENTS, slopesOf } from '../gradient_support.ts';
import { composed, type DrawnStep, ENDS, parametersOf, STEPS } from '../gradient_trials.ts';
import { useBackend } from '../support.ts';
import { numRuns, seed } from './seed.ts';

const backend = useBackend();

/** The permitted difference of f32 gradients and float64 differences, relative to the largest component. */
const TOLERANCE = 1e-5;

const anyStep: fc.Arbitrary<DrawnStep> = fc.record({ name: fc.constantFrom(...STEPS.keys()), back: fc.nat(3) });
/** The gradient of an op with one result, or of a loss. */
const anyGradient: fc.Arbitrary<DrawnStep> = fc.record({
  name: fc.constantFrom(...STEPS.keys(), ...ENDS.keys()),
  gradient: fc.constant(true),
  back: fc.nat(3),
});
const compositions = fc.tuple(
  fc.array(anyStep, { maxLength: 2 }),
  fc.array(anyGradient, { minLength: 1, maxLength: 2 }),
  fc.array(anyStep, { maxLength: 1 }),
  fc.constantFrom(...ENDS.keys()),
  fc.nat(2 ** 16),
);

test('the gradient of a composition with gradients in it matches differences of the reference', {
  timeout: 600_000,
}, async () => {
  let tried = 0;
  await fc.assert(
    fc.asyncProperty(compositions, async ([before, gradients, after, end, at]) => {
      const parameters = parametersOf(at);
      const fn = composed([...before, ...gradients, ...after], end);
      const slopes = slopesOf(fn, parameters, STEP_OF_GRADIENTS);
      fc.pre(slopes !== undefined);
      tried++;
      const found = await gradientsOf(backend(), fn, parameters);
      expect(errorOf(found.gradients, slopes as NonNullable<typeof slopes>)).toBeLessThan(TOLERANCE);
    }),
    { seed, numRuns: Math.ceil(numRuns / 25) },
  );
  expect(tried).toBeGreaterThan(0);
});
