#!/usr/bin/env node
// Runs a command in an environment in which Dawn finds an adapter; adapters.mjs documents the choice.
//
//   node scripts/with-adapter.mjs [--adapter default|swiftshader|llvmpipe|NAME] COMMAND ARGS...

import { environmentFor, runInPlace } from './adapters.mjs';

const args = process.argv.slice(2);
const asked = args[0] === '--adapter' ? args.splice(0, 2)[1] : undefined;
const [command, ...rest] = args;
try {
  if (!command) throw new Error('usage: node scripts/with-adapter.mjs [--adapter NAME] COMMAND ARGS...');
  const { env, note } = await environmentFor(asked);
  if (note) console.error(note);
  process.exitCode = await runInPlace(command === 'node' ? process.execPath : command, rest, env);
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}
