import type { Machine } from './machine.ts';
import { bindingRoom } from './rows.ts';
import { around } from './strides.ts';

/** x [N, C, ...] as per-channel kernels see it: [outer, channels, inner], row-major. */
export interface Channels {
  readonly outer: number;
  readonly channels: number;
  readonly inner: number;
}

/** Neighboring channels. */
export interface ChannelBlock {
  readonly first: number;
  readonly channels: number;
}

/** Rows and elements of each channel that are covered at once, by a window for each range of channels. */
export interface Run {
  readonly row: number;
  readonly rows: number;
  readonly within: number;
  readonly inner: number;
  /** The first is the widest. */
  readonly ranges: readonly [ChannelBlock, ...ChannelBlock[]];
}

/** How finely windows may be cut: elements that are fetched together, and channels. */
interface Grain {
  /** Of an element, the largest. */
  readonly bytes: number;
  readonly stop: number;
  readonly unitChannels: number;
}

/** A shape by its channel axis. */
export function channelsOf(shape: readonly number[], axis: number): Channels {
  const { outer, length: channels, inner } = around(shape, axis);
  return { outer, channels, inner };
}

/** Blocks of as many channels as a binding holds, of `values` f32 each. */
export function channelBlocks(machine: Machine, channels: number, values: number): [ChannelBlock, ...ChannelBlock[]] {
  const most = Math.max(1, Math.floor(bindingRoom(machine) / (4 * values)));
  return rangesOf({ first: 0, channels }, most);
}

/**
 * The elements of a block in windows that a binding holds: whole rows, as many as it takes; of a row that is longer some
 * of its channels; of a channel that is longer some of its elements. What belongs to a window's channels fits as well.
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
  // Between the rows of some channels lie those of the others.
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
