import type { Machine } from './machine.ts';
import { bindingRoom } from './rows.ts';
import { around } from './strides.ts';

/** x [N, C, ...] as per-channel kernels see it: [outer, channels, inner], row-major. */
export interface Channels {
  readonly outer: number;
  readonly channels: number;
  readonly inner: number;
}

/** A range of channels. */
export interface ChannelBlock {
  readonly first: number;
  readonly channels: number;
}

/** Rows and elements of each channel that are covered together, with one window per range of channels. */
export interface Run {
  readonly row: number;
  readonly rows: number;
  readonly within: number;
  readonly inner: number;
  /** The first is the widest. */
  readonly ranges: readonly [ChannelBlock, ...ChannelBlock[]];
}

/** The granularity of windows: elements and channels that are fetched together. */
interface Grain {
  /** Bytes of the largest element. */
  readonly bytes: number;
  readonly stop: number;
  readonly unitChannels: number;
}

/** Returns a shape as seen from its channel axis. */
export function channelsOf(shape: readonly number[], axis: number): Channels {
  const { outer, length: channels, inner } = around(shape, axis);
  return { outer, channels, inner };
}

/** Returns blocks of as many channels as fit a binding, with `values` f32 per channel. */
export function channelBlocks(machine: Machine, channels: number, values: number): [ChannelBlock, ...ChannelBlock[]] {
  const most = Math.max(1, Math.floor(bindingRoom(machine) / (4 * values)));
  return rangesOf({ first: 0, channels }, most);
}

/**
 * Splits a block into windows that fit a binding: as many whole rows as fit, or some channels of a row that is longer,
 * or some elements of a channel that is longer. Per-channel values of a window's channels fit as well.
 */
export function runsOf(machine: Machine, x: Channels, block: ChannelBlock, grain: Grain): Run[] {
  const { outer, channels, inner } = x;
  if (outer * block.channels * inner === 0) return [];
  const room = bindingRoom(machine);
  const elements = Math.floor(room / grain.bytes);
  const within = Math.min(inner, Math.max(1, Math.floor(elements / grain.stop)) * grain.stop);
  const across = Math.min(Math.floor(elements / within), Math.floor(room / 4), block.channels);
  const width =
    across === block.channels ? across : Math.max(1, Math.floor(across / grain.unitChannels)) * grain.unitChannels;
  // The rows of the other channels lie between the rows of a window's channels.
  const rows = 1 + Math.floor(Math.max(0, elements - width * within) / (channels * inner));
  const ranges = rangesOf(block, width);
  const runs: Run[] = [];
  for (let row = 0; row < outer; row += rows)
    for (let at = 0; at < inner; at += within)
      runs.push({ row, rows: Math.min(rows, outer - row), within: at, inner: Math.min(within, inner - at), ranges });
  return runs;
}

function rangesOf(block: ChannelBlock, most: number): [ChannelBlock, ...ChannelBlock[]] {
  const ranges = Array.from({ length: Math.max(1, Math.ceil(block.channels / most)) }, (_, i) => ({
    first: block.first + i * most,
    channels: Math.min(most, block.channels - i * most),
  }));
  return ranges as [ChannelBlock, ...ChannelBlock[]];
}
