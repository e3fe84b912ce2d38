import { caseName, type Report, type Row } from './report.ts';

/** The output of bench/peers/cuda.py. */
export interface CudaRows {
  readonly device: string;
  readonly rows: readonly Row[];
}

/**
 * Inserts the rows of CUDA on the same machine after the rows of the same cases. The least bytes of a case are those that
 * Gradfold counts, so that all shares refer to the same bytes.
 * @throws when `cuda` has no such rows
 */
export function mergeCuda(report: Report, cuda: CudaRows, from = 'the file'): Report {
  if (typeof cuda?.device !== 'string' || !Array.isArray(cuda.rows)) {
    throw new Error(`bench: ${from} has no rows of bench/peers/cuda.py, expected { device, rows }`);
  }
  const rows = [...report.rows];
  for (const given of cuda.rows) {
    const name = caseName(given);
    const last = rows.findLastIndex((row) => caseName(row) === name);
    const least = rows[last]?.least ?? given.least;
    const row = { ...given, on: cuda.device, ...(least !== undefined && { least }) };
    if (last < 0) rows.push(row);
    else rows.splice(last + 1, 0, row);
  }
  return { ...report, rows };
}
