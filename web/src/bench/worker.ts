import { expose } from 'comlink';
import { type Backend, createBackend, DeviceLostError } from 'gradfold';
import { caseName, type Report, runBench } from 'gradfold/bench';
import { type Choice, rowLengths } from './choice.ts';

/** How often the cold figures that belong to no case are measured. */
const COLD_TIMES = 3;

/** The browser's own: other libraries are given a stand-in. */
const { gpu } = navigator;

async function openBackend(): Promise<Backend> {
  const adapter = await gpu.requestAdapter();
  return createBackend(adapter ? { adapter } : {});
}

const bench = {
  /**
   * Checks and times what was chosen, on a device of its own. The page's thread stays free.
   * @param onMissing is told of what was asked for and cannot be had
   * @throws DeviceLostError as soon as the device is lost, whatever is under way
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
