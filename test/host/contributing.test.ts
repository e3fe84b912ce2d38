// CONTRIBUTING.md walks through one op: every line that it quotes is a line of the file that it names.
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';

const read = (file: string) => readFileSync(new URL(`../../${file}`, import.meta.url), 'utf8');
const shown = [...read('CONTRIBUTING.md').matchAll(/^\*\*[^`]*`(\S+\.(?:ts|wgsl))`[\s\S]*?^```\w+\n([\s\S]*?)^```$/gm)];

test('the walk-through shows the six files that an op touches', () => {
  expect(shown.map(([, file]) => file)).toEqual([
    'shaders/elementwise/log_sigmoid.wgsl',
    'src/ops/log_sigmoid.ts',
    'src/reference/log_sigmoid.ts',
    'src/conformance/log_sigmoid.ts',
    'test/ops/log_sigmoid.test.ts',
    'src/index.ts',
  ]);
});

test.each(shown.map(([, file, code]) => [file as string, code as string]))('%s', (file, code) => {
  const lines = new Set(read(file).split('\n'));
  expect(code.split('\n').filter((line) => !lines.has(line))).toEqual([]);
});
