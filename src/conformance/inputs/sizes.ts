import type { HostTensor } from '../suite/case.ts';

/** Magnitudes of the finite elements; a non-finite element determines the result by itself. */
export const finiteSizes = ({ shape, data }: HostTensor) => ({
  shape,
  data: Float64Array.from(data, (value) => (Number.isFinite(value) ? Math.abs(value) : 0)),
});
