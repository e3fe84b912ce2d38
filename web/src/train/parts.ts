/** The digits as static files. Each part is gzip of this many images of 784 bytes, followed by one byte per label. */
export const PARTS = {
  train: [1000, 9000, 50_000],
  test: [1000, 9000],
} as const;

export type DigitSet = keyof typeof PARTS;

/** The name of the error when the digits could not be loaded. */
export const DOWNLOAD_ERROR = 'DownloadError';

/** The folder of the files, next to the pages. */
export const FOLDER = 'digits';

/** The name of a part's file. It does not end in `.gz`, which some servers treat as an encoding. */
export const fileOf = (set: DigitSet, part: number) => `${set}-${part}.bin`;
