// `gradfold/bench`: the benchmark for pages and programs.

export type { Case } from './case.ts';
export { type CaseChoice, casesOf } from './cases.ts';
export { ClockError } from './clock.ts';
export { type Change, type Comparison, compareReports } from './compare.ts';
export type { Spread } from './measure.ts';
export { type CudaRows, mergeCuda } from './merge.ts';
export type { Peer, PeerCall } from './peer.ts';
export {
  type Cold,
  type ColdSpread,
  caseName,
  copySpeedOf,
  jsonOf,
  parseReport,
  plannedShareOf,
  type Report,
  type Row,
  shareOf,
  speedOf,
} from './report.ts';
export { type ColdOptions, type RunOptions, runBench } from './run.ts';
