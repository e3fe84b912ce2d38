import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  type ChannelPlan,
  type Channels,
  channelBlocks,
  channelsOf,
  planFolds,
  planInRegisters,
  planMap,
  planMerge,
} from '../../src/plan/channels.ts';
import { DEFAULT_MACHINE, type Machine } from '../../src/plan/machine.ts';
import { bindingRoom, type ElementSizes } from '../../src/plan/rows.ts';

const machines = fc
  .record({
    kind: fc.constantFrom('gpu' as const, 'cpu' as const),
    // In some layouts a channel exceeds the smallest of these.
    maxBindingBytes: fc.constantFrom(256 + 64, 256 + 1024, 2 ** 12, 2 ** 16, 2 ** 20),
    subgroup: fc.constantFrom(undefined, { min: 4, max: 4 }, { min: 8, max: 32 }, { min: 32, max: 32 }),
    maxInvocations: fc.constantFrom(128, 256),
    fold: fc.constantFrom(undefined, 'lane' as const, 'workgroup' as const),
  })
  .map(({ fold, ...machine }) => ({ ...machine, ...(fold && { fold }) }));
const layouts = fc.record({
  outer: fc.integer({ min: 0, max: 70 }),
  channels: fc.oneof(
    fc.integer({ min: 0, max: 20 }),
    fc.integer({ min: 1, max: 6 }).map((n) => 8 * n),
  ),
  inner: fc.oneof(
    fc.constant(1),
    fc.integer({ min: 0, max: 40 }),
    fc.integer({ min: 1, max: 12 }).map((n) => 8 * n),
  ),
});
const sizes = fc.constantFrom<ElementSizes>({ bytes: 4, pack: 1 }, { bytes: 4, pack: 2 }, { bytes: 2, pack: 2 });

/** Follows `channels/walk.wgsl` step by step and calls `visit` for each stop of each lane. */
function visits(
  { windows, team }: ChannelPlan,
  window: number,
  visit: (stop: number, channel: number, slice: number) => void,
) {
  const { walk, groups } = windows[window]!;
  const { lanesPerRow, workgroupSize, vectorsPerLane, pack, laneStride } = team;
  const STOPS = vectorsPerLane / pack;
  // There is one workgroup more than planned, as in a grid split over two dimensions.
  for (let index = 0; index < (groups + 1) * workgroupSize; index++) {
    const place = index % workgroupSize;
    const seat = Math.floor(place / laneStride) % lanesPerRow;
    const neighbors = Math.floor(place / (laneStride * lanesPerRow)) * laneStride + (place % laneStride);
    const lanes = Math.floor(index / workgroupSize) * (workgroupSize / lanesPerRow) + neighbors;
    const slice = Math.floor(lanes / walk.walked);
    const channel = lanes % walk.walked;
    const chunk = Math.floor(slice / walk.phases);
    const first = Math.min(Math.min(chunk, walk.chunks) * walk.slice_stops, walk.stops);
    const length = Math.min(walk.slice_stops, walk.stops - first);
    const ahead = (slice % walk.phases) * lanesPerRow + seat;
    const left = Math.floor((Math.max(length, ahead) - ahead + walk.stride - 1) / walk.stride);
    if (left > walk.blocks * STOPS) throw new Error(`lane ${index} has ${left} stops in ${walk.blocks} blocks`);
    const row = Math.floor((first + ahead) / walk.inner);
    let within = (first + ahead) % walk.inner;
    let at = row * walk.pitch + channel * walk.inner + within;
    for (let k = 0; k < left; k++) {
      visit(at, channel, slice);
      within += walk.step_within;
      const wraps = within >= walk.inner;
      within -= wraps ? walk.inner : 0;
      at += walk.step + (wraps ? walk.skip : 0);
    }
  }
}

/**
 * Counts in `seen` the visits of each element by a plan's windows. Throws if an element belongs to another channel or
 * is not bound. `made` counts the values of a reduction, one per slice and channel.
 */
