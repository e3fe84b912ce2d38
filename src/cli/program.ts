import { Command } from 'commander';

/** Wrong use, or nothing to run on: what was asked for could not be tried. Failures of what was tried exit with 1. */
const EXIT_USAGE = 2;

/** Registers a command with a program: each command stands in a file of its own. */
export type Register = (program: Command) => void;

/** Runs the command that the process was started for. */
export async function runProgram(
  { name, description, version }: { readonly name: string; readonly description: string; readonly version: string },
  commands: readonly Register[],
): Promise<void> {
  const program = new Command(name)
    .description(description)
    .version(version)
    .showHelpAfterError('(--help tells more)')
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
