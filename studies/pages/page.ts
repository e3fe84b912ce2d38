import type { Experiment, Table, Telling } from './experiment.ts';

/** A run, for its page. */
export interface PageContent {
  readonly name: string;
  readonly experiment: Experiment;
  readonly telling: Telling;
  /** The picture, as a path from the page. */
  readonly picture: string;
  /** What prints the same. */
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
    '## What came out',
    '',
    ...finding.flatMap((paragraph) => [paragraph, '']),
    `![${title}](${picture})`,
    '',
    ...tables.flatMap((table) => [`${table.caption}:`, '', ...markdownOf(table), '']),
    '## How it was measured',
    '',
    ...setting.map((item) => `- ${item}`),
    '',
    `On ${adapter}, in ${seconds.toFixed(0)} s, by`,
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
