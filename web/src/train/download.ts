import { type Digits, PIXELS } from '../../../studies/training/digits.ts';
import { type DigitSet, DOWNLOAD_ERROR, fileOf, PARTS } from './parts.ts';

/** Bytes loaded and in total; the total is 0 if the server does not send it. */
export type OnBytes = (loaded: number, total: number) => void;

export interface Wanted {
  readonly train: number;
  readonly test: number;
}

/** The digits were not loaded, or not completely. */
export class DownloadError extends Error {
  override name = DOWNLOAD_ERROR;
}

/** Loads the digits from a folder of this site and keeps them. */
export class DigitStore {
  readonly #folder: string;
  readonly #parts = new Map<string, Digits>();

  /** @param folder the URL prefix of the files */
  constructor(folder: string) {
    this.#folder = folder;
  }

  /**
   * Returns the first images of each set.
   * @throws DownloadError that names the file and what is wrong with it
   */
  async first(wanted: Wanted, onBytes: OnBytes, signal: AbortSignal): Promise<{ train: Digits; test: Digits }> {
    const sets = (['train', 'test'] as const).map((set) => ({ set, parts: partsFor(set, wanted[set]) }));
    const missing = sets.flatMap(({ set, parts }) =>
      parts.filter((part) => !this.#parts.has(fileOf(set, part))).map((part) => ({ set, part })),
    );
    const counts = new Map<string, readonly [number, number]>();
    const count = (file: string, loaded: number, total: number) => {
      counts.set(file, [loaded, total]);
      const all = [...counts.values()];
      const known = counts.size === missing.length && all.every(([, total]) => total > 0);
      onBytes(sumOf(all.map(([loaded]) => loaded)), known ? sumOf(all.map(([, total]) => total)) : 0);
    };
    await Promise.all(
      missing.map(async ({ set, part }) => {
        const file = fileOf(set, part);
        const onPart: OnBytes = (loaded, total) => count(file, loaded, total);
        this.#parts.set(file, await this.#load(file, PARTS[set][part] as number, onPart, signal));
      }),
    );
    const [train, test] = sets.map(({ set, parts }) =>
      firstOf(
        parts.map((part) => this.#parts.get(fileOf(set, part)) as Digits),
        wanted[set],
      ),
    );
    return { train: train as Digits, test: test as Digits };
  }

  async #load(file: string, count: number, onBytes: OnBytes, signal: AbortSignal): Promise<Digits> {
    let bytes: Uint8Array;
    try {
      const response = await fetch(`${this.#folder}${file}`, { signal });
      if (!response.ok || !response.body) throw new Error(`the server answered ${response.status}`);
      const total = Number(response.headers.get('Content-Length') ?? 0);
      const counted = response.body.pipeThrough(counting((loaded) => onBytes(loaded, total)));
      const plain = counted.pipeThrough(new DecompressionStream('gzip'));
      bytes = new Uint8Array(await new Response(plain).arrayBuffer());
    } catch (cause) {
      if (signal.aborted) throw cause;
      throw new DownloadError(`The digits could not be loaded: ${file}: ${(cause as Error).message}`, { cause });
    }
    const expected = count * (PIXELS + 1);
    if (bytes.length !== expected)
      throw new DownloadError(`The digits are damaged: ${file} has ${bytes.length} bytes, expected ${expected}`);
    return { count, images: bytes.subarray(0, count * PIXELS), labels: bytes.subarray(count * PIXELS) };
  }
}

/** The parts that contain the first `count` images. */
function partsFor(set: DigitSet, count: number): number[] {
  const sizes: readonly number[] = PARTS[set];
  const before = (part: number) => sumOf(sizes.slice(0, part));
  return sizes.map((_, part) => part).filter((part) => before(part) < count);
}

function firstOf(parts: readonly Digits[], count: number): Digits {
  const images = new Uint8Array(sumOf(parts.map((part) => part.images.length)));
  const labels = new Uint8Array(sumOf(parts.map((part) => part.labels.length)));
  let first = 0;
  for (const part of parts) {
    images.set(part.images, first * PIXELS);
    labels.set(part.labels, first);
    first += part.count;
  }
  return { count, images: images.subarray(0, count * PIXELS), labels: labels.subarray(0, count) };
}

function counting(
  onBytes: (loaded: number) => void,
): TransformStream<Uint8Array<ArrayBuffer>, Uint8Array<ArrayBuffer>> {
  let loaded = 0;
  return new TransformStream({
    transform(chunk, controller) {
      loaded += chunk.length;
      onBytes(loaded);
      controller.enqueue(chunk);
    },
  });
}

const sumOf = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0);
