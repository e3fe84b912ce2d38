import { Command } from 'commander';

/** Wrong usage, or no adapter: the command could not run. Failures that a command finds exit with 1. */
const EXIT_USAGE = 2;

/** Registers a command with a program. Each command has its own file. */
export type Register = (program: Command) => void;

/** Runs the command that the process was started for. */
export async function runProgram(
  { name, description, version }: { readonly name: string; readonly description: string; readonly version: string },
  commands: readonly Register[],
): Promise<void> {
  const program = new Command(name)
    .description(description)
    .version(version)
    .showHelpAfterError('(see --help)')
    .exitOverride((error) => {
      process.exit(error.exitCode === 0 ? 0 : EXIT_USAGE);
    });
  for (const register of commands) register(program);
  try {
    await program.parseAsync();
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    process.exitCode = EXIT_USAGE;
  }
}
