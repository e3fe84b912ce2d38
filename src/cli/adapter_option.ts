import { Option } from 'commander';
import { rerunWithAdapter } from '../../scripts/adapters.mjs';

/** `--adapter`, for commands that need one. */
export const ADAPTER_OPTION = () =>
  new Option('--adapter <name>', 'default, swiftshader, llvmpipe, or a name as Dawn has it');

/**
 * Makes sure that Dawn will find the adapter asked for. Where that takes another environment, the same command runs
 * again in it, and this process ends with its exit code.
 */
export async function prepareAdapter(name: string | undefined): Promise<void> {
  const code = await rerunWithAdapter(name);
  if (code !== undefined) process.exit(code);
}
