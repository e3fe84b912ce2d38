// Finds a GPU adapter for a process that is about to be started, or sets up a software one for it.
//
// Dawn loads the Vulkan loader when it starts, and the dynamic linker reads LD_LIBRARY_PATH when the process does. So
// a software adapter is chosen by the environment of a process that does not run yet: `environmentFor` says which
// environment that is.
//
//   GRADFOLD_ADAPTER        which adapter, where nothing else says so: default | swiftshader | llvmpipe | NAME, as Dawn
//                           has it
//   GRADFOLD_ADAPTER_READY  set here: the environment is prepared, for this adapter; nested commands leave it as it is
//   GRADFOLD_DAWN_FLAGS     what `create` of npm webgpu is called with, separated by `;`; set here to ask Dawn for NAME,
//                           beside whatever else is there
//
// `vite build` bundles this file into dist/cli.js: paths below are such that they hold from scripts/ and from dist/.

import { spawn, spawnSync } from 'node:child_process';
import { constants } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { isLinuxX64, swiftshaderFolder } from './chromium.mjs';
import { describeAdapter, probeAdapter } from './probe.mjs';

/**
 * @typedef {object} Prepared
 * @property {string} name The adapter that was settled on: 'default' is the machine's own.
 * @property {Record<string, string>} env What the process's environment has to hold beside what it holds already.
 * @property {string} note One line for the user where an adapter was chosen for them, else ''.
 */

const here = dirname(fileURLToPath(import.meta.url));

/**
 * The environment in which a new process's Dawn finds the adapter asked for: by `asked`, else by a command around
 * this one that has prepared its own, else by GRADFOLD_ADAPTER.
 *
 * 'default' is the machine's own adapter, and SwiftShader on a Linux x64 machine that has none; inside a command that
 * has prepared an adapter it is that one.
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
 * The flags that are there, with another adapter or none.
 *
 * @param {string[]} adapter
 */
function dawnFlags(...adapter) {
  const flags = process.env.GRADFOLD_DAWN_FLAGS?.split(';') ?? [];
  return [...adapter, ...flags.filter((flag) => flag && !flag.startsWith('adapter='))].join(';');
}

/**
 * What to install where there is no adapter.
 *
 * @param {string} [name] the one that was asked for
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
 * The environment that makes Dawn use one Vulkan driver and no other.
 *
 * @param {string} name
 * @param {string} libraryPath where the Vulkan loader lies
 * @param {string} icd the driver's description
 * @returns {Prepared}
 */
function vulkan(name, libraryPath, icd) {
  // Two names of one variable: the loader prefers the later, VK_DRIVER_FILES, so one that the user has set would win.
  const driver = { VK_ICD_FILENAMES: icd, VK_DRIVER_FILES: icd };
  // Nor may an adapter that a command around this one asked Dawn for.
  const dawn = { GRADFOLD_ADAPTER_READY: name, GRADFOLD_DAWN_FLAGS: dawnFlags() };
  return { name, env: { LD_LIBRARY_PATH: libraryPath, ...driver, ...dawn }, note: '' };
}

/** SwiftShader and a Vulkan loader as the headless Chromium of @sparticuz/chromium carries them. */
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

/** Mesa's llvmpipe, put beside the system's own by scripts/llvmpipe. */
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
 * Runs a command as if it stood in this process's place: its input, output, signals and exit code are this process's.
 *
 * @param {string} command
 * @param {readonly string[]} args
 * @param {Record<string, string>} env added to this process's own
 * @returns {Promise<number>} the exit code; 128 + the signal's number where a signal ended it
 */
export function runInPlace(command, args, env) {
  // npm's commands are .cmd files on Windows, which only a shell starts.
  const shell = process.platform === 'win32' && command !== process.execPath;
  const child = spawn(command, args, { stdio: 'inherit', env: { ...process.env, ...env }, shell });
  const forward = (/** @type {NodeJS.Signals} */ signal) => {
    // A terminal sends its Ctrl-C to the child too.
    if (signal !== 'SIGINT' || !process.stdin.isTTY) child.kill(signal);
  };
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, forward);
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('exit', (code, signal) => resolve(code ?? 128 + (signal ? constants.signals[signal] : 0)));
  });
}

/**
 * For a command that is itself about to load Dawn: prepares the adapter asked for, and runs the same command again
 * where that takes a new process.
 *
 * @param {string} [asked] the value of `--adapter`
 * @returns {Promise<number | undefined>} the exit code of the command that ran instead; undefined: go on here
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
