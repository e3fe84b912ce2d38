import type { Token } from '../../src/conformance/wgsl/tokens.ts';

/** What a rule finds: the token that it is about, and what is wrong with it. */
export interface Problem {
  readonly token: Token;
  readonly what: string;
}
