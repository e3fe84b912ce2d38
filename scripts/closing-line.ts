// A Vitest reporter that closes with `N passed, N failed` on a line of its own, for .ci/run and whoever else counts.

import type { SerializedError } from 'vitest';
import type { Reporter, TestModule } from 'vitest/node';
import { describeAdapter, probeAdapter } from './probe.mjs';

export default class ClosingLine implements Reporter {
  async onTestRunEnd(modules: readonly TestModule[], unhandled: readonly SerializedError[]): Promise<void> {
    let passed = 0;
    let failed = unhandled.length;
    for (const module of modules) {
      // A file that does not load, or a hook that fails, has no failed test to show for it.
      failed += module.errors().length;
      for (const suite of module.children.allSuites()) failed += suite.errors().length;
      for (const test of module.children.allTests()) {
        const { state } = test.result();
        if (state === 'passed') passed += 1;
        else if (state === 'failed') failed += 1;
        else console.log(`not run (${state}): ${module.relativeModuleId} > ${test.fullName}`);
      }
    }
    const adapter = await probeAdapter().catch(() => null);
    console.log(`adapter: ${describeAdapter(adapter)}\n${passed} passed, ${failed} failed`);
  }
}
