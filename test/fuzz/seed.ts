// The default seed is fixed so that results are reproducible. A variable selects another one:
//   GRADFOLD_FUZZ_SEED=random npm run test:node -- test/fuzz/fuzz      a random seed, which is printed
//   GRADFOLD_FUZZ_SEED=123 GRADFOLD_FUZZ_RUNS=20000 ...          a given seed with more calls
const { GRADFOLD_FUZZ_SEED = '20261121', GRADFOLD_FUZZ_RUNS = '200' } = process.env;

export const seed = GRADFOLD_FUZZ_SEED === 'random' ? Math.floor(Math.random() * 2 ** 31) : Number(GRADFOLD_FUZZ_SEED);
export const numRuns = Number(GRADFOLD_FUZZ_RUNS);
