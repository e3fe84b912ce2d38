// Finds a GPU adapter for a process that is about to start, or sets up a software adapter for it.
//
// Dawn loads the Vulkan loader when it starts, and the dynamic linker reads LD_LIBRARY_PATH when the process starts.
// A software adapter is therefore chosen through the environment of a new process, which `environmentFor` returns.
//
//   GRADFOLD_ADAPTER        the adapter to use by default: default | swiftshader | llvmpipe | NAME, one of Dawn's names
//   GRADFOLD_ADAPTER_READY  set here: the adapter that the environment is prepared for; nested commands keep it
//   GRADFOLD_DAWN_FLAGS     the arguments for `create` of npm webgpu, separated by `;`; the flag that asks Dawn for NAME
//                           is added here
//
// `vite build` bundles this file into dist/cli.js, so the paths below work from both scripts/ and dist/.

import { spawn, spawnSync } from 'node:child_process';
import { constants } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { isLinuxX64, swiftshaderFolder } from './chromium.mjs';
import { describeAdapter, probeAdapter } from './probe.mjs';

/**
 * @typedef {object} Prepared
 * @property {string} name The chosen adapter; 'default' is the machine's own.
 * @property {Record<string, string>} env Variables to add to the process's environment.
 * @property {string} note One line for the user if the adapter was chosen automatically, else ''.
 */

const here = dirname(fileURLToPath(import.meta.url));

/**
 * Returns the environment in which Dawn, in a new process, finds the requested adapter: `asked`, else the adapter that
 * an outer command has prepared, else GRADFOLD_ADAPTER.
 *
 * 'default' is the machine's own adapter, or SwiftShader on a Linux x64 machine without one. Inside a command that has
 * prepared an adapter, it is that adapter.
 *
 * @param {'default' | 'swiftshader' | 'llvmpipe' | (string & {})} [asked] the value of `--adapter`
 * @returns {Promise<Prepared>}
 * @throws an error that says what to install
 */
export async function environmentFor(asked) {
  const ready = process.env.GRADFOLD_ADAPTER_READY;
  const name = asked || ready || process.env.GRADFOLD_ADAPTER || 'default';
  if (ready && (name === ready || name === 'default')) return { name: ready, env: {}, note: '' };
  if (name === 'swiftshader') return swiftshader();
  if (name === 'llvmpipe') return llvmpipe();
  if (name !== 'default') {
    const env = { GRADFOLD_ADAPTER_READY: name, GRADFOLD_DAWN_FLAGS: dawnFlags(`adapter=${name}`) };
    if (!(await probeAdapter({ ...process.env, ...env }))) {
      const own = await probeAdapter();
      throw new Error(
        own ? `gradfold: no adapter here is named ${name}, but ${describeAdapter(own)}` : noAdapter(name),
      );
    }
    return { name, env, note: '' };
  }
  if (await probeAdapter()) return { name, env: { GRADFOLD_ADAPTER_READY: name }, note: '' };
  if (!isLinuxX64) throw new Error(noAdapter());
  const note = 'gradfold: no GPU adapter found; using SwiftShader (software) from @sparticuz/chromium';
  return { ...(await swiftshader()), note };
}

/**
 * Returns the current flags with the adapter replaced or removed.
 *
 * @param {string[]} adapter
 */
function dawnFlags(...adapter) {
  const flags = process.env.GRADFOLD_DAWN_FLAGS?.split(';') ?? [];
  return [...adapter, ...flags.filter((flag) => flag && !flag.startsWith('adapter='))].join(';');
}

/**
 * Returns a message that says what to install if there is no adapter.
 *
 * @param {string} [name] the requested adapter
 */
function noAdapter(name) {
  const remedy = {
    linux:
      "install the GPU's Vulkan driver and the loader (Debian, Ubuntu: apt install libvulkan1 mesa-vulkan-drivers)",
    darwin: 'WebGPU needs Metal: macOS 13 or later on a machine, or a virtual machine, that has a GPU',
    win32: "WebGPU needs Direct3D 12: Windows 10 or later with the GPU's current driver",
  }[/** @type {string} */ (process.platform)];
  const missing = name ? `no adapter named ${name}, nor any other GPU adapter, found` : 'no GPU adapter found';
  return `gradfold: ${missing}; ${remedy ?? `Dawn has no binary for ${process.platform} ${process.arch}`}`;
}

