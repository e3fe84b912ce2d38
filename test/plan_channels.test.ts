import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type Channels, channelsOf, planChannels, planMerge } from '../src/plan/channels.ts';
import { DEFAULT_MACHINE, type Machine } from '../src/plan/machine.ts';

const machines = fc.record({
  kind: fc.constantFrom('gpu' as const, 'cpu' as const),
  maxBindingBytes: fc.constantFrom(2 ** 16, 2 ** 20),
  subgroup: fc.constantFrom(undefined, { min: 4, max: 4 }, { min: 8, max: 32 }, { min: 32, max: 32 }),
  maxInvocations: fc.constantFrom(128, 256, 1024),
});
const layouts = fc.record({
  outer: fc.integer({ min: 0, max: 300 }),
  channels: fc.integer({ min: 0, max: 20 }),
  inner: fc.oneof(fc.constant(1), fc.integer({ min: 0, max: 40 })),
});

/** What `batch_norm_walk.wgsl` does, step by step: the units that each lane visits, by channel and slice. */
function visits(
  plan: ReturnType<typeof planChannels>,
  window: number,
  visit: (unit: number, channel: number, slice: number) => void,
) {
  const { walk, groups } = plan.windows[window]!;
  const { team: TEAM, width, block } = plan.team;
  // One group more than planned: a grid folded into two dimensions has some.
  for (let index = 0; index < (groups + 1) * width; index++) {
    const team = Math.floor(index / TEAM);
    const slice = Math.floor(team / walk.channels);
    const channel = team % walk.channels;
    const chunk = Math.floor(slice / walk.phases);
    const first = Math.min(Math.min(chunk, walk.chunks) * walk.slice_units, walk.units);
    const length = Math.min(walk.slice_units, walk.units - first);
    const ahead = (slice % walk.phases) * TEAM + (index % TEAM);
    const left = Math.floor((Math.max(length, ahead) - ahead + walk.stride - 1) / walk.stride);
    const blocks = Math.floor((length + walk.stride * block - 1) / (walk.stride * block));
    if (left > blocks * block) throw new Error(`lane ${index} has ${left} units in ${blocks} blocks`);
    const row = Math.floor((first + ahead) / walk.inner);
    let within = (first + ahead) % walk.inner;
    let at = (row * walk.channels + channel) * walk.inner + within;
    for (let k = 0; k < left; k++) {
      visit(at, channel, slice);
      within += walk.step_within;
      const wraps = within >= walk.inner;
      within -= wraps ? walk.inner : 0;
      at += walk.step + (wraps ? walk.skip : 0);
    }
  }
}

function check(machine: Machine, layout: Channels, purpose: 'fold' | 'map', aligned: boolean): void {
  const size = layout.outer * layout.channels * layout.inner;
  const plan = planChannels('test', machine, layout, purpose, aligned);
  const { team, vector, unitChannels } = plan;
  expect(team.width % team.team).toBe(0);
  expect(team.width).toBeLessThanOrEqual(machine.maxInvocations);
  let end = 0;
  let slices = 0;
  for (const [index, window] of plan.windows.entries()) {
    expect([window.first, window.firstSlice]).toEqual([end, slices]);
    expect(4 * window.size).toBeLessThanOrEqual(machine.maxBindingBytes - machine.offsetAlignment);
    if (vector === 4) expect(window.first % 4).toBe(0);
    const seen = new Uint8Array(window.size / vector);
    visits(plan, index, (unit, channel, slice) => {
      seen[unit]!++;
      const channelOf = (element: number) => Math.floor((window.first + element) / layout.inner) % layout.channels;
      const last = unit * vector + vector / unitChannels - 1;
      const right = channelOf(unit * vector) === channel * unitChannels && channelOf(last) === channel * unitChannels;
      if (!right || slice >= window.slices)
        throw new Error(`unit ${unit} is visited for channel ${channel}, slice ${slice}`);
    });
    expect(seen.every((times) => times === 1)).toBe(true);
    if (purpose === 'fold')
      expect((window.walk.slice_units / window.walk.stride) * vector).toBeLessThanOrEqual(1024 + team.block * vector);
    end += window.size;
    slices += window.slices;
  }
  expect([end, slices]).toEqual([size, plan.slices]);
}

test('every element is visited once, by a lane of its channel, within the limits', () => {
  const arbitrary = fc.tuple(machines, layouts, fc.constantFrom('fold' as const, 'map' as const), fc.boolean());
  fc.assert(
    fc.property(arbitrary, ([machine, layout, purpose, aligned]) =>
      check({ ...DEFAULT_MACHINE, ...machine }, layout, purpose, aligned),
    ),
    { numRuns: 60 },
  );
});

test('large tensors stay within what a dispatch and a lane may do', () => {
  for (const kind of ['gpu', 'cpu'] as const) {
    for (const [outer, channels, inner] of [
      [1_000_000, 4, 1],
      [32, 64, 3136],
      [1, 1, 16_777_216],
      [65_537, 1000, 1],
      [8, 4096, 9],
    ] as const) {
      const machine: Machine = { ...DEFAULT_MACHINE, kind, subgroup: { min: 8, max: 8 } };
      for (const purpose of ['fold', 'map'] as const) {
        const plan = planChannels('test', machine, { outer, channels, inner }, purpose, true);
        for (const { walk, groups } of plan.windows) {
          expect(groups).toBeLessThan(machine.maxGroups ** 2);
          expect(groups * plan.team.width * plan.vector).toBeGreaterThan(0);
          if (purpose === 'fold') expect((walk.slice_units / walk.stride) * plan.vector).toBeLessThanOrEqual(1024);
        }
      }
    }
  }
});

test('a few examples', () => {
  expect(channelsOf([2, 3, 4, 5], 1)).toEqual({ outer: 2, channels: 3, inner: 20 });
  expect(channelsOf([2, 3, 4, 5], 3)).toEqual({ outer: 24, channels: 5, inner: 1 });
  const cpu: Machine = { ...DEFAULT_MACHINE, kind: 'cpu', subgroup: { min: 8, max: 8 } };
  // A batch of MNIST is one slice: no second dispatch.
  expect(planChannels('test', cpu, { outer: 128, channels: 784, inner: 1 }, 'fold', true)).toMatchObject({
    vector: 1,
    slices: 1,
  });
  expect(planChannels('test', cpu, { outer: 128, channels: 784, inner: 1 }, 'map', true)).toMatchObject({
    vector: 4,
    unitChannels: 4,
  });
  expect(planMerge(cpu, 10, 500).team).toMatchObject({ fold: 'subgroup', team: 8 });
  expect(planMerge(DEFAULT_MACHINE, 10, 500)).toMatchObject({ team: { fold: 'workgroup', team: 128 }, groups: 10 });
});
