import { bytesOf, type DType, type Shape, show, sizeOf } from '../core/data.ts';
import { GradfoldError, ShapeError } from '../core/errors.ts';
import { checkTensor, type Tensor } from '../core/tensor.ts';
import { bindingRoom, type Rows } from '../plan/rows.ts';
import { around } from '../plan/strides.ts';

/**
 * @throws GradfoldError unless all are tensors on one backend; DisposedError. An option that is `undefined` is skipped.
 */
export function checkTensors(
  op: string,
  tensors: Readonly<Record<string, Tensor>>,
  options: Readonly<Record<string, Tensor | undefined>> = {},
): void {
  let first: string | undefined;
  let backend: Tensor['backend'] | undefined;
  const check = (name: string, tensor: Tensor | undefined) => {
    checkTensor(op, name, tensor);
    if (backend && tensor.backend !== backend)
      throw new GradfoldError(`${op}: ${name} belongs to a different backend than ${first}`);
    first ??= name;
    backend ??= tensor.backend;
  };
  for (const name in tensors) check(name, tensors[name]);
  for (const name in options) if (options[name] !== undefined) check(name, options[name]);
}

/** @throws GradfoldError unless the tensor's dtype is one of `expected`. */
export function checkDTypes(op: string, name: string, tensor: Tensor, ...expected: DType[]): void {
  if (!expected.includes(tensor.dtype)) {
    throw new GradfoldError(`${op}: ${name} is ${tensor.dtype}, expected ${expected.join(' or ')}`);
  }
}

/** @throws GradfoldError unless the tensor's dtype is f32 or f16. */
export function checkFloat(op: string, name: string, tensor: Tensor): void {
  checkDTypes(op, name, tensor, 'f32', 'f16');
}

/** @throws ShapeError unless the shapes are equal. `like` names the source of the expected shape. */
export function checkShape(op: string, name: string, shape: Shape, expected: Shape, like?: string): void {
  if (!sameShape(shape, expected)) {
    throw new ShapeError(`${op}: ${name} is ${show(shape)}, expected ${show(expected)}${like ? ` like ${like}` : ''}`);
  }
}

/**
 * @param what names the part of the tensor, of shape `shape`, that must fit in one binding
 * @throws ShapeError if it does not fit
 */
export function checkFits(op: string, what: string, { dtype, backend }: Tensor, shape: Shape): void {
  const room = bindingRoom(backend.runtime.machine);
  const bytes = bytesOf(dtype) * sizeOf(op, shape);
  if (bytes > room) {
    throw new ShapeError(
      `${op}: ${what} ${show(shape)} takes ${bytes} bytes, expected at most ${room} (this adapter's maxStorageBufferBindingSize, less the alignment)`,
    );
  }
}

export function sameShape(a: Shape, b: Shape): boolean {
  return a.length === b.length && a.every((length, axis) => length === b[axis]);
}

/** The axis counted from the front. A scalar accepts 0 and -1. @throws ShapeError if there is no such axis. */
export function resolveAxis(op: string, axis: number, rank: number): number {
  const span = Math.max(rank, 1);
  if (!Number.isInteger(axis) || axis < -span || axis >= span) {
    throw new ShapeError(`${op}: axis is ${axis}, expected a whole number in [${-span}, ${span - 1}] for rank ${rank}`);
  }
  return axis < 0 ? axis + span : axis;
}

/** @throws GradfoldError unless the option's value is one of `expected`. */
export function checkOption<T>(op: string, name: string, value: T, expected: readonly T[]): T {
  if (!expected.includes(value)) {
    throw new GradfoldError(`${op}: ${name} is ${quote(value)}, expected ${expected.map(quote).join(' or ')}`);
  }
  return value;
}

/** @throws GradfoldError unless the number is in [low, high]. */
export function checkNumber(op: string, name: string, value: number, low: number, high: number): number {
  if (typeof value !== 'number' || !(value >= low && value <= high)) {
    throw new GradfoldError(`${op}: ${name} is ${quote(value)}, expected a number in [${low}, ${high}]`);
  }
  return value;
}

/**
 * The rows of a tensor along an axis. A scalar is one row of one element.
 * @throws ShapeError if there is no such axis.
 */
export function rowsAlong(op: string, { shape }: Tensor, axis = -1): { rows: Rows; axis: number } {
  const at = resolveAxis(op, axis, shape.length);
  const { outer, length: cols, inner } = around(shape, at);
  return { rows: { outer, cols, inner }, axis: at };
}

function quote(value: unknown): string {
  return typeof value === 'string' ? `'${value}'` : String(value);
}
