// Runs the examples as a user does: each in its own process, with the package that `npm run build` left in dist/.

import { execFile } from 'node:child_process';
import { readdir } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';

const folder = fileURLToPath(new URL('../../examples/', import.meta.url));

/** Returns what an example prints. @throws unless the example exits in time with code 0 */
async function outputOf(name: string): Promise<string> {
  const { stdout } = await promisify(execFile)(process.execPath, [folder + name], { timeout: 60_000 });
  return stdout;
}

test('cross_entropy.mjs: loss and gradient', async () => {
  const output = await outputOf('cross_entropy.mjs');
  expect(output).toMatch(/^loss 0\.28443/m);
  expect(output).toMatch(/^gradient Float32Array\(9\) \[\s+-0\.11366/m);
});

test('worked_example.mjs: the measures of both networks', async () => {
  const rows = (await outputOf('worked_example.mjs')).trim().split('\n');
  expect(rows.slice(-2).map((row) => row.trim().split(/\s+/))).toEqual([
    ['NN1', '0.33', '0.25', '0.38'],
    ['NN2', '0.33', '0.71', '1.06'],
  ]);
});

test('softmax_regression.mjs: the loss falls, and all points are classified correctly', async () => {
  const output = await outputOf('softmax_regression.mjs');
  const losses = [...output.matchAll(/^step \d+: loss (\d\.\d+)$/gm)].map(([, loss]) => Number(loss));
  expect(losses).toHaveLength(5);
  expect(losses).toEqual([...losses].sort((a, b) => b - a));
  expect(output).toMatch(/^error 0\.0000$/m);
});

test('save_and_load.mjs: saved tensors load again, and mismatched ones are refused', async () => {
  expect((await outputOf('save_and_load.mjs')).trim().split(/\n(?! |\])/)).toEqual([
    'layers.0.weight: f32 [2, 3]',
    'steps: u32 []',
    'layers.0.bias: f16 [3]',
    'note: which third of the circle',
    expect.stringMatching(/^loaded Float32Array\(6\) \[\s+0\.10000000149/),
    "FormatError: loadParameters: tensor 'steps' is [] in the file, expected [2]",
  ]);
});

test('every example has a test', async () => {
  expect((await readdir(folder)).sort()).toEqual([
    'cross_entropy.mjs',
    'save_and_load.mjs',
    'softmax_regression.mjs',
    'worked_example.mjs',
  ]);
});