function follow(
  machine: Machine,
  x: Channels,
  plan: ChannelPlan,
  { bytes, pack }: ElementSizes,
  seen: Uint8Array,
  made?: Uint8Array,
) {
  const { team, vector, unitChannels, apart, plane, block } = plan;
  expect(team.workgroupSize % team.lanesPerRow).toBe(0);
  expect(team.workgroupSize).toBeLessThanOrEqual(machine.maxInvocations);
  expect(team.vectorsPerLane % team.pack).toBe(0);
  expect(pack % team.pack).toBe(0);
  const room = bindingRoom(machine);
  for (const [index, window] of plan.windows.entries()) {
    const end = window.firstChannel + window.channels;
    const bound = bytes * window.size <= room && 4 * window.channels <= room && window.first % vector === 0;
    if (!bound || window.firstChannel < block.first || end > block.first + block.channels)
      throw new Error(`window ${index} has channels [${window.firstChannel}, ${end}), ${window.size} elements`);
    visits(plan, index, (stop, walked, slice) => {
      // Where lanes walk over rows, the first channel is that of all columns.
      const first = window.firstChannel + walked * unitChannels;
      for (let k = 0; k < vector * team.pack; k++) {
        const within = stop * vector * team.pack + k;
        const element = window.first + within;
        const right = Math.floor((apart ? first + (k % 4) : first) / plane);
        if (within >= window.size || Math.floor(element / x.inner) % x.channels !== right || slice >= window.slices)
          throw new Error(`element ${element} is visited for channel ${right}, slice ${slice}`);
        seen[element]!++;
      }
    });
    for (let slice = 0; made && slice < window.slices; slice++)
      for (let c = 0; c < window.channels * plane; c++)
        made[(window.firstSlice + slice) * block.channels * plane + window.firstChannel - block.first + c]!++;
  }
}

const once = (counts: Uint8Array) => counts.every((times) => times === 1);

test('every element is visited once, by a lane of its channel, and bindings stay within the limit', () => {
  fc.assert(
    fc.property(machines, layouts, sizes, fc.constantFrom(2, 5), (own, x, elements, values) => {
      const machine: Machine = { ...DEFAULT_MACHINE, ...own };
      const size = x.outer * x.channels * x.inner;
      const [mapped, folded, together] = [0, 1, 2].map(() => new Uint8Array(size)) as [
        Uint8Array,
        Uint8Array,
        Uint8Array,
      ];
      follow(machine, x, planMap(machine, x, elements), elements, mapped);
      const whole = planInRegisters(machine, x, elements);
      if (whole) {
        const [held, made] = [new Uint8Array(size), new Uint8Array(x.channels)];
        follow(machine, x, whole, elements, held, made);
        expect(once(held) && once(made)).toBe(true);
        // Each lane has one block.
        for (const { walk } of whole.windows)
          expect(walk.stops).toBeLessThanOrEqual((walk.stride * whole.team.vectorsPerLane) / whole.team.pack);
      }
      let end = 0;
      for (const plan of planFolds(machine, x, values, elements)) {
        const { block, slices, plane } = plan;
        expect(block.first).toBe(end);
        end += block.channels;
        // A single channel cannot be split further: the dispatch reports that.
        if (block.channels > 1)
          expect(4 * slices * values * block.channels * plane).toBeLessThanOrEqual(bindingRoom(machine));
        const made = new Uint8Array(slices * block.channels * plane);
        follow(machine, x, plan, elements, folded, made);
        expect(once(made)).toBe(true);
        follow(machine, x, planMap(machine, x, elements, block), elements, together);
      }
      expect(end).toBe(x.channels);
      expect([mapped, folded, together].every(once)).toBe(true);
    }),
    { numRuns: 100 },
  );
});

test('channels stay in registers up to a size that depends on the machine', () => {
  const image = (outer: number, side: number) => ({ outer, channels: 64, inner: side * side });
  const gpu: Machine = { ...DEFAULT_MACHINE, subgroup: { min: 32, max: 32 } };
  const cpu: Machine = { ...DEFAULT_MACHINE, kind: 'cpu', subgroup: { min: 8, max: 8 } };
  const halves: ElementSizes = { bytes: 2, pack: 2 };
  expect(planInRegisters(gpu, image(16, 32))?.team).toMatchObject({
    fold: 'subgroup',
    lanesPerRow: 256,
    vectorsPerLane: 16,
  });
  expect(planInRegisters(gpu, image(17, 32))).toBeUndefined();
  expect(planInRegisters(gpu, image(16, 32), halves)?.team).toMatchObject({
    lanesPerRow: 256,
    vectorsPerLane: 16,
    pack: 2,
  });
  expect(planInRegisters(cpu, image(2, 8))?.team).toMatchObject({
    fold: 'subgroup',
    lanesPerRow: 8,
    vectorsPerLane: 4,
  });
  expect(planInRegisters(cpu, image(2, 12))).toBeUndefined();
  // Neighboring lanes read neighboring columns: eight lanes with four channels each read 128 bytes.
  const columns = (outer: number) => ({ outer, channels: 784, inner: 1 });
  expect(planInRegisters(gpu, columns(128))?.team).toMatchObject({
    fold: 'workgroup',
    lanesPerRow: 16,
    workgroupSize: 128,
    laneStride: 8,
  });
  expect(planInRegisters(gpu, columns(257))).toBeUndefined();
  expect(planInRegisters(cpu, columns(4))?.team).toMatchObject({ fold: 'lane', vectorsPerLane: 4 });
  expect(planInRegisters(gpu, { outer: 0, channels: 3, inner: 4 })).toBeUndefined();
});

