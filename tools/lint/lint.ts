import { type Module, readModule } from '../../src/conformance/wgsl/module.ts';
import type { LinkedKernel } from '../../src/runtime/link.ts';
import { checkBindings } from './bindings.ts';
import { checkExtensions } from './extensions.ts';
import { checkLoops } from './loops.ts';
import { checkMemory } from './memory.ts';
import type { Problem } from './problem.ts';
import { checkSpecials } from './specials.ts';

/** The rules that every kernel's text keeps, by their names. */
export const RULES = {
  extensions: checkExtensions,
  loops: checkLoops,
  memory: checkMemory,
  specials: checkSpecials,
  bindings: checkBindings,
} satisfies Record<string, (module: Module) => Problem[]>;

export type Rule = keyof typeof RULES;

/** What a rule finds wrong with a kernel. */
export interface Finding {
  readonly rule: Rule;
  /** File and line of the part that it is about. */
  readonly at: string;
  readonly what: string;
}

/** Holds a kernel's text, with its loops kept as they are written, to every rule. */
export function lint(kernel: LinkedKernel): Finding[] {
  const module = readModule(kernel.code);
  return (Object.keys(RULES) as Rule[]).flatMap((rule) =>
    RULES[rule](module).map(({ token, what }) => ({ rule, at: kernel.origin(token.line), what })),
  );
}

/** What is wrong with any of the kernels; the same at the same place once. */
export function lintAll(kernels: Iterable<LinkedKernel>): Finding[] {
  const findings = new Map<string, Finding>();
  for (const kernel of kernels) {
    for (const finding of lint(kernel)) findings.set(renderFinding(finding), finding);
  }
  return [...findings.values()];
}

export function renderFinding({ rule, at, what }: Finding): string {
  return `${at}: ${rule}: ${what}`;
}
