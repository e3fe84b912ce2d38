import { expose } from 'comlink';
import { type Backend, createBackend, DeviceLostError } from 'gradfold';
import { caseName, type Report, runBench } from 'gradfold/bench';
import { type Choice, rowLengths } from './choice.ts';

/** The number of measurements of the cold figures. */
const COLD_TIMES = 3;

/** The browser's own GPU; other libraries get a wrapper. */
const { gpu } = navigator;

async function openBackend(): Promise<Backend> {
  const adapter = await gpu.requestAdapter();
  return createBackend(adapter ? { adapter } : {});
}

const bench = {
  /**
   * Checks and times the chosen cases on a fresh device. The page's thread stays free.
   * @param onMissing called for each requested library that is not available
   * @throws DeviceLostError as soon as the device is lost
   */
  async run(
    choice: Choice,
    onCase: (done: number, total: number, name?: string) => void,
    onReport: (soFar: Report) => void,
    onMissing: (why: string) => void,
  ): Promise<Report> {
    const backend = await openBackend();
    try {
      const lost = backend.device.lost.then(({ message }) => {
        throw new DeviceLostError(message);
      });
      const { ops, elements, rounds, cold } = choice;
      const peers = choice.peers ? await (await import('./open_peers.ts')).openPeers(onMissing) : [];
      const run = runBench(backend, {
        ...{ ops, elements, rounds, peers, columns: rowLengths(choice), onReport },
        onCase: (done, total, one) => onCase(done, total, one && caseName(one)),
        ...(cold && { cold: { open: openBackend, times: COLD_TIMES } }),
      });
      return await Promise.race([run, lost]);
    } finally {
      void backend.dispose();
    }
  },
};

export type BenchWorker = typeof bench;

expose(bench);
