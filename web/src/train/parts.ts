/** The digits as static files: each part is gzip of so many images of 784 bytes, then their labels, a byte each. */
export const PARTS = {
  train: [1000, 9000, 50_000],
  test: [1000, 9000],
} as const;

export type DigitSet = keyof typeof PARTS;

/** What an error is called that says that they did not come. */
export const DOWNLOAD_ERROR = 'DownloadError';

/** Beside the pages. */
export const FOLDER = 'digits';

/** Not `.gz`, which some servers take for an encoding. */
export const fileOf = (set: DigitSet, part: number) => `${set}-${part}.bin`;
