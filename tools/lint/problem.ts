import type { Token } from '../../src/conformance/wgsl/tokens.ts';

/** A violation of a rule: the token, and what is wrong with it. */
export interface Problem {
  readonly token: Token;
  readonly what: string;
}
