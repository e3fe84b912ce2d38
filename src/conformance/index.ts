// `gradfold/check`: every op by every fold on a backend, against the float64 reference.

export { type CheckOptions, check } from './suite/check.ts';
export {
  type CheckReport,
  type CheckRow,
  describeFinding,
  dtypesOf,
  figure,
  jsonOf,
  rowsOf,
} from './suite/report.ts';
export type { Finding } from './suite/run.ts';
