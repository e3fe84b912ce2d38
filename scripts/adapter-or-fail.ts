// Vitest's global set-up: says which adapter the tests run on, and fails where there is none, since no test may be
// passed over for it.

import { describeAdapter, probeAdapter } from './probe.mjs';

export default async function adapterOrFail(): Promise<void> {
  const adapter = await probeAdapter();
  if (!adapter)
    throw new Error('no GPU adapter: `npm run test:unit` sets one up, where there is none, and runs the tests');
  console.log(`adapter: ${describeAdapter(adapter)}`);
}