/**
 * Returns the environment that makes Dawn use only one Vulkan driver.
 *
 * @param {string} name
 * @param {string} libraryPath the folder of the Vulkan loader
 * @param {string} icd the driver's ICD file
 * @returns {Prepared}
 */
function vulkan(name, libraryPath, icd) {
  // Two names of one variable. The loader prefers the newer VK_DRIVER_FILES, so one set by the user would win.
  const driver = { VK_ICD_FILENAMES: icd, VK_DRIVER_FILES: icd };
  // Drops the adapter that an outer command asked Dawn for.
  const dawn = { GRADFOLD_ADAPTER_READY: name, GRADFOLD_DAWN_FLAGS: dawnFlags() };
  return { name, env: { LD_LIBRARY_PATH: libraryPath, ...driver, ...dawn }, note: '' };
}

/** SwiftShader and a Vulkan loader from the headless Chromium in @sparticuz/chromium. */
async function swiftshader() {
  if (!isLinuxX64) {
    throw new Error(`gradfold: SwiftShader comes for Linux x64 only, this is ${process.platform} ${process.arch}`);
  }
  try {
    const at = await swiftshaderFolder();
    const libraryPath = [at, process.env.LD_LIBRARY_PATH].filter(Boolean).join(delimiter);
    return vulkan('swiftshader', libraryPath, join(at, 'vk_swiftshader_icd.json'));
  } catch (cause) {
    if (/** @type {NodeJS.ErrnoException} */ (cause).code !== 'MODULE_NOT_FOUND') throw cause;
    const install = 'npm install --save-dev @sparticuz/chromium@147.0.0';
    throw new Error(`${noAdapter()}; or, for SwiftShader (software): ${install}`, { cause });
  }
}

/** Mesa's llvmpipe, set up by scripts/llvmpipe without changing the system. */
function llvmpipe() {
  if (process.platform !== 'linux') {
    throw new Error(`gradfold: llvmpipe is set up on Debian 12 only, this is ${process.platform} ${process.arch}`);
  }
  const print = 'console.log(JSON.stringify([process.env.LD_LIBRARY_PATH, process.env.VK_DRIVER_FILES]))';
  const script = join(here, '..', 'scripts', 'llvmpipe');
  const { stdout, status, error } = spawnSync(script, [process.execPath, '--eval', print], {
    stdio: ['ignore', 'pipe', 'inherit'],
    encoding: 'utf8',
  });
  if (status !== 0) throw new Error('gradfold: llvmpipe could not be set up', { cause: error });
  const [libraryPath, icd] = JSON.parse(stdout);
  return vulkan('llvmpipe', libraryPath, icd);
}

/**
 * Runs a command in place of this process, with the same input, output and signals.
 *
 * @param {string} command
 * @param {readonly string[]} args
 * @param {Record<string, string>} env added to this process's own
 * @returns {Promise<number>} the exit code; 128 + the signal's number if a signal ended it
 */
export function runInPlace(command, args, env) {
  // On Windows, npm's commands are .cmd files, which only a shell can start.
  const shell = process.platform === 'win32' && command !== process.execPath;
  const child = spawn(command, args, { stdio: 'inherit', env: { ...process.env, ...env }, shell });
  const forward = (/** @type {NodeJS.Signals} */ signal) => {
    // A terminal also sends Ctrl-C to the child.
    if (signal !== 'SIGINT' || !process.stdin.isTTY) child.kill(signal);
  };
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, forward);
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('exit', (code, signal) => resolve(code ?? 128 + (signal ? constants.signals[signal] : 0)));
  });
}

/**
 * For a command that is about to load Dawn: prepares the requested adapter, and runs the same command again if that
 * takes a new process.
 *
 * @param {string} [asked] the value of `--adapter`
 * @returns {Promise<number | undefined>} the exit code of the command that ran instead; undefined if this process can
 * continue
 */
export async function rerunWithAdapter(asked) {
  const { env, note } = await environmentFor(asked);
  if (note) console.error(note);
  if (env.LD_LIBRARY_PATH !== undefined) {
    return runInPlace(process.execPath, [...process.execArgv, ...process.argv.slice(1)], env);
  }
  Object.assign(process.env, env);
  return undefined;
}
