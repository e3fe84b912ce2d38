import { type Module, readModule } from '../../src/conformance/wgsl/module.ts';
import type { LinkedKernel } from '../../src/runtime/link.ts';
import { checkBindings } from './bindings.ts';
import { checkExtensions } from './extensions.ts';
import { pathOf } from './headers.ts';
import { checkLoops } from './loops.ts';
import { checkMemory } from './memory.ts';
import { checkPortable, isProbed } from './portable.ts';
import type { Problem } from './problem.ts';
import { checkSpecials } from './specials.ts';

/** The rules for every kernel's text, by name. */
export const RULES = {
  extensions: checkExtensions,
  loops: checkLoops,
  memory: checkMemory,
  specials: checkSpecials,
  bindings: checkBindings,
  portable: checkPortable,
} satisfies Record<string, (module: Module) => Problem[]>;

export type Rule = keyof typeof RULES;

/** A violation of a rule in a kernel. */
export interface Finding {
  readonly rule: Rule;
  /** File and line within the part. */
  readonly at: string;
  readonly what: string;
}

/** Rules that depend on the values of constants; the others depend on the text only. */
const OF_CONSTANTS: readonly Rule[] = ['loops', 'memory', 'specials'];

/** Returns the violations in all kernels, without duplicates. Loops must be linked as written. */
export function lintAll(kernels: Iterable<LinkedKernel>): Finding[] {
  const findings = new Map<string, Finding>();
  /**
   * Groups kernels by text without the values of the prelude's constants, in which most variants of a kernel differ.
   */
  const modules = new Map<string, Module>();
  for (const { code, origin } of kernels) {
    const prelude = /^(?:(?:enable|requires) .*\n|const \w+: (?:u32|bool) = \w+;\n)*/.exec(code)?.[0] ?? '';
    const text = prelude.replace(/ = \w+;/g, ';') + code.slice(prelude.length);
    const known = modules.get(text);
    const module = known ?? readModule(code);
    if (!known) modules.set(text, module);
    const constants = new Map([...module.constants, ...readModule(prelude).constants]);
    for (const rule of known ? OF_CONSTANTS : (Object.keys(RULES) as Rule[])) {
      for (const { token, what } of RULES[rule]({ ...module, constants })) {
        const finding = { rule, at: origin(token.line), what };
        if (rule === 'portable' && isProbed(pathOf(finding.at.replace(/:\d+$/, '')), what)) continue;
        findings.set(renderFinding(finding), finding);
      }
    }
  }
  return [...findings.values()];
}

export function renderFinding({ rule, at, what }: Finding): string {
  return `${at}: ${rule}: ${what}`;
}
