import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { coldSpreadOf } from '../../../bench/cold.ts';
import type { ColdSpread } from '../../../bench/report.ts';
import { packageRoot } from '../root.ts';

const PROCESSES = 9;

/** Measures the time from the start of a Node process to its first result, in ms, with the built package. */
export async function processTimes(script = join(packageRoot(), 'dist', 'first_result.js')): Promise<ColdSpread> {
  if (!existsSync(script)) throw new Error(`${script} is missing: npm run build`);
  const times: number[] = [];
  // The first run is not counted: it brings the files into the system's cache.
  for (let i = 0; i <= PROCESSES; i++) {
    const time = await processTime(script);
    if (i > 0) times.push(time);
  }
  return coldSpreadOf(times);
}

function processTime(script: string): Promise<number> {
  return new Promise((resolve, reject) => {
    const start = performance.now();
    const child = spawn(process.execPath, [script], { stdio: ['ignore', 'pipe', 'pipe'] });
    let time: number | undefined;
    let said = '';
    child.stdout.once('data', () => {
      time = performance.now() - start;
    });
    child.stderr.on('data', (text) => {
      said += text;
    });
    child.on('error', reject);
    child.on('close', (code) =>
      code === 0 && time !== undefined ? resolve(time) : reject(new Error(`a process ended with ${code}: ${said}`)),
    );
  });
}
