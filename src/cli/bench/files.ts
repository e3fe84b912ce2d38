import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { parseReport, type Report } from '../../../bench/report.ts';

/** @throws if the file is missing or is not a report */
export function reportAt(file: string): Report {
  return parseReport(textAt(file), file);
}

/** @throws if the file is missing or is not JSON */
export function jsonAt(file: string): unknown {
  try {
    return JSON.parse(textAt(file));
  } catch (cause) {
    if (cause instanceof SyntaxError) throw new Error(`bench: ${file} is not JSON: ${cause.message}`, { cause });
    throw cause;
  }
}

export function writeText(file: string, text: string): void {
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, text);
}

function textAt(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (cause) {
    throw new Error(`bench: ${file} cannot be read: ${(cause as Error).message}`, { cause });
  }
}
