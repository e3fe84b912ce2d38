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
/** Options of a call that are not tensors, by name. */
export type Options = Readonly<Record<string, unknown>>;

export function dtypeOf({ data, dtype }: HostTensor): DType {
  return dtype ?? (data instanceof Float32Array ? 'f32' : data instanceof Int32Array ? 'i32' : 'u32');
}

/** Uploads values of the host to the backend that runs the case. */
export type Upload = (x: HostTensor) => Tensor;

/** Values by the name of the result: `y`, or the op's own names (`loss`, `gradient`). */
export type Values = Readonly<Record<string, Float64Array>>;

/** A condition beside the error in ulps; returns a description of the violation, if any. */
export type Limit = (got: ArrayLike<number>, truth: Float64Array) => string | undefined;

/** One op on one set of inputs, as data for the check or a test. */
export interface Case {
  readonly op: string;
  readonly name: string;
  /** The dtype of the inputs. */
  readonly dtype: FloatType;
  /** Returns the dtype of a result. */
  dtypeOf(result: string): DType;
  /** The error in ulps that a result may have at its scale, whatever the error of the float32 baseline. */
  budgetOf(result: string): number;
  /** The plans to run it by. */
  readonly plans: readonly PlanName[];
  /** The plans of the quick form; none if the case is not part of it. */
  readonly quick: readonly PlanName[];
  /** Runs the op on a backend's tensors. The caller frees its intermediates (`backend.scope`). */
  run(upload: Upload): Record<string, Tensor>;
  /** The results in float64. */
  reference(): Values;
  /** The results of the float32 baseline: the reference with every step rounded. */
  baseline(): Values;
  /**
   * Floors per result: an error is measured in ulps of the floor if the true value is smaller. One number, or one per
   * element; 0 makes all errors relative.
   */
  floors(truth: Values): Readonly<Record<string, number | Float64Array>>;
  limits(): Readonly<Record<string, readonly Limit[]>>;
}

/** The reference functions by name, in either arithmetic. */
export type Library = typeof reference;

/** The reference's results of a call: arrays by the name of the result. */
export type Computed = Readonly<
  Record<string, { readonly shape: readonly number[]; readonly data: ArrayLike<number> | BigInt64Array }>
>;

export function valuesOf(computed: Computed): Values {
  return Object.fromEntries(
    Object.entries(computed).map(([name, { data }]) => [name, Float64Array.from(data as ArrayLike<number>)]),
  );
}

/**
 * Returns a function that uploads to a backend. Unless `aligned`, each tensor is a view that starts one element past a
 * 16-byte boundary, so that kernels must read by element, as in borrowed buffers.
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
