import type { HostInputs, HostTensor, Options } from '../suite/case.ts';
import { sizeOf } from '../suite/data.ts';

/** The channel axis, as ops take it. */
export const channelAxisIn = ({ channelAxis }: Options): { readonly channelAxis?: number } =>
  channelAxis === undefined ? {} : { channelAxis: channelAxis as number };

/** Functions for the channel of an element and for the mean of a term over each channel. */
export function channelsOf({ shape, data }: HostTensor, options: Options) {
  const { channelAxis = 1 } = channelAxisIn(options);
  const at = channelAxis < 0 ? channelAxis + shape.length : channelAxis;
  const channels = shape[at] as number;
  const inner = sizeOf(shape.slice(at + 1));
  const channel = (i: number) => Math.floor(i / inner) % channels;
  const count = data.length / channels;
  const means = (term: (i: number) => number) => {
    const all = new Float64Array(channels);
    for (let i = 0; i < data.length; i++) all[channel(i)]! += term(i) / count;
    return all;
  };
  return { channel, channels, means };
}

/** Mean |x| per channel: the error of the mean comes from the sum of these terms. */
export const meanFloor = (x: HostTensor, options: Options): Float64Array =>
  channelsOf(x, options).means((i) => Math.abs(x.data[i] as number));

/** The magnitude of a parameter's value for a channel; `otherwise` if it is not given. */
export const sizeAt = (parameter: HostTensor | undefined, c: number, otherwise: number): number =>
  parameter ? Math.abs(parameter.data[c] as number) : otherwise;

/** (1 + |x̂|)·|γ| + |β|: the magnitudes of the terms of the affine map. */
export function affineSizes({ x, gamma, beta }: HostInputs, options: Options, xHat: Float64Array): Float64Array {
  const { channel } = channelsOf(x as HostTensor, options);
  return xHat.map((value, i) => (1 + Math.abs(value)) * sizeAt(gamma, channel(i), 1) + sizeAt(beta, channel(i), 0));
}

/** Returns the tensors with one of these names. */
export const pick = <T>(from: Readonly<Record<string, T>>, ...names: readonly string[]): Record<string, T> =>
  Object.fromEntries(Object.entries(from).filter(([name]) => names.includes(name)));
