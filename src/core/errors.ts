/** The base class of every error that Gradfold throws on purpose. */
export class GradfoldError extends Error {
  override name = 'GradfoldError';
}

/** A shape, an axis or an amount of data that does not fit. The call throws it before anything is queued. */
export class ShapeError extends GradfoldError {
  override name = 'ShapeError';
}

/**
 * A label outside `[0, classes)`. The call throws it if the host knows the labels; if only the GPU does, every read
 * that depends on them rejects with it. The message is the same.
 */
export class LabelError extends GradfoldError {
  override name = 'LabelError';
  /** Index of the label in its tensor, row-major. */
  readonly row: number;
  readonly label: number;
  /** The allowed labels: from the first number, inclusive, to the second, exclusive. */
  readonly range: readonly [number, number];

  constructor(op: string, row: number, label: number, range: readonly [number, number]) {
    super(`${op}: label ${label} in row ${row} is outside [${range[0]}, ${range[1]})`);
    this.row = row;
    this.label = label;
    this.range = range;
  }
}

/**
 * An index outside an axis of length n: `gather` accepts `[-n, n)`, or `[0, n)` if unsigned. It is thrown when a
 * `LabelError` is.
 */
export class IndexError extends GradfoldError {
  override name = 'IndexError';
  readonly index: number;
  /** Position of the index in its tensor, row-major. */
  readonly position: number;
  /** The allowed indices: from the first number, inclusive, to the second, exclusive. */
  readonly range: readonly [number, number];

  constructor(op: string, position: number, index: number, range: readonly [number, number]) {
    super(`${op}: index ${index} at position ${position} is outside [${range[0]}, ${range[1]})`);
    this.index = index;
    this.position = position;
    this.range = range;
  }
}

/** A file that is damaged or does not have the expected content. The call that throws it changes nothing. */
export class FormatError extends GradfoldError {
  override name = 'FormatError';
  /** Offset of the first invalid byte in the file; undefined if no single byte is at fault. */
  readonly byte: number | undefined;
  /** The name in the file of the tensor at fault. */
  readonly tensor: string | undefined;

  constructor(message: string, where: { byte?: number; tensor?: string } = {}) {
    super(message);
    this.byte = where.byte;
    this.tensor = where.tensor;
  }
}

/** A tensor or a backend was used after its `dispose()`. */
export class DisposedError extends GradfoldError {
  override name = 'DisposedError';
}

/** The GPU device was lost. Pending work is gone; a new backend can be created at once. */
export class DeviceLostError extends GradfoldError {
  override name = 'DeviceLostError';
}

/** No WebGPU adapter was found. The message says what to install on this platform. */
export class NoAdapterError extends GradfoldError {
  override name = 'NoAdapterError';
}
