import { spawnSync } from 'node:child_process';
import { existsSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { environmentFor } from '../../scripts/adapters.mjs';
import { packageRoot } from '../../src/cli/root.ts';

/**
 * Shows the arguments of every kernel, its machine code and the compiler's statistics, and compiles even what was compiled
 * before.
 */
const SHOWS = 'ir,asm,shaderstats,nocache';

/**
 * Returns the environment in which Dawn, in a new process, finds an AMD GPU of that family which is not there. RADV, the
 * driver, is in the package that `scripts/llvmpipe` unpacks; null_gpu.c stands in for the hardware.
 * @throws with what to install
 */
export async function gpuEnvironment(family: string): Promise<Record<string, string>> {
  const prepared = { ...process.env, ...(await environmentFor('llvmpipe')).env };
  const libraries = `${prepared.LD_LIBRARY_PATH}`.split(':')[0] as string;
  const folder = dirname(`${prepared.VK_DRIVER_FILES}`);
  const driver = join(libraries, 'libvulkan_radeon.so');
  if (!existsSync(driver)) {
    throw new Error(
      `gpu:report: ${driver} is missing, AMD's driver in Debian's mesa-vulkan-drivers: remove ${folder} and run this again`,
    );
  }
  const icd = standIn(folder);
  return {
    LD_LIBRARY_PATH: `${prepared.LD_LIBRARY_PATH}`,
    VK_ICD_FILENAMES: icd,
    VK_DRIVER_FILES: icd,
    NULL_GPU_DRIVER: driver,
    RADV_FORCE_FAMILY: family,
    RADV_DEBUG: SHOWS,
    GRADFOLD_ADAPTER_READY: family,
    GRADFOLD_DAWN_FLAGS: '',
  };
}

/** Compiles the stand-in driver if it is new, and returns the file that leads Vulkan to it. */
function standIn(folder: string): string {
  const source = join(packageRoot(), 'tools', 'gpu_report', 'null_gpu.c');
  const library = join(folder, 'null_gpu.so');
  const icd = join(folder, 'null_gpu.json');
  if (!existsSync(library) || statSync(source).mtimeMs > statSync(library).mtimeMs) {
    const compiler = process.env.CC ?? 'cc';
    const argv = ['-shared', '-fPIC', '-O1', '-o', library, source, '-ldl'];
    const { status, stderr, error } = spawnSync(compiler, argv, { encoding: 'utf8' });
    if (error) {
      throw new Error(
        `gpu:report: there is no C compiler '${compiler}' for the stand-in driver: install one (Debian: apt install gcc libc6-dev libvulkan-dev), or set CC to yours`,
      );
    }
    if (status !== 0) {
      const headers = /vulkan\.h/.test(stderr)
        ? 'install the headers of Vulkan (Debian: apt install libvulkan-dev). '
        : '';
      throw new Error(
        `gpu:report: the stand-in driver does not compile: ${headers}${compiler} says:\n${stderr.trim()}`,
      );
    }
  }
  const text = { file_format_version: '1.0.1', ICD: { api_version: '1.4.305', library_path: library } };
  writeFileSync(icd, JSON.stringify(text));
  return icd;
}
