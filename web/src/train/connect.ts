import type { Remote } from 'comlink';
import { FOLDER } from './parts.ts';
import type { Listener } from './protocol.ts';
import type { Trainer } from './trainer.ts';

/** A trainer in a worker: backend, data and kernels are loaded there, when this is called. */
export async function connect(listener: Listener): Promise<Remote<Trainer>> {
  const { proxy, wrap } = await import('comlink');
  const worker = new Worker(new URL('./worker.ts', import.meta.url), { type: 'module' });
  const failed = new Promise<never>((_, reject) => {
    worker.addEventListener('error', () => reject(new Error('The part of the page that trains could not be loaded.')));
  });
  const RemoteTrainer = wrap<typeof Trainer>(worker);
  const made = new RemoteTrainer(new URL(`./${FOLDER}/`, document.baseURI).href, proxy(listener));
  return Promise.race([made, failed]);
}
