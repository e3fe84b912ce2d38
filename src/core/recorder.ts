/** Tensors by their names; one that was not given is undefined. */
export type Tensors<T> = Readonly<Record<string, T | undefined>>;

/**
 * What a backward pass may use beside the gradients that it is given and the tensors that it had kept. The ops among it
 * come from whoever runs the passes: an app without gradients carries none of them for the sake of the ops that it uses.
 */
export interface Pass<T, Name = string> {
  /** Whether the gradient of an input is asked for. */
  wants(input: Name): boolean;
  /** @throws GradfoldError where the gradient of one of these inputs is asked for: there is none. */
  refuse(...inputs: readonly Name[]): void;
  /** Whether a gradient is the exact 1 that the backward pass begins with. */
  isOne(gradient: T): boolean;
  add(a: T, b: T): T;
  subtract(a: T, b: T): T;
  multiply(a: T, b: T): T;
  divide(a: T, b: T): T;
  negate(x: T): T;
  exp(x: T): T;
  where(condition: T, a: T, b: T): T;
  sum(x: T, options: { axis?: number | readonly number[]; keepDims?: boolean }): T;
  /** A gradient summed over the axes along which an operand of `shape` was repeated: in that shape. */
  sumTo(gradient: T, shape: readonly number[]): T;
  /** The reverse: a gradient repeated to `shape`, to which it broadcasts. */
  repeatTo(gradient: T, shape: readonly number[]): T;
  /** What a reduction of `shape` over `axis`, by default all, returned: with its reduced axes, of length 1. */
  unreduced(x: T, shape: readonly number[], axis?: number | readonly number[]): T;
  /** A tensor in f32. */
  inF32(x: T): T;
  /** A number as a scalar of the dtype of `x`. */
  scalarLike(x: T, value: number): T;
}

/** One call of an op: what it was given, what it made, and how gradients go back. */
export interface Call<T> {
  readonly op: string;
  /** What a gradient might be asked for, by the op's own names. May be gone when gradients go back; their shapes are not. */
  readonly inputs: Tensors<T>;
  readonly outputs: Readonly<Record<string, T>>;
  /** Tensors whose values the backward pass reads: kept alive for it. */
  readonly keeps?: Tensors<T>;
  /**
   * Gradients of inputs, in their shapes, from those of the outputs that have one. `kept` is `keeps` as it is still
   * alive. An op without it has no gradient.
   */
  back?(gradients: Tensors<T>, kept: Tensors<T>, pass: Pass<T>): Tensors<T>;
}

/** Who listens to what ops do. Ops know of no other. */
export interface Recorder<T> {
  /** Whether a gradient with respect to this tensor may be asked for. */
  tracks(tensor: T): boolean;
  record(call: Call<T>): void;
}

/** Gradients, by the names of what they are of. */
type Gradients<T, Names> = { readonly [Name in keyof Names]?: T | undefined };

/** How gradients go back through an op: `Call`'s `keeps` and `back`, typed by the op's own names. */
interface Backward<T, Inputs, Given, Kept> {
  readonly keeps?: Kept;
  back(given: Given, kept: Kept, pass: Pass<T, keyof Inputs>): Gradients<T, Inputs>;
}

/** Records an op. Without `backward` it has no gradient. */
export function recordCall<
  T,
  Inputs extends Tensors<T>,
  Outputs extends Readonly<Record<string, T>>,
  Kept extends Tensors<T> = Record<never, never>,
>(
  recorder: Recorder<T> | undefined,
  op: string,
  inputs: Inputs,
  outputs: Outputs,
  backward?: Backward<T, Inputs, Gradients<T, Outputs>, Kept>,
): void {
  recorder?.record({ op, inputs, outputs, ...backward } as Call<T>);
}

/** The same of an op with one result, whose gradient is what `back` is given. @returns the result */
export function record<
  T extends { readonly backend: { readonly recorder: Recorder<T> | undefined } },
  Inputs extends Tensors<T>,
  Kept extends Tensors<T> = Record<never, never>,
>(op: string, inputs: Inputs, y: T, backward?: Backward<T, Inputs, T, Kept>): T {
  recordCall(
    y.backend.recorder,
    op,
    inputs,
    { y },
    backward && { ...backward, back: ({ y: dy }, kept: Kept, pass) => backward.back(dy as T, kept, pass) },
  );
  return y;
}
