import { readFileSync, writeFileSync } from 'node:fs';
import type { Command } from 'commander';
import { GROUPS } from '../src/conformance/suite/spec.ts';
import { specs } from '../src/conformance/suite/specs.ts';

const START = '<!-- ops: npm run ops -->\n';
const END = '<!-- /ops -->\n';

export function registerOps(program: Command): void {
  program
    .command('ops')
    .description("write the README's list of ops from their specifications")
    .action(() => {
      const readme = readFileSync('README.md', 'utf8');
      const [before = '', rest = ''] = readme.split(START);
      writeFileSync('README.md', before + opList() + rest.split(END)[1]);
    });
}

/** The README's list of ops. */
export function opList(): string {
  const rows = GROUPS.map((group) => {
    const names = specs.filter((spec) => spec.group === group).map(({ name }) => `\`${name}\``);
    return `| ${group} | ${names.join(', ')} |\n`;
  });
  return `${START}| | ops |\n| --- | --- |\n${rows.join('')}${END}`;
}
