// A Vitest reporter that ends with `N passed, N failed` over all projects on its own line, for .ci/run and other
// scripts. The lines before list the tests that did not run, and why.

import type { SerializedError } from 'vitest';
import type { Reporter, TestModule, TestRunEndReason } from 'vitest/node';
import { describeAdapter, probeAdapter } from './probe.mjs';

/** A part of the tests, as the reporter shows it when it is left out. */
export interface Part {
  /** The part's Vitest projects; none if the part repeats other tests. */
  readonly projects: readonly string[];
  /** What the part tests, and why it is not part of every run. */
  readonly what: string;
  /** The command that runs it. */
  readonly command: string;
}

interface Options {
  readonly parts?: readonly Part[];
  /** Tests that this machine cannot run. */
  readonly missing?: readonly string[];
}

export default class ClosingLine implements Reporter {
  readonly #parts: readonly Part[];
  readonly #missing: readonly string[];

  constructor({ parts = [], missing = [] }: Options = {}) {
    this.#parts = parts;
    this.#missing = missing;
  }

  async onTestRunEnd(
    modules: readonly TestModule[],
    unhandled: readonly SerializedError[],
    reason: TestRunEndReason,
  ): Promise<void> {
    let passed = 0;
    let failed = unhandled.length;
    /** The number of tests by file and reason. */
    const notRun = new Map<string, number>();
    for (const module of modules) {
      const file = `${module.project.name}, ${module.relativeModuleId}`;
      // A file that does not load or a hook that fails produces no failed test.
      failed += module.errors().length;
      for (const suite of module.children.allSuites()) failed += suite.errors().length;
      for (const test of module.children.allTests()) {
        const result = test.result();
        if (result.state === 'passed') passed += 1;
        else if (result.state === 'failed') failed += 1;
        else {
          const note = result.state === 'skipped' ? result.note : undefined;
          const what = `${file}: ${note ?? `${test.fullName} (${result.state})`}`;
          notRun.set(what, (notRun.get(what) ?? 0) + 1);
        }
      }
    }
    // A failed setup leaves no tests, and so do arguments that match no file.
    if (failed === 0 && (reason !== 'passed' || modules.length === 0)) failed = 1;
    for (const [what, tests] of notRun) console.log(`not run: ${tests} of ${what}`);
    for (const what of this.#missing) console.log(`not run: ${what}`);
    // Vitest adds the browser to a project's name: `browser (chromium)`.
    const ran = new Set(modules.map(({ project }) => project.name.replace(/ \(.*\)$/, '')));
    for (const { projects, what, command } of this.#parts) {
      if (!projects.some((name) => ran.has(name))) console.log(`left out: ${what}: ${command}`);
    }
    // The browser has its own adapter.
    if (modules.some(({ project }) => !project.isBrowserEnabled())) {
      console.log(`adapter: ${describeAdapter(await probeAdapter().catch(() => null))}`);
    }
    console.log(`${passed} passed, ${failed} failed`);
  }
}
