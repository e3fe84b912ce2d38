import { figureOf } from './render.ts';
import type { CallReport, FamilyReport } from './report.ts';

/** Bytes per instruction of earlier kernels, by family and call, as `keyOf` names them. */
export type Earlier = Readonly<Record<string, number>>;

export const keyOf = (family: string, { op, dtype, shape }: Pick<CallReport, 'op' | 'dtype' | 'shape'>) =>
  `${family} ${op} ${dtype} ${shape.join('x')}`;

/** Returns the bytes per instruction that a call should reach, from its row length. Batch-norm has long channels. */
export function goalOf({ op, shape }: Pick<CallReport, 'op' | 'shape'>): number {
  const cols = op.startsWith('batchNorm') ? Infinity : (shape.at(-1) as number);
  if (cols < 64) return 2;
  return cols < 256 || op === 'crossEntropy' ? 4.6 : 6;
}

/** Waves of a SIMD that hide each other's waits. */
const LEAST_WAVES = 4;

/** Returns the page: what the compiler made of each call on each family, beside its goal and earlier kernels. */
export function gpusPage(reports: readonly FamilyReport[], earlier: Earlier): string {
  const titles = reports.map(({ family }) => `${family.title} (${family.name})`);
  const calls = reports[0]?.calls ?? [];
  const cellOf = ({ family, calls: own }: FamilyReport, index: number) => {
    const call = own[index] as CallReport;
    const before = earlier[keyOf(family.name, call)];
    const below = call.bytesPerInstruction < goalOf(call);
    const shown = below ? `**${figureOf(call, call.kernels, 2)}**` : figureOf(call, call.kernels);
    return before === undefined ? shown : `${before.toFixed(1)} → ${shown}`;
  };
  const rows = calls.map((call, index) => [
    call.op,
    call.dtype,
    call.shape.join(' × '),
    String(goalOf(call)),
    ...reports.map((report) => cellOf(report, index)),
  ]);
  return [
    '# GPUs',
    '',
    '<!-- Written by `npm run gpu:report -- --page docs/gpus.md`. -->',
    '',
    ...INTRODUCTION,
    '',
    '## Bytes per vector instruction',
    '',
    'Where two figures stand, the first is that of the kernels before halves were converted by probe. Figures below the goal are bold.',
    '',
    ...table(['op', 'dtype', 'shape', 'goal', ...titles], rows),
    '',
    '## Registers',
    '',
    `The worst kernel of all calls above. A SIMD should hold at least ${LEAST_WAVES} waves.`,
    '',
    ...table(
      ['family', 'calls below their goal', 'spilled registers', 'scratch', 'fewest waves', 'of the kernel'],
      reports.map(resourcesOf),
    ),
    '',
  ].join('\n');
}

function resourcesOf({ family, calls }: FamilyReport): string[] {
  const kernels = calls.flatMap((call) => call.kernels.map((kernel) => ({ ...kernel, call })));
  const most = (of: 'spilled' | 'scratch') => String(Math.max(...kernels.map((kernel) => kernel[of])));
  const fewest = kernels.reduce((worst, kernel) => (kernel.waves < worst.waves ? kernel : worst));
  const { op, dtype, shape } = fewest.call;
  const missed = calls.filter((call) => call.bytesPerInstruction < goalOf(call)).length;
  return [
    `${family.title} (${family.name})`,
    `${missed} of ${calls.length}`,
    most('spilled'),
    most('scratch'),
    String(fewest.waves),
    `${fewest.entry} of ${op} ${dtype} ${shape.join(' × ')}`,
  ];
}

function table(heads: readonly string[], rows: readonly (readonly string[])[]): string[] {
  return [heads, heads.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`);
}

const INTRODUCTION = [
  "What AMD's open compiler (ACO, in Mesa's RADV) makes of the kernels, for five of its architectures. No GPU is needed:",
  'a stand-in driver takes the kernels and runs nothing, so these are counts of instructions, not times.',
  '',
  'A kernel that only moves data should wait for memory and for nothing else. Whether it does depends on the bytes of the',
  "call's least traffic per issue slot of a vector instruction. A GPU whose memory moves more bytes in the time of a slot",
  'than this waits for arithmetic instead. That is 2.0 for an RX 7900 XTX, 4.6 for an H200 and about 1.8 for an Apple M2:',
  'bandwidth over the number of SIMD units times their clock, computed from data sheets and not measured. The goals are',
  'above these, since no kernel issues an instruction in every slot.',
  '',
  'Waves are followed through the machine code. Loops count by their turns; branches by what decides them, with finite',
  'data; where only data decides, the code behind a branch counts as executed (~ where that matters). The conversions of',
  'halves are those that a probe would find on these GPUs: `unpack2x16float` is exact, `pack2x16float` rounds toward zero',
  'and is refused, and the conversion between the types rounds to nearest even.',
];
