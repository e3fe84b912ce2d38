import type { HostTensor } from '../suite/case.ts';

/** Sizes of what can be added; what is not finite decides the result by itself. */
export const finiteSizes = ({ shape, data }: HostTensor) => ({
  shape,
  data: Float64Array.from(data, (value) => (Number.isFinite(value) ? Math.abs(value) : 0)),
});
