// `gradfold/check`: every op by every fold on a backend, against the float64 reference.

export { type CheckOptions, check } from './check.ts';
export type { CheckReport, CheckRow } from './report.ts';
export type { Finding } from './run.ts';
