import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, relative } from 'node:path';
import { Argument, type Command, Option } from 'commander';
import { describeAdapter } from '../scripts/probe.mjs';
import { ADAPTER_OPTION, prepareAdapter } from '../src/cli/adapter_option.ts';
import { openForCommand } from '../src/cli/open.ts';
import { progressOf } from '../src/cli/progress.ts';
import { wholeNumber } from '../src/cli/whole_number.ts';
import { loadMnist } from './mnist.ts';
import type { Experiment } from './pages/experiment.ts';
import { EXPERIMENTS } from './pages/experiments.ts';
import { pageOf } from './pages/page.ts';
import { renderPanels } from './panels.ts';
import { textTable } from './table.ts';

interface Options {
  readonly images?: number;
  readonly seed: number;
  readonly svg?: string;
  readonly json?: string;
  readonly page?: string;
  readonly adapter?: string;
}

const LEAST_IMAGES = 500;
const ALL_IMAGES = 60_000;

/** `npm run experiment` and `npm run experiments`: textbook claims about losses, batch-norm and search, measured. */
export function registerExperiment(program: Command): void {
  program
    .command('experiment')
    .description(
      'measure a textbook claim about losses, batch-norm or search on the MNIST digits: tables, a chart, findings',
    )
    .addArgument(new Argument('<name>', 'the experiment').choices(Object.keys(EXPERIMENTS)))
    .addOption(imagesOption())
    .addOption(seedOption())
    .option('--svg <file>', 'file of the chart (default: <name>.svg)')
    .option('--json <file>', 'write all figures')
    .option('--page <file>', 'write a page of Markdown')
    .addOption(ADAPTER_OPTION())
    .action(experiment);
  program
    .command('experiments')
    .description("run every experiment and write its page and chart: this repository's docs/experiments/")
    .addOption(imagesOption())
    .addOption(seedOption())
    .addOption(ADAPTER_OPTION())
    .action(async (options: Options) => {
      for (const name of Object.keys(EXPERIMENTS)) {
        const file = `docs/experiments/${name}`;
        await experiment(name, { ...options, svg: `${file}.svg`, page: `${file}.md` });
      }
    });
}

const imagesOption = () =>
  new Option(
    '--images <n>',
    'train on the first n images (default: hundreds or thousands, depending on the experiment)',
  ).argParser(wholeNumber(LEAST_IMAGES, ALL_IMAGES));
const seedOption = () =>
  new Option('--seed <n>', 'seed of the initial weights and the order of the images')
    .argParser(wholeNumber(0, 2 ** 32 - 1))
    .default(1);

async function experiment(name: string, options: Options): Promise<void> {
  const chosen = EXPERIMENTS[name] as Experiment;
  const { seed, images = chosen.images, svg = `${name}.svg`, json, page } = options;
  await prepareAdapter(options.adapter);
  const digits = await loadMnist();
  await using backend = await openForCommand();
  const progress = progressOf(`${name} {bar} {percentage} %, {duration} s`);
  const begun = performance.now();
  const { result, telling } = await chosen
    .run(backend, digits, { images, seed }, (done, total) => progress.update(done, total))
    .finally(() => progress.stop());
  const seconds = (performance.now() - begun) / 1000;
  const adapter = describeAdapter(backend.info);
  console.log(`${chosen.title}\n`);
  for (const table of telling.tables) console.log(`${table.caption}:\n${textTable(table.head, table.rows)}\n`);
  for (const paragraph of telling.finding) console.log(`${paragraph}\n`);
  write(svg, await renderPanels({ ...telling.chart, subtitle: adapter }));
  console.log(`${seconds.toFixed(1)} s on ${adapter}; chart in ${svg}`);
  if (json !== undefined) write(json, `${JSON.stringify({ name, adapter, seconds, result }, undefined, 2)}\n`);
  if (page !== undefined) {
    const command = `npm run experiment -- ${name} --images ${images} --seed ${seed}`;
    const picture = relative(dirname(page), svg);
    write(page, pageOf({ name, experiment: chosen, telling, picture, command, adapter, seconds }));
  }
}

function write(file: string, text: string): void {
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, text);
}
