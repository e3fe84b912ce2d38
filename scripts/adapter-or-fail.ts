// Vitest's global setup: prints the adapter that the tests run on, and fails if there is none, because no test may be
// skipped for lack of one.

import { describeAdapter, probeAdapter } from './probe.mjs';

export default async function adapterOrFail(): Promise<void> {
  const adapter = await probeAdapter();
  if (!adapter) throw new Error('no GPU adapter: `npm run test:unit` sets one up if necessary and runs the tests');
  console.log(`adapter: ${describeAdapter(adapter)}`);
}
