import { describe, expect, test } from 'vitest';
import { candidates } from '../../bench/choices.ts';
import { Clock } from '../../bench/clock.ts';
import { Timer } from '../../bench/timer.ts';
import { tune } from '../../bench/tune.ts';
import { renderTuned } from '../../src/cli/tune/command.ts';
import { softmax } from '../../src/index.ts';
import { createBackend } from '../../src/node.ts';
import { choiceFor } from '../../src/plan/choices.ts';
import { DEFAULT_MACHINE } from '../../src/plan/machine.ts';
import { PROFILE_VERSION, type Profile } from '../../src/plan/profiles.ts';
import * as reference from '../../src/reference/index.ts';
import { uniform, useBackend } from '../support.ts';

const backend = useBackend();

/** A profile of this adapter with one lane per row and eight rows per workgroup. */
function profileHere(change: Partial<Record<keyof Profile, unknown>> = {}): Profile {
  const { vendor, architecture, description } = backend().info;
  const rows = [{ cols: 64, lanesPerRow: 1, rowsPerWorkgroup: 8, vectorsPerLane: 2, mostInRegisters: 4 }];
  return { version: PROFILE_VERSION, adapter: { vendor, architecture, description }, rows, ...change } as Profile;
}

describe('a profile', () => {
  test('decides how rows are assigned to lanes, and the results are right', async () => {
    await using tuned = await createBackend({ profile: profileHere() });
    const { rows } = profileHere();
    expect(tuned.runtime.machine.choices).toEqual({ rows });
    expect(choiceFor(tuned.runtime.machine, 5000, 1250)).toEqual(rows[0]);
    const wide = {
      rows: [{ cols: 64, lanesPerRow: 512, rowsPerWorkgroup: 1, vectorsPerLane: 4, mostInRegisters: 16 }],
    };
    expect(choiceFor({ ...DEFAULT_MACHINE, choices: wide }, 5000, 1250).lanesPerRow).toBe(
      DEFAULT_MACHINE.maxInvocations,
    );
    const host = { shape: [9, 333], data: uniform(9 * 333, -4, 4) };
    const y = await softmax(tuned.tensor(host.data, host.shape)).data();
    const truth = reference.softmax(host).data;
    expect(truth.findIndex((value, i) => Math.abs((y[i] as number) - value) > 2e-6 * value)).toBe(-1);
  });

  test('of another adapter, of another version, or damaged is refused before a device is used', async () => {
    const { info } = backend();
    const name = [info.vendor, info.architecture, info.description].filter(Boolean).join(' ');
    const other = { vendor: 'acme', architecture: 'gpu-1', description: '' };
    for (const [change, message] of [
      [{ adapter: other }, `createBackend: profile is for adapter 'acme gpu-1', expected '${name}', this adapter`],
      [{ adapter: undefined }, `createBackend: profile is for adapter 'none', expected '${name}', this adapter`],
      [{ version: 99 }, `createBackend: profile has version 99, expected ${PROFILE_VERSION}; run gradfold tune again`],
      [
        { rows: [{ cols: 64, lanesPerRow: 3, rowsPerWorkgroup: 8, vectorsPerLane: 2, mostInRegisters: 4 }] },
        'createBackend: profile.rows is damaged, expected entries of cols, lanesPerRow, rowsPerWorkgroup, vectorsPerLane and mostInRegisters; run gradfold tune again',
      ],
    ] as const) {
      await expect(createBackend({ profile: profileHere(change) })).rejects.toThrow(message);
    }
  });
});

describe('tuning', () => {
  test('tries every fold that an adapter has, and none that it cannot run', () => {
    const gpu = { ...DEFAULT_MACHINE, subgroup: { min: 32, max: 32 } };
    const lanes = (cols: number) =>
      [...new Set(candidates(gpu, cols).map((choice) => choice.lanesPerRow))].sort((a, b) => a - b);
    expect(lanes(16)).toEqual([1]);
    expect(lanes(1024)).toEqual([1, 8, 16, 32, 64, 128, 256]);
    expect(lanes(65536)).toEqual([8, 16, 32, 64, 128, 256]);
    expect(
      candidates(gpu, 1024).every(
        ({ lanesPerRow, rowsPerWorkgroup }) => lanesPerRow * rowsPerWorkgroup <= gpu.maxInvocations,
      ),
    ).toBe(true);
  });

  test('gives a profile that a backend accepts, and reports the gain or that it kept the built-in choice', async () => {
    const { device } = backend();
    const timer = await Timer.open(device, await Clock.open(device), false);
    const columns = [64];
    const { profile, tuned } = await tune(backend(), { timer, rounds: 3, batch: 1, columns, elements: 2 ** 14 });
    timer.dispose();
    expect(profile.rows.map(({ cols }) => cols)).toEqual(columns);
    const [found] = tuned;
    const kept = found?.best === found?.builtIn;
    expect(kept ? found?.ratio.median : Number(found && found.ratio.p80 < 1)).toBe(1);
    expect(renderTuned(tuned)).toMatch(kept ? /up to 64.*as built in/ : /up to 64.*\d+ % \(\d+ % to \d+ %\)/);
    await using again = await createBackend({ profile });
    expect(again.runtime.machine.choices?.rows).toEqual(profile.rows);
  });
});
