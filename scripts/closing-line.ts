// A Vitest reporter that closes with `N passed, N failed` over all projects on a line of its own, for .ci/run and
// whoever else counts. Before it stands what was not run, and why.

import type { SerializedError } from 'vitest';
import type { Reporter, TestModule, TestRunEndReason } from 'vitest/node';
import { describeAdapter, probeAdapter } from './probe.mjs';

/** A part of the tests, as whoever leaves it out is told of it. */
export interface Part {
  /** The projects of Vitest whose tests it is; none where it is another run of some. */
  readonly projects: readonly string[];
  /** What it is, and what keeps it from every run. */
  readonly what: string;
  /** What runs it. */
  readonly command: string;
}

interface Options {
  readonly parts?: readonly Part[];
  /** What this machine cannot run at all. */
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
    /** Tests by what they have in common: the file and the reason. */
    const notRun = new Map<string, number>();
    for (const module of modules) {
      const file = `${module.project.name}, ${module.relativeModuleId}`;
      // A file that does not load, or a hook that fails, has no failed test to show for it.
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
    // A set-up that fails leaves no tests; neither do arguments that no file answers to.
    if (failed === 0 && (reason !== 'passed' || modules.length === 0)) failed = 1;
    for (const [what, tests] of notRun) console.log(`not run: ${tests} of ${what}`);
    for (const what of this.#missing) console.log(`not run: ${what}`);
    const ran = new Set(modules.map(({ project }) => project.name));
    for (const { projects, what, command } of this.#parts) {
      if (!projects.some((name) => ran.has(name))) console.log(`left out: ${what}: ${command}`);
    }
    // The browser brings its own.
    if (modules.some(({ project }) => !project.isBrowserEnabled())) {
      console.log(`adapter: ${describeAdapter(await probeAdapter().catch(() => null))}`);
    }
    console.log(`${passed} passed, ${failed} failed`);
  }
}
