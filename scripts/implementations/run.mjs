// The suite in this process, in Deno or in Node, on the package as built and on the adapter that it opens there:
//
//   deno run --allow-write=node_modules/.cache scripts/implementations/run.mjs FILE     writes what it found out to FILE
//
// The package itself needs no permission of Deno's.

import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import process from 'node:process';
import * as gradfold from 'gradfold';
import * as check from 'gradfold/check';
import * as reference from 'gradfold/reference';
import { linesOf, runSuite } from './suite.mjs';

const { bun, deno, node } = /** @type {Record<string, string | undefined>} */ (process.versions);
const backend = await gradfold.createBackend();
const facts = await runSuite({ gradfold, check, reference }, backend);
await backend.dispose();
const [file] = process.argv.slice(2);
const host = bun ? `Bun ${bun}` : deno ? `Deno ${deno}` : `Node ${node}`;
if (file) {
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, JSON.stringify({ host, ...facts }, null, 2));
}
for (const line of linesOf(facts)) console.log(line);
process.exitCode = facts.failed.length > 0 ? 1 : 0;
