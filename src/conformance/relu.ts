import { slope, unary } from './inputs/elementwise.ts';
import { ofOne } from './suite/gradient.ts';
import type { OpSpec } from './suite/spec.ts';

export const relu: OpSpec = unary({ name: 'relu', budget: 0, gradient: ofOne('relu') });

export const reluBackward: OpSpec = slope({ name: 'reluBackward', budget: 0 }, 'y');
