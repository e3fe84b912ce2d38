import Table from 'cli-table3';
import { type Command, InvalidArgumentError, Option } from 'commander';
import { EXPLAINED_OPS, type Explanation, explain, kernelsOf } from '../../conformance/explain/explain.ts';
import { moduleOf } from '../../conformance/explain/module.ts';
import type { Traffic } from '../../conformance/explain/traffic.ts';
import type { Shape } from '../../core/data.ts';
import { DEFAULT_MACHINE, type Machine } from '../../plan/machine.ts';
import { halvesOf } from '../../plan/reasons.ts';
import { ADAPTER_OPTION, prepareAdapter } from '../adapter_option.ts';
import { openForCommand } from '../open.ts';

/** Machines to plan for without an adapter. */
const MACHINES: Readonly<Record<string, Machine>> = {
  'default-gpu': DEFAULT_MACHINE,
  'subgroup-gpu': { ...DEFAULT_MACHINE, maxInvocations: 1024, subgroup: { min: 32, max: 32 } },
  'default-cpu': { ...DEFAULT_MACHINE, kind: 'cpu' },
};

interface Options {
  readonly dtype: 'f32' | 'f16';
  readonly axis?: number;
  readonly machine: string;
  readonly adapter?: string;
  readonly json?: boolean;
  readonly wgsl?: boolean;
  readonly option: Readonly<Record<string, unknown>>;
}

export function registerExplain(program: Command): void {
  program
    .command('explain')
    .description('print the plan for an op on a shape, with reasons')
    .argument('<op>', 'a public function, such as softmax', knownOp)
    .argument(
      '<shapes...>',
      "of the op's tensors, lengths joined by x, such as 4096x1024; the last is that of the rest too; MxKxN for matmul",
      (text: string, before: Shape[] = []) => [...before, parseShape(text)],
    )
    .option(
      '--axis <axis>',
      "axis of rows, classes or channels; negative counts from the end; default: the op's own",
      wholeNumber,
    )
    .addOption(new Option('--dtype <dtype>', 'dtype of the elements').choices(['f32', 'f16']).default('f32'))
    .addOption(
      new Option('--machine <name>', "'adapter' is this machine's; the others need no adapter")
        .choices(['adapter', ...Object.keys(MACHINES)])
        .default('adapter'),
    )
    .addOption(ADAPTER_OPTION())
    .option('--option <name=value>', "one of the op's own, such as padding=1; may be repeated", addOption, {})
    .option('--json', 'print one JSON document')
    .option('--wgsl', "print the linked WGSL of the op's kernels, part by part, instead of the plan")
    .addHelpText('after', `\nOps: ${EXPLAINED_OPS.join(', ')}`)
    .action(async (op: string, shapes: readonly Shape[], options: Options) => {
      const asked = { axis: options.axis, dtype: options.dtype, options: options.option };
      const machine = await machineOf(options);
      if (options.wgsl) {
        console.log(kernelsOf(op, shapes, machine, asked).map(moduleOf).join('\n'));
        return;
      }
      const explanation = explain(op, shapes, machine, asked);
      console.log(options.json ? JSON.stringify(explanation, null, 2) : renderExplanation(explanation));
    });
}

async function machineOf({ machine, adapter }: Options): Promise<Machine> {
  const known = MACHINES[machine];
  if (known) return known;
  await prepareAdapter(adapter);
  await using backend = await openForCommand();
  return backend.runtime.machine;
}

/** Returns the explanation as text. */
export function renderExplanation({ op, shapes, dtype, machine, steps, traffic }: Explanation): string {
  const { kind, subgroup, maxInvocations, maxBindingBytes } = machine;
  const subgroups = subgroup
    ? `subgroups of ${subgroup.min === subgroup.max ? subgroup.min : `${subgroup.min} to ${subgroup.max}`}`
    : 'no subgroups';
  const lines = [
    `${op} of ${shapes.map((shape) => shape.join(' × ')).join(' and ')}, ${dtype}`,
    `on a ${kind === 'cpu' ? 'CPU' : 'GPU'}: ${subgroups}, ${maxInvocations} lanes per workgroup, bindings of ${bytes(maxBindingBytes)}`,
    ...(dtype === 'f16' ? [halvesOf(machine)] : []),
  ];
  for (const { kernel, decisions } of steps) {
    const table = new Table({ style: { head: [], border: [], compact: true }, chars: NONE });
    for (const { what, value, why = '' } of decisions) table.push([`  ${what}`, value, why]);
    lines.push('', kernel, table.toString());
  }
  return [...lines, '', trafficLine(traffic)].join('\n').replaceAll(/ +$/gm, '');
}

function trafficLine({ moved, least }: Traffic): string {
  const times = least > 0 ? `, ${(moved / least).toFixed(2)} ×` : '';
  return `moves ${bytes(moved)}; the least possible is ${bytes(least)}${times}`;
}

const NONE = Object.fromEntries(
  ['top', 'bottom', 'left', 'right', 'mid']
    .flatMap((side) => [side, `${side}-mid`, `${side}-left`, `${side}-right`])
    .concat('middle')
    .map((name) => [name, name === 'middle' ? ' ' : '']),
);

function bytes(count: number): string {
  const units = ['bytes', 'KiB', 'MiB', 'GiB', 'TiB'];
  const unit = Math.min(units.length - 1, Math.max(0, Math.floor(Math.log2(Math.max(count, 1)) / 10)));
  return `${unit === 0 ? count : (count / 2 ** (10 * unit)).toFixed(1)} ${units[unit]}`;
}

function knownOp(name: string): string {
  if (!EXPLAINED_OPS.includes(name)) throw new InvalidArgumentError(`Expected one of: ${EXPLAINED_OPS.join(', ')}.`);
  return name;
}

/** Of a value that is no JSON the text itself is the value. */
function addOption(text: string, before: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  const [, name, value] = /^(\w+)=(.*)$/.exec(text) ?? [];
  if (name === undefined || value === undefined) throw new InvalidArgumentError('Expected name=value.');
  try {
    return { ...before, [name]: JSON.parse(value) };
  } catch {
    return { ...before, [name]: value };
  }
}

function wholeNumber(text: string): number {
  if (!/^-?\d+$/.test(text)) throw new InvalidArgumentError('Expected a whole number.');
  return Number(text);
}

function parseShape(text: string): number[] {
  if (!/^\d+([x×]\d+)*$/.test(text)) throw new InvalidArgumentError('Expected lengths joined by x, such as 4096x1024.');
  return text.split(/[x×]/).map(Number);
}
