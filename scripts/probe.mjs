// Asks Dawn which adapter it finds, in a process of its own: what Dawn prints, leaks or crashes on stays there.

import { execFile } from 'node:child_process';
import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';

/**
 * @typedef {object} AdapterInfo What an adapter says of itself.
 * @property {string} vendor
 * @property {string} architecture
 * @property {string} device
 * @property {string} description
 * @property {boolean} software A CPU does the work.
 * @property {string[]} features
 */

const require = createRequire(import.meta.url);

// Dawn dies when the result of `create` is collected and keeps the process alive as long as it is not: hence the
// global and the exit.
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
 * The adapter that Dawn finds in that environment.
 *
 * @param {NodeJS.ProcessEnv} [env]
 * @returns {Promise<AdapterInfo | null>} null: none
 * @throws when Dawn itself does not load, or knows no adapter of the name asked for
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
 * @param {Omit<AdapterInfo, 'device'> & { device?: string } | null} info `device` stands in for a description that is not there
 * @returns {string} one line, such as "google swiftshader (SwiftShader driver 5.0.0), software"
 */
export function describeAdapter(info) {
  if (!info) return 'none';
  const name = [info.vendor, info.architecture].filter(Boolean).join(' ');
  const detail = info.description || info.device;
  return (name && detail ? `${name} (${detail})` : name || detail || 'unnamed') + (info.software ? ', software' : '');
}
