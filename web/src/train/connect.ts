import type { Remote } from 'comlink';
import { FOLDER } from './parts.ts';
import type { Listener } from './protocol.ts';
import type { Trainer } from './trainer.ts';

/** Creates a trainer in a worker, which loads backend, data and kernels. */
export async function connect(listener: Listener): Promise<Remote<Trainer>> {
  const { proxy, wrap } = await import('comlink');
  const worker = new Worker(new URL('./worker.ts', import.meta.url), { type: 'module' });
  const failed = new Promise<never>((_, reject) => {
    worker.addEventListener('error', () => reject(new Error('The training worker could not be loaded.')));
  });
  const RemoteTrainer = wrap<typeof Trainer>(worker);
  const made = new RemoteTrainer(new URL(`./${FOLDER}/`, document.baseURI).href, proxy(listener));
  return Promise.race([made, failed]);
}
