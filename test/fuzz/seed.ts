// The default seed is fixed, so that what passed yesterday passes today; others are one variable away:
//   GRADFOLD_FUZZ_SEED=random npm run test:node -- test/fuzz/fuzz      another one, which is printed
//   GRADFOLD_FUZZ_SEED=123 GRADFOLD_FUZZ_RUNS=20000 ...           that one again, and more of it
const { GRADFOLD_FUZZ_SEED = '20261121', GRADFOLD_FUZZ_RUNS = '200' } = process.env;

export const seed = GRADFOLD_FUZZ_SEED === 'random' ? Math.floor(Math.random() * 2 ** 31) : Number(GRADFOLD_FUZZ_SEED);
export const numRuns = Number(GRADFOLD_FUZZ_RUNS);
