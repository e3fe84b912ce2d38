import type { Backend } from '../../core/backend.ts';
import type { DType } from '../../core/data.ts';
import type { Tensor } from '../../core/tensor.ts';
import type * as reference from '../../reference/index.ts';
import type { HostTensor } from './data.ts';
import type { FloatType } from './half.ts';
import type { PlanName } from './plans.ts';

export type { HostTensor };

/** Tensors of a call by name, on the host. */
export type HostInputs = Readonly<Record<string, HostTensor>>;
/** Options of a call that are no tensors, by name. */
export type Options = Readonly<Record<string, unknown>>;

export function dtypeOf({ data, dtype }: HostTensor): DType {
  return dtype ?? (data instanceof Float32Array ? 'f32' : data instanceof Int32Array ? 'i32' : 'u32');
}

/** A tensor of the host's values, on the backend that the case is run on. */
export type Upload = (x: HostTensor) => Tensor;

/** Values by the name of the result: `y`, or as the op's own names are (`loss`, `gradient`). */
export type Values = Readonly<Record<string, Float64Array>>;

/** What must hold beside the error in ulp; says what does not, if so. */
export type Limit = (got: ArrayLike<number>, truth: Float64Array) => string | undefined;

/** One op on one set of inputs: data for whoever runs it, the check or a test. */
export interface Case {
  readonly op: string;
  readonly name: string;
  /** Of what is given. */
  readonly dtype: FloatType;
  /** The dtype of a result. */
  dtypeOf(result: string): DType;
  /** Ulps that a result may be off by at its scale, whatever the error of the float32 baseline. */
  budgetOf(result: string): number;
  /** The plans to run it by. */
  readonly plans: readonly PlanName[];
  /** Those of the quick form; none where the case is not part of it. */
  readonly quick: readonly PlanName[];
  /** The op on a backend's tensors. What it makes beside its results is the caller's to free (`backend.scope`). */
  run(upload: Upload): Record<string, Tensor>;
  /** In float64. */
  reference(): Values;
  /** In float32: the reference with every step rounded. */
  baseline(): Values;
  /**
   * Per result, what an error is measured in ulps of where the true value is smaller: one number, or one for each
   * element. 0: errors are relative everywhere.
   */
  floors(truth: Values): Readonly<Record<string, number | Float64Array>>;
  limits(): Readonly<Record<string, readonly Limit[]>>;
}

/** The reference functions under their names, in either arithmetic. */
export type Library = typeof reference;

/** What the reference makes of a call: arrays by the name of the result. */
export type Computed = Readonly<
  Record<string, { readonly shape: readonly number[]; readonly data: ArrayLike<number> | BigInt64Array }>
>;

export function valuesOf(computed: Computed): Values {
  return Object.fromEntries(
    Object.entries(computed).map(([name, { data }]) => [name, Float64Array.from(data as ArrayLike<number>)]),
  );
}

/**
 * Uploads to a backend. Unaligned, each tensor is a view that starts an element past a 16-byte boundary: so kernels
 * have to read by element, as they do in the borrowed buffers of others.
 */
export function uploaderFor(backend: Backend, aligned = true): Upload {
  return (x) => {
    const { data, shape } = x;
    const dtype = dtypeOf(x);
    if (aligned) return backend.tensor(data, shape, dtype);
    const shifted = data.slice(0, 0).constructor as new (length: number) => typeof data;
    const padded = new shifted(data.length + 1);
    padded.set(data, 1);
    return backend.tensor(padded, [padded.length], dtype).view(1, shape);
  };
}
