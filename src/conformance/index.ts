// `gradfold/check`: every op with every reduction strategy on a backend, compared with the float64 reference.

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
