/** Tensors by name; an omitted one is undefined. */
export type Tensors<T> = Readonly<Record<string, T | undefined>>;

/** Gradients by the names of their tensors. */
export type Gradients<T, Names> = { readonly [Name in keyof Names]?: T | undefined };

/**
 * What a backward pass may use besides its incoming gradients and the tensors that were kept for it. Autograd supplies
 * the ops in it, so an app that uses no gradients does not bundle them.
 */
export interface Pass<T, Name = string> {
  /** Whether the gradient of an input is needed. */
  wants(input: Name): boolean;
  /** @throws GradfoldError if the gradient of one of these inputs is needed: there is none. */
  refuse(...inputs: readonly Name[]): void;
  /** Whether a gradient is the exact 1 that the backward pass begins with. */
  isOne(gradient: T): boolean;
  add(a: T, b: T): T;
  subtract(a: T, b: T): T;
  multiply(a: T, b: T): T;
  negate(x: T): T;
  exp(x: T): T;
  where(condition: T, a: T, b: T): T;
  sum(x: T, options: { axis?: number | readonly number[]; keepDims?: boolean }): T;
  /** Sums a gradient over the axes along which an operand of `shape` was repeated. Returns that shape. */
  sumTo(gradient: T, shape: readonly number[]): T;
  /** The reverse of `sumTo`: broadcasts a gradient to `shape`. */
  repeatTo(gradient: T, shape: readonly number[]): T;
  /**
   * Reshapes the result of a reduction of `shape` over `axis` (default: all axes) so that reduced axes have length 1.
   */
  unreduced(x: T, shape: readonly number[], axis?: number | readonly number[]): T;
  /** Converts a tensor to f32. */
  inF32(x: T): T;
  /** Makes a scalar of the dtype of `x`. */
  scalarLike(x: T, value: number): T;
  /**
   * Differentiates `formula`, which computes the op's outputs from its inputs by other ops. For a fused op whose formula
   * is simpler than the formula's gradient.
   * @param inputs the arguments of `formula`, by the op's names
   * @param gradients the gradients of the formula's outputs, by their names; an output without one has no effect
   * @returns the gradients of the needed inputs, perhaps in f32 for halves
   */
  through<Inputs extends Tensors<T>, Outputs extends Readonly<Record<string, T>>>(
    inputs: Inputs,
    gradients: Gradients<T, Outputs>,
    formula: (inputs: Inputs) => Outputs,
  ): Gradients<T, Inputs>;
}

/** One call of an op: its inputs, its outputs and its backward pass. */
export interface Call<T> {
  readonly op: string;
  /**
   * Inputs that may need a gradient, by the op's names. They may be disposed of before the backward pass; their shapes
   * stay.
   */
  readonly inputs: Tensors<T>;
  readonly outputs: Readonly<Record<string, T>>;
  /** Tensors that the backward pass reads; they are kept alive for it. */
  readonly keeps?: Tensors<T>;
  /**
   * Returns the gradients of the inputs, in their shapes, given the gradients of those outputs that have one. `kept`
   * holds the tensors of `keeps`, still alive. An op without `back` has no gradient.
   *
   * The pass is itself a computation with ops, which an outer recorder records: this is all that gradients of gradients
   * need. So every kernel in it must belong to an op that records itself. Gradients of halves may be f32, so that they
   * are rounded once, when all of a tensor's gradients have been added.
   */
  back?(gradients: Tensors<T>, kept: Tensors<T>, pass: Pass<T>): Tensors<T>;
}

/** Receives every op call: the only interface between ops and autograd. */
export interface Recorder<T> {
  /** Whether a gradient with respect to this tensor may be needed. */
  tracks(tensor: T): boolean;
  record(call: Call<T>): void;
}

/** The backward pass of an op: `keeps` and `back` of `Call`, typed by the op's names. */
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

/** Records an op with one result, whose gradient `back` takes. @returns the result */
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
