import { type Backend, softmax, type Tensor } from '../src/index.ts';
import { spreadOf } from './measure.ts';
import type { Cold, ColdSpread } from './report.ts';

/** How often each is measured. */
const TIMES = 9;
/** Calls per batch. One earlier call compiles the kernels and allocates memory. */
const CALLS = 1000;
const TINY = [1, 10];

/**
 * Measures the time outside kernels: from WGSL to a ready pipeline, and the host's work per call.
 * @param open opens a fresh backend with nothing compiled
 */
export async function measureCold(backend: Backend, open: () => Promise<Backend>, times = TIMES): Promise<Cold> {
  const calls = { disposed: await callTimes(backend, false, times), kept: await callTimes(backend, true, times) };
  const pipeline: number[] = [];
  for (let i = 0; i < times; i++) pipeline.push(await pipelineTime(open));
  return { pipeline: coldSpreadOf(pipeline), call: calls };
}

/** Includes the minimum, because interference only ever adds time. */
export function coldSpreadOf(values: readonly number[]): ColdSpread {
  return { least: Math.min(...values), ...spreadOf(values) };
}

async function pipelineTime(open: () => Promise<Backend>): Promise<number> {
  const backend = await open();
  const x = backend.zeros([4096, 1024]);
  try {
    await backend.sync();
    const start = performance.now();
    await backend.warmup(() => softmax(x));
    return performance.now() - start;
  } finally {
    x.dispose();
    await backend.dispose();
  }
}

/** Microseconds per call to record and submit, without waiting for the GPU. */
async function callTimes(backend: Backend, kept: boolean, batches: number): Promise<ColdSpread> {
  const x = backend.zeros(TINY);
  const times: number[] = [];
  for (let batch = 0; batch <= batches; batch++) {
    const results: Tensor[] = [];
    await backend.sync();
    const start = performance.now();
    for (let i = 0; i < CALLS; i++) {
      const y = softmax(x);
      if (kept) results.push(y);
      else y.dispose();
    }
    await backend.flush();
    const time = performance.now() - start;
    if (batch > 0) times.push((1000 * time) / CALLS);
    for (const y of results) y.dispose();
  }
  x.dispose();
  return coldSpreadOf(times);
}
