import { Option } from 'commander';
import { rerunWithAdapter } from '../../scripts/adapters.mjs';

/** `--adapter`, for commands that need one. */
export const ADAPTER_OPTION = () =>
  new Option('--adapter <name>', 'default, swiftshader, llvmpipe, or an adapter name known to Dawn');

/**
 * Makes sure that Dawn will find the requested adapter. If that takes another environment, the same command runs again
 * in it, and this process exits with its exit code.
 */
export async function prepareAdapter(name: string | undefined): Promise<void> {
  const code = await rerunWithAdapter(name);
  if (code !== undefined) process.exit(code);
}