test('channels are split into blocks that fit a binding', () => {
  const machine: Machine = { ...DEFAULT_MACHINE, maxBindingBytes: 256 + 400 };
  expect(channelBlocks(machine, 45, 5)).toEqual([
    { first: 0, channels: 20 },
    { first: 20, channels: 20 },
    { first: 40, channels: 5 },
  ]);
  expect(channelBlocks(machine, 0, 5)).toEqual([{ first: 0, channels: 0 }]);
});

test('plans for large tensors stay within the limits of a dispatch and of a lane', () => {
  for (const kind of ['gpu', 'cpu'] as const) {
    for (const [outer, channels, inner] of [
      [1_000_000, 4, 1],
      [32, 64, 3136],
      [1, 1, 16_777_216],
      [65_537, 1000, 1],
      [8, 4096, 9],
      [64, 4096, 9],
      // The first has rows, the second channels and the third statistics that do not fit a binding.
      [2, 64, 2 ** 20],
      [1, 2, 2 ** 26],
      [3, 2 ** 24, 1],
    ] as const) {
      const machine: Machine = { ...DEFAULT_MACHINE, kind, subgroup: { min: 8, max: 8 } };
      const folds = planFolds(machine, { outer, channels, inner }, 5);
      for (const { team, vector, windows, slices, plane, block } of [
        planMap(machine, { outer, channels, inner }),
        ...folds,
      ]) {
        expect(20 * slices * block.channels * plane * Number(team.fold !== 'lane')).toBeLessThanOrEqual(2 ** 27);
        for (const { groups, size } of windows) {
          expect(4 * size).toBeLessThanOrEqual(2 ** 27 - 256);
          expect(groups).toBeLessThan(machine.maxGroups ** 2);
          expect(groups * team.workgroupSize * vector).toBeGreaterThan(0);
        }
      }
      for (const { windows, vector, slices, plane, block } of folds)
        for (const { walk } of windows) {
          // Lanes reduce more only where more slices would not fit.
          const crowded = 20 * slices * block.channels * plane > 2 ** 23;
          expect((walk.slice_stops / walk.stride) * vector).toBeLessThanOrEqual(crowded ? 16_384 : 1024);
        }
    }
  }
});

test('examples of layouts and plans', () => {
  expect(channelsOf([2, 3, 4, 5], 1)).toEqual({ outer: 2, channels: 3, inner: 20 });
  expect(channelsOf([2, 3, 4, 5], 3)).toEqual({ outer: 24, channels: 5, inner: 1 });
  const cpu: Machine = { ...DEFAULT_MACHINE, kind: 'cpu', subgroup: { min: 8, max: 8 } };
  // A batch of MNIST is one slice, so there is no second dispatch.
  const mnist = { outer: 128, channels: 784, inner: 1 };
  expect(planFolds(cpu, mnist, 5)).toMatchObject([{ vector: 4, unitChannels: 4, slices: 1 }]);
  expect(planMap(cpu, mnist)).toMatchObject({ vector: 4, unitChannels: 4 });
  // Lanes read eight halves at once if a channel's length is a multiple of eight, four if it is a multiple of four.
  const halves: ElementSizes = { bytes: 2, pack: 2 };
  const image = (inner: number) => ({ outer: 4, channels: 3, inner });
  expect(planMap(cpu, image(64), halves)).toMatchObject({ vector: 4, team: { pack: 2, vectorsPerLane: 8 } });
  expect(planMap(cpu, image(12), halves)).toMatchObject({ vector: 4, team: { pack: 1, vectorsPerLane: 4 } });
  expect(planMap(cpu, image(9), halves)).toMatchObject({ vector: 1, team: { pack: 1 } });
  // A GPU's lanes walk over rows where those are many: to fold planes that hold no whole vectors, and to map any.
  const gpu: Machine = { ...DEFAULT_MACHINE, kind: 'gpu' };
  const many = (inner: number) => ({ outer: 64, channels: 12, inner });
  expect(planFolds(gpu, many(7), 5)).toMatchObject([{ plane: 7, vector: 4, apart: true, unitChannels: 4 }]);
  expect(planFolds(gpu, many(8), 5)).toMatchObject([{ plane: 1, vector: 4, apart: false, unitChannels: 1 }]);
  expect(planMap(gpu, many(7))).toMatchObject({ plane: 7, vector: 4, apart: true, unitChannels: 4 });
  expect(planMap(gpu, many(8), halves)).toMatchObject({ plane: 8, apart: false, unitChannels: 8, team: { pack: 2 } });
  expect(planMap(gpu, { outer: 64, channels: 3, inner: 7 })).toMatchObject({ plane: 1, vector: 1 });
  expect(planMerge(cpu, 10, 500).team).toMatchObject({ fold: 'subgroup', lanesPerRow: 8 });
  expect(planMerge(DEFAULT_MACHINE, 10, 500)).toMatchObject({
    team: { fold: 'workgroup', lanesPerRow: 128 },
    groups: 10,
  });
});
