// The contents of npm @sparticuz/chromium, unpacked once into node_modules/.cache/gradfold: a headless Chromium for
// Linux x64 with all its libraries except glibc, and SwiftShader with a Vulkan loader. Nothing is downloaded.
//
// `vite build` bundles this file into dist/cli.js through adapters.mjs, so nothing here may depend on this file's path.

import { existsSync, readFileSync } from 'node:fs';
import { chmod, mkdir, mkdtemp, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { promisify } from 'node:util';
import { brotliDecompress } from 'node:zlib';

const require = createRequire(import.meta.url);

/** Whether the package's binaries are for this machine. */
export const isLinuxX64 = process.platform === 'linux' && process.arch === 'x64';

const FONTS_CONF = `<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig><dir prefix="relative">fonts</dir><cachedir prefix="xdg">fontconfig</cachedir></fontconfig>
`;

/** @typedef {(file: string) => Promise<Buffer>} Read a file from the package's bin/, decompressed */

/**
 * Returns the folder of SwiftShader, its ICD file and a Vulkan loader.
 *
 * @throws when the package is not installed
 */
export function swiftshaderFolder() {
  // libEGL and libGLESv2 are left out: on LD_LIBRARY_PATH they would replace the system's own.
  const ignore = (/** @type {string} */ name) => /lib(EGL|GLESv2)\.so$/.test(name);
  return unpacked('swiftshader', async (read, at) => extract(await read('swiftshader.tar.br'), at, ignore));
}

/**
 * Unpacks the Chromium that `chromiumLaunch` starts.
 *
 * @throws when the package is not installed
 */
export function unpackChromium() {
  return unpacked('chromium', async (read, at) => {
    await writeFile(join(at, 'chromium'), await read('chromium.br'), { mode: 0o755 });
    // Chromium looks for SwiftShader in its own folder. The other two provide NSS, expat and a font, which a bare
    // system lacks.
    for (const archive of ['swiftshader', 'al2023', 'fonts']) await extract(await read(`${archive}.tar.br`), at);
    // The bundled file names the folders of another system.
    await writeFile(join(at, 'fonts.conf'), FONTS_CONF);
  });
}

/**
 * Returns Playwright's launch options for Chromium with WebGPU on the bundled SwiftShader.
 *
 * @throws when the package is not installed
 */
export function chromiumLaunch() {
  const { at } = places('chromium');
  return {
    executablePath: join(at, 'chromium'),
    args: [
      '--no-sandbox',
      '--enable-unsafe-webgpu',
      '--use-webgpu-adapter=swiftshader',
      '--disable-background-networking',
      // As on a cross-origin isolated page.
      '--enable-features=SharedArrayBuffer',
    ],
    // Not this process's environment: its Vulkan drivers and libraries are meant for Dawn in Node.
    env: { HOME: tmpdir(), LD_LIBRARY_PATH: join(at, 'lib'), FONTCONFIG_PATH: at },
  };
}

/**
 * Returns the cache folder of that name. `fill` fills a new one under a temporary name, which is then renamed: if two
 * processes race, one wins, and neither sees a partial folder.
 *
 * @param {string} name
 * @param {(read: Read, at: string) => Promise<void>} fill
 */
async function unpacked(name, fill) {
  const { home, at } = places(name);
  if (existsSync(at)) return at;
  await mkdir(dirname(at), { recursive: true });
  const fresh = await mkdtemp(`${at}-`);
  try {
    await fill(async (file) => promisify(brotliDecompress)(await readFile(join(home, 'bin', file))), fresh);
    await chmod(fresh, 0o755);
    await rename(fresh, at);
  } catch (error) {
    await rm(fresh, { recursive: true, force: true });
    const code = /** @type {NodeJS.ErrnoException} */ (error).code;
    if (code !== 'ENOTEMPTY' && code !== 'EEXIST') throw error;
  }
  return at;
}

/**
 * Returns the package's folder and its cache folder of that name.
 *
 * @param {string} name
 */
function places(name) {
  const entry = require.resolve('@sparticuz/chromium');
  const home = entry.slice(0, entry.lastIndexOf(join('chromium', 'build')) + 'chromium'.length);
  const { version } = JSON.parse(readFileSync(join(home, 'package.json'), 'utf8'));
  return { home, at: join(home, '..', '..', '.cache', 'gradfold', `${name}-${version}`) };
}

/**
 * @param {Buffer} tar
 * @param {string} at
 * @param {(name: string) => boolean} [ignore]
 */
async function extract(tar, at, ignore = () => false) {
  const tarFs = (await import('tar-fs')).default;
  // As root, tar-fs would restore the owners recorded in the archive.
  const map = (/** @type {import('tar-fs').Headers} */ header) => ({ ...header, uid: 0, gid: 0 });
  await pipeline(Readable.from([tar]), tarFs.extract(at, { ignore, map }));
}
