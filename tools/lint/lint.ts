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
  for (const variants of byText(kernels)) {
    // One module at a time: the tokens of all of them would fill the heap.
    let module: Module | undefined;
    for (const { kernel, prelude } of variants) {
      const rules = module ? OF_CONSTANTS : (Object.keys(RULES) as Rule[]);
      module ??= readModule(kernel.code);
      const constants = new Map([...module.constants, ...readModule(prelude).constants]);
      for (const rule of rules) {
        for (const { token, what } of RULES[rule]({ ...module, constants })) {
          const finding = { rule, at: kernel.origin(token.line), what };
          if (rule === 'portable' && isProbed(pathOf(finding.at.replace(/:\d+$/, '')), what)) continue;
          findings.set(renderFinding(finding), finding);
        }
      }
    }
  }
  return [...findings.values()];
}

interface Variant {
  readonly kernel: LinkedKernel;
  readonly prelude: string;
}

/** Groups kernels by text without the values of the prelude's constants, in which most variants of a kernel differ. */
function byText(kernels: Iterable<LinkedKernel>): Iterable<readonly Variant[]> {
  const groups = new Map<string, Variant[]>();
  for (const kernel of kernels) {
    const { code } = kernel;
    const prelude = /^(?:(?:enable|requires) .*\n|const \w+: (?:u32|bool) = \w+;\n)*/.exec(code)?.[0] ?? '';
    const text = prelude.replace(/ = \w+;/g, ';') + code.slice(prelude.length);
    const group = groups.get(text) ?? [];
    groups.set(text, group);
    group.push({ kernel, prelude });
  }
  return groups.values();
}

export function renderFinding({ rule, at, what }: Finding): string {
  return `${at}: ${rule}: ${what}`;
}
