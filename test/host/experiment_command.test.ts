// The messages of `npm run experiment` for invalid arguments, and the page that it writes.

import { Command } from 'commander';
import { describe, expect, test } from 'vitest';
import { registerExperiment } from '../../studies/experiment.ts';
import { EXPERIMENTS } from '../../studies/pages/experiments.ts';
import { pageOf } from '../../studies/pages/page.ts';
import { counted, figure, listed, percent } from '../../studies/pages/words.ts';

/** Returns everything that the command prints or throws for these arguments. */
async function said(...args: string[]): Promise<string> {
  const lines: string[] = [];
  const take = (text: unknown) => void lines.push(String(text));
  const program = new Command().exitOverride().configureOutput({ writeErr: take, writeOut: take });
  registerExperiment(program);
  for (const command of program.commands) command.exitOverride().configureOutput({ writeErr: take, writeOut: take });
  await program.parseAsync(['experiment', ...args], { from: 'user' }).catch((error: Error) => take(error.message));
  return lines.join('\n');
}

describe('invalid arguments are reported with the valid choices', () => {
  test.each([
    [[], "missing required argument 'name'"],
    [
      ['softmax'],
      "value 'softmax' is invalid for argument 'name'. Allowed choices are saturation, batch-norm, scoring, batch-size, two-classes, search.",
    ],
    [
      ['search', '--images', '499'],
      "'--images <n>' argument '499' is invalid. expected a whole number from 500 to 60000",
    ],
    [
      ['search', '--images', 'all'],
      "'--images <n>' argument 'all' is invalid. expected a whole number from 500 to 60000",
    ],
    [['search', '--seed', '-1'], "'--seed <n>' argument '-1' is invalid. expected a whole number from 0 to 4294967295"],
    [['search', '--svg'], "option '--svg <file>' argument missing"],
    [['search', '--chart', 'x.svg'], "unknown option '--chart'"],
    [['search', 'saturation'], 'too many arguments'],
  ])('%j', async (args, message) => {
    expect(await said(...args)).toContain(message);
  });
});

test('every experiment asks a question, and its name is a valid file name', () => {
  for (const [name, { title, question, formula }] of Object.entries(EXPERIMENTS)) {
    expect(name).toMatch(/^[a-z-]+$/);
    expect(title.length).toBeGreaterThan(0);
    expect(question.join(' ')).toMatch(/\?/);
    expect(formula.length).toBeGreaterThan(0);
  }
});

test('the page contains question, formula, finding, picture, table, setting and command', () => {
  const page = pageOf({
    name: 'search',
    experiment: { ...EXPERIMENTS.search!, title: 'Title', question: ['Why?'], formula: ['a = b'] },
    telling: {
      setting: ['so and so'],
      tables: [{ caption: 'Figures', head: ['what', 'how much'], rows: [['a|b', '1']] }],
      chart: { title: '', panels: [] },
      finding: ['It is.'],
    },
    ...{ picture: 'search.svg', command: 'npm run experiment -- search', adapter: 'a GPU', seconds: 12.3 },
  });
  expect(page).toBe(`# Title

<!-- Written by \`npm run experiment -- search --page\`. -->

Why?

\`\`\`
a = b
\`\`\`

## Results

It is.

![Title](search.svg)

Figures:

| what | how much |
|---|---:|
| a\\|b | 1 |

## Method

- so and so

Measured on a GPU in 12 s with

\`\`\`sh
npm run experiment -- search
\`\`\`
`);
});

test('numbers and words are formatted', () => {
  expect([0, 0.012345, 12.345, 1234.5, 1e-5, 2.5e8, Number.NaN, undefined].map(figure)).toEqual([
    ...['0', '0.0123', '12.3', '1,235', '1.0e-5', '2.5e+8', 'non-finite', '-'],
  ]);
  expect(percent(0.9876)).toBe('98.8 %');
  expect([counted(1, 'step'), counted(1200, 'step')]).toEqual(['1 step', '1,200 steps']);
  expect([listed([]), listed(['a']), listed(['a', 'b', 'c'])]).toEqual(['', 'a', 'a, b and c']);
});
