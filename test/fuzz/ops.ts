import fc from 'fast-check';
import { specs } from '../../src/conformance/suite/specs.ts';
import type { Call } from './call.ts';
import { callsOf } from './draws.ts';

/** Draws a valid call of any op. */
export const calls: fc.Arbitrary<Call> = fc.oneof(...specs.map(callsOf));
