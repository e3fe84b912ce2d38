import { type AxisView, axisView } from './axis.ts';
import { type NdArray, requireShape, valuesOf } from './nd_array.ts';

/** What an op over channels works with: its name, and its input seen from the channels' axis. */
export interface ChannelOp {
  name: string;
  view: AxisView;
}

export function channelOp(name: string, x: NdArray, channelAxis = 1): ChannelOp {
  return { name, view: axisView(name, x.shape, channelAxis, 'channelAxis') };
}

/** One value a channel; `missing` in each if there is no such argument. */
export function perChannel(
  { name, view }: ChannelOp,
  argument: string,
  x: NdArray | undefined,
  missing = 0,
): Float64Array {
  if (x === undefined) return new Float64Array(view.length).fill(missing);
  requireShape(name, argument, x, [view.length]);
  return valuesOf(name, argument, x);
}
