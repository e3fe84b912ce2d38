import apartPart from '../../shaders/channels/apart.wgsl';
import channelPart from '../../shaders/channels/channel.wgsl';
import channel4Part from '../../shaders/channels/channel4.wgsl';
import put1Part from '../../shaders/channels/put1.wgsl';
import put4Part from '../../shaders/channels/put4.wgsl';
import readPart from '../../shaders/channels/read.wgsl';
import togetherPart from '../../shaders/channels/together.wgsl';
import unitPart from '../../shaders/channels/unit.wgsl';
import unit1Part from '../../shaders/channels/unit1.wgsl';
import unit4Part from '../../shaders/channels/unit4.wgsl';
import value1Part from '../../shaders/channels/value1.wgsl';
import value4Part from '../../shaders/channels/value4.wgsl';
import walkPart from '../../shaders/channels/walk.wgsl';
import write1Part from '../../shaders/channels/write1.wgsl';
import write4Part from '../../shaders/channels/write4.wgsl';
import special from '../../shaders/math/special.wgsl';
import type { Tensor } from '../core/tensor.ts';
import {
  bindEach,
  foldParts,
  isAligned,
  type Monoid,
  type Parts,
  readParts,
  sliceOf,
  teamConstants,
  traitsOfAll,
  writeParts,
} from '../kernels/parts.ts';
import { type ChannelBlock, type ChannelPlan, type Channels, planFolds, planHeld, planMap } from '../plan/channels.ts';
import type { Machine } from '../plan/machine.ts';
import type { ElementSizes } from '../plan/rows.ts';
import type { KernelSource, Part } from '../runtime/link.ts';
import type { Runtime, Slice } from '../runtime/runtime.ts';

/** A kernel that walks channels: its entry point, its parts, and what it folds, if anything. */
export interface ChannelKernel {
  readonly entry: string;
  readonly parts: readonly Part[];
  readonly monoid?: Monoid;
  /** Which of several that have the entry point in common, by other parts. */
  readonly form?: string;
}

/** One pass over tensors of x's shape. Bindings by the names that the kernel gives them. */
export interface ChannelLaunch {
  readonly op: string;
  readonly kernel: ChannelKernel;
  readonly plan: ChannelPlan;
  readonly reads: Readonly<Record<string, Tensor>>;
  readonly writes?: Readonly<Record<string, Tensor>>;
  /** Tensors [C], read at a unit's channels. One that is `undefined` is absent: `HAS_...` is false. */
  readonly perChannel?: Readonly<Record<string, Tensor | undefined>>;
  /** Tensors [..., channels of the plan's block], read likewise. */
  readonly perBlock?: Readonly<Record<string, Tensor>>;
  /** What a fold makes: a tensor [slices, rows, channels of the plan's block], which the kernel's own parts bind. */
  readonly results?: Readonly<Record<string, Tensor>>;
  readonly params?: Readonly<Record<string, number>>;
  readonly constants?: Readonly<Record<string, boolean>>;
}

/** `planFolds`, decided once for each layout. */
export function foldsOf(
  runtime: Runtime,
  x: Channels,
  values: number,
  sizes: ElementSizes,
  reads = 1,
): readonly ChannelPlan[] {
  return runtime.decide(planFolds, `${layoutOf(x, sizes)} ${values} ${reads}`, (machine) =>
    planFolds(machine, x, values, sizes, reads),
  );
}

/** `planMap`, decided once for each layout; of all channels where there is no block. */
export function mapOf(
  runtime: Runtime,
  x: Channels,
  sizes: ElementSizes,
  block?: ChannelBlock,
  reads = 1,
): ChannelPlan {
  return runtime.decide(planMap, `${layoutOf(x, sizes)} ${block?.first} ${block?.channels} ${reads}`, (machine) =>
    planMap(machine, x, sizes, block, reads),
  );
}

