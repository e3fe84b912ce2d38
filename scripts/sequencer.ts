import { BaseSequencer, type TestSpecification } from 'vitest/node';

/** Of a project first the file that takes the longest by far: begun last, it would end alone. */
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
