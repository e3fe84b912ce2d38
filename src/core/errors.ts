/** The root of every error that Gradfold throws on purpose. */
export class GradfoldError extends Error {
  override name = 'GradfoldError';
}

/** A shape, an axis or an amount of data that does not fit. Thrown by the call, before anything is queued. */
export class ShapeError extends GradfoldError {
  override name = 'ShapeError';
}

/**
 * A label outside `[0, classes)`. Thrown by the call where the host knows the labels, and by every read of what
 * depends on them where only the GPU does: with the same words.
 */
export class LabelError extends GradfoldError {
  override name = 'LabelError';
  /** Index of the label in its tensor, row-major. */
  readonly row: number;
  readonly label: number;
  /** The labels allowed: from the first number up to, and without, the second. */
  readonly range: readonly [number, number];

  constructor(op: string, row: number, label: number, range: readonly [number, number]) {
    super(`${op}: label ${label} in row ${row} is outside [${range[0]}, ${range[1]})`);
    this.row = row;
    this.label = label;
    this.range = range;
  }
}

/**
 * An index outside an axis, as `gather` takes them: in `[-n, n)`, or in `[0, n)` of unsigned ones. Thrown as a
 * `LabelError` is.
 */
export class IndexError extends GradfoldError {
  override name = 'IndexError';
  readonly index: number;
  /** Where it stands among the indices, row-major. */
  readonly position: number;
  /** The indices allowed: from the first number up to, and without, the second. */
  readonly range: readonly [number, number];

  constructor(op: string, position: number, index: number, range: readonly [number, number]) {
    super(`${op}: index ${index} at position ${position} is outside [${range[0]}, ${range[1]})`);
    this.index = index;
    this.position = position;
    this.range = range;
  }
}

/** A file that is damaged, or not what was asked for. Nothing was changed by the call that throws it. */
export class FormatError extends GradfoldError {
  override name = 'FormatError';
  /** Byte of the file, counted from 0, where it stops making sense; undefined where no one byte is to blame. */
  readonly byte: number | undefined;
  /** The tensor that it is about, by its name in the file. */
  readonly tensor: string | undefined;

  constructor(message: string, where: { byte?: number; tensor?: string } = {}) {
    super(message);
    this.byte = where.byte;
    this.tensor = where.tensor;
  }
}

/** Use of a tensor or a backend after its `dispose()`. */
export class DisposedError extends GradfoldError {
  override name = 'DisposedError';
}

/** The GPU device was lost; whatever was pending is gone, a new backend works at once. */
export class DeviceLostError extends GradfoldError {
  override name = 'DeviceLostError';
}

/** There is no WebGPU adapter here; the message says what to install on this platform. */
export class NoAdapterError extends GradfoldError {
  override name = 'NoAdapterError';
}
