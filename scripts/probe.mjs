// Asks Dawn which adapter it finds, in a separate process, which isolates its output, leaks and crashes.

import { execFile } from 'node:child_process';
import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';

/**
 * @typedef {object} AdapterInfo The description of an adapter.
 * @property {string} vendor
 * @property {string} architecture
 * @property {string} device
 * @property {string} description
 * @property {boolean} software Whether the adapter runs on the CPU.
 * @property {string[]} features
 */

const require = createRequire(import.meta.url);

// Dawn crashes when the result of `create` is collected, and keeps the process alive until then. Hence the global and
// the exit.
const PROBE = `
const { create } = await import(process.argv[1]);
globalThis.gpu = create(process.argv.slice(2));
const adapter = await globalThis.gpu.requestAdapter();
const { vendor, architecture, device, description, isFallbackAdapter } = adapter?.info ?? {};
const named = [architecture, device, description].join(' ');
const software = isFallbackAdapter || /swiftshader|llvmpipe|basic render/i.test(named);
const info = adapter && { vendor, architecture, device, description, software, features: [...adapter.features].sort() };
process.stdout.write(JSON.stringify(info), () => process.exit(0));
`;

/**
 * Returns the adapter that Dawn finds in that environment.
 *
 * @param {NodeJS.ProcessEnv} [env]
 * @returns {Promise<AdapterInfo | null>} null if there is none
 * @throws if Dawn does not load, or has no adapter of the requested name
 */
export async function probeAdapter(env = process.env) {
  let dawn;
  try {
    dawn = pathToFileURL(require.resolve('webgpu')).href;
  } catch (cause) {
    throw new Error('gradfold: WebGPU in Node comes from the package `webgpu`; install it: npm install webgpu', {
      cause,
    });
  }
  const flags = env.GRADFOLD_DAWN_FLAGS?.split(';').filter(Boolean) ?? [];
  try {
    const argv = ['--input-type=module', '--eval', PROBE, '--', dawn, ...flags];
    const { stdout } = await promisify(execFile)(process.execPath, argv, { env, timeout: 60_000, encoding: 'utf8' });
    return JSON.parse(stdout.slice(stdout.lastIndexOf('\n') + 1));
  } catch (cause) {
    const said = /** @type {{ stderr?: string }} */ (cause).stderr
      ?.match(/Error: [\s\S]*?(?=\n {4}at |\n\nNode\.js|$)/)?.[0]
      .trim();
    throw new Error(`gradfold: Dawn (npm webgpu) does not start: ${said ?? cause}`, { cause });
  }
}

/**
 * @param {Omit<AdapterInfo, 'device'> & { device?: string } | null} info `device` replaces a missing description
 * @returns {string} one line, such as "google swiftshader (SwiftShader driver 5.0.0), software"
 */
export function describeAdapter(info) {
  if (!info) return 'none';
  const name = [info.vendor, info.architecture].filter(Boolean).join(' ');
  const detail = info.description || info.device;
  return (name && detail ? `${name} (${detail})` : name || detail || 'unnamed') + (info.software ? ', software' : '');
}
