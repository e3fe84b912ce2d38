import type { HostInput } from './call.ts';

/** Sizes of what can be added; what is not finite decides the result by itself. */
export const finiteSizes = ({ shape, data }: HostInput) => ({
  shape,
  data: Float64Array.from(data, (value) => (Number.isFinite(value) ? Math.abs(value) : 0)),
});

/** What sums that end as `ends` are measured by: themselves where it is they that overflow. */
export const orOverflow = (ends: Float64Array, sums: Float64Array) =>
  ends.map((value, i) => ((sums[i] as number) > 1e38 ? Number.POSITIVE_INFINITY : value));
