import { type AxisView, axisView } from './axis.ts';
import { type NdArray, requireShape, valuesOf } from './nd_array.ts';

/** The name of an op over channels, and its input viewed along the channel axis. */
export interface ChannelOp {
  name: string;
  view: AxisView;
}

export function channelOp(name: string, x: NdArray, channelAxis = 1): ChannelOp {
  return { name, view: axisView(name, x.shape, channelAxis, 'channelAxis') };
}

/** Returns one value per channel: `missing` for each if the argument is absent. */
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
