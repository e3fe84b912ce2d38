import { caseName, type Report, type Row } from './report.ts';

/** What bench/peers/cuda.py writes. */
export interface CudaRows {
  readonly device: string;
  readonly rows: readonly Row[];
}

/**
 * Puts the rows of the same machine's CUDA behind those of the same cases. What is least for a case is as Gradfold counts
 * it, so that shares are of the same bytes.
 * @throws where it holds no such rows
 */
export function mergeCuda(report: Report, cuda: CudaRows, from = 'the file'): Report {
  if (typeof cuda?.device !== 'string' || !Array.isArray(cuda.rows)) {
    throw new Error(`bench: ${from} holds no rows of bench/peers/cuda.py, expected { device, rows }`);
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
