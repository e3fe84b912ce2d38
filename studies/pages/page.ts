import type { Experiment, Table, Telling } from './experiment.ts';

/** The content of an experiment's page. */
export interface PageContent {
  readonly name: string;
  readonly experiment: Experiment;
  readonly telling: Telling;
  /** The path of the chart, relative to the page. */
  readonly picture: string;
  /** The command that reproduces the page. */
  readonly command: string;
  readonly adapter: string;
  readonly seconds: number;
}

/** One experiment as a page of Markdown. */
export function pageOf({ name, experiment, telling, picture, command, adapter, seconds }: PageContent): string {
  const { title, question, formula } = experiment;
  const { setting, tables, finding } = telling;
  return [
    `# ${title}`,
    '',
    `<!-- Written by \`npm run experiment -- ${name} --page\`. -->`,
    '',
    ...question.flatMap((paragraph) => [paragraph, '']),
    '```',
    ...formula,
    '```',
    '',
    '## Results',
    '',
    ...finding.flatMap((paragraph) => [paragraph, '']),
    `![${title}](${picture})`,
    '',
    ...tables.flatMap((table) => [`${table.caption}:`, '', ...markdownOf(table), '']),
    '## Method',
    '',
    ...setting.map((item) => `- ${item}`),
    '',
    `Measured on ${adapter} in ${seconds.toFixed(0)} s with`,
    '',
    '```sh',
    command,
    '```',
    '',
  ].join('\n');
}

function markdownOf({ head, rows }: Table): string[] {
  const line = (cells: readonly string[]) => `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
  return [line(head), `|${head.map((_, column) => (column === 0 ? '---' : '---:')).join('|')}|`, ...rows.map(line)];
}