/** `planHeld`, decided once for each layout. */
export function heldOf(runtime: Runtime, x: Channels, sizes: ElementSizes): ChannelPlan | undefined {
  return runtime.decide(planHeld, layoutOf(x, sizes), (machine) => planHeld(machine, x, sizes) ?? null) ?? undefined;
}

function layoutOf({ outer, channels, inner }: Channels, { bytes, pack }: ElementSizes): string {
  return `${outer} ${channels} ${inner} ${bytes} ${pack}`;
}

/** Records a dispatch for each window of the plan. */
export function launchChannels(runtime: Runtime, launch: ChannelLaunch): void {
  const { op, plan, reads, writes = {}, perChannel = {}, perBlock = {}, results = {} } = launch;
  const { block, windows } = plan;
  const { entry, form } = launch.kernel;
  const told = Object.values(launch.constants ?? {}).join();
  const facts = `${traitsOfAll(reads)}> ${traitsOfAll(writes)}> ${traitsOfAll(perChannel)}> ${traitsOfAll(perBlock)}`;
  const kernel = runtime.decide(plan, `${entry} ${form} ${told} ${facts}`, (machine) =>
    channelVariant(machine, launch),
  );
  const ofBlock = Object.entries({ ...perBlock, ...results });
  for (const { first, size, firstChannel, channels, firstSlice, slices, groups, walk } of windows) {
    const bind: Record<string, Slice | undefined> = {};
    bindEach(bind, reads, first, size);
    bindEach(bind, writes, first, size);
    bindEach(bind, perChannel, firstChannel, channels);
    const start = firstChannel - block.first;
    for (const [name, tensor] of ofBlock) bind[name] = sliceOf(tensor, start, tensor.size - start);
    const params = {
      ...launch.params,
      ...walk,
      ...(ofBlock.length > 0 && { channels: block.channels }),
      ...(launch.kernel.monoid && { first_slice: firstSlice, slices }),
    };
    runtime.launch({ op, kernel, bind, params, groups, plan });
  }
}

function channelVariant(
  machine: Machine,
  {
    kernel,
    plan,
    reads,
    writes = {},
    perChannel = {},
    perBlock = {},
    results = {},
    constants: own = {},
  }: ChannelLaunch,
): KernelSource {
  const { vector, unitChannels, team } = plan;
  const inQuads = vector === 4;
  const parts: Parts = [
    ...kernel.parts,
    ...(kernel.monoid ? foldParts(team, kernel.monoid) : []),
    unitChannels === 4 ? value4Part : value1Part,
    vector === unitChannels ? apartPart : togetherPart,
    ...Object.keys(results).map((name) => ({ part: unitChannels === 4 ? put4Part : put1Part, names: { NAME: name } })),
    walkPart,
    unitPart,
    inQuads ? unit4Part : unit1Part,
    special,
    ...Object.entries(reads).flatMap(([name, tensor]) => [
      ...readParts(machine, name, tensor, inQuads && isAligned(tensor)),
      { part: readPart, names: { NAME: name, FETCH: inQuads ? 'quad' : 'one' } },
    ]),
    ...Object.entries(writes).flatMap(([name, tensor]) => [
      ...writeParts(machine, name, tensor, inQuads),
      { part: inQuads ? write4Part : write1Part, names: { NAME: name } },
    ]),
    ...Object.entries({ ...perChannel, ...perBlock }).flatMap(([name, tensor]) => [
      ...readParts(machine, name, tensor),
      { part: unitChannels === 4 ? channel4Part : channelPart, names: { NAME: name } },
    ]),
  ];
  const has = Object.entries(perChannel).map(([name, tensor]) => [`HAS_${name.toUpperCase()}`, tensor !== undefined]);
  return {
    entry: kernel.entry,
    parts,
    constants: {
      ...teamConstants(team),
      VECTOR: vector,
      UNIT_CHANNELS: unitChannels,
      ...Object.fromEntries(has),
      ...own,
    },
  };
}
