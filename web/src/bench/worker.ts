import { expose } from 'comlink';
import { caseName, type Report, runBench } from '../../../bench/index.ts';
import { createBackend, DeviceLostError } from '../../../src/index.ts';
import { type Choice, rowLengths } from './choice.ts';

/** How often the cold figures that belong to no case are measured. */
const COLD_TIMES = 3;

const bench = {
  /**
   * Checks and times what was chosen, on a device of its own. The page's thread stays free.
   * @throws DeviceLostError as soon as the device is lost, whatever is under way
   */
  async run(
    choice: Choice,
    onCase: (done: number, total: number, name?: string) => void,
    onReport: (soFar: Report) => void,
  ): Promise<Report> {
    const backend = await createBackend();
    try {
      const lost = backend.device.lost.then(({ message }) => {
        throw new DeviceLostError(message);
      });
      const { ops, elements, rounds, cold } = choice;
      const run = runBench(backend, {
        ...{ ops, elements, rounds, columns: rowLengths(choice), onReport },
        onCase: (done, total, one) => onCase(done, total, one && caseName(one)),
        ...(cold && { cold: { open: () => createBackend(), times: COLD_TIMES } }),
      });
      return await Promise.race([run, lost]);
    } finally {
      void backend.dispose();
    }
  },
};

export type BenchWorker = typeof bench;

expose(bench);
