import { BaseSequencer, type TestSpecification } from 'vitest/node';

/** Starts each project with its longest test file, which would otherwise run alone at the end. */
const FIRST = /\/test\/node\/check\.test\.ts$/;

export class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files);
    const place = (file: TestSpecification) => sorted.findIndex(({ project }) => project === file.project);
    return sorted.toSorted(
      (a, b) => place(a) - place(b) || Number(FIRST.test(b.moduleId)) - Number(FIRST.test(a.moduleId)),
    );
  }
}
