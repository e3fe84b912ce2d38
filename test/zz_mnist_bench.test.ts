import { test } from 'vitest';
import { createBackend } from '../src/node.ts';
import { loadMnist } from '../src/cli/mnist.ts';
import { accuracyOf, confusionOf, predict, train } from '../src/cli/softmax_regression.ts';
test('bench', async () => {
  const b = await createBackend();
  const t0 = performance.now();
  const { train: tr, test: te } = await loadMnist();
  console.log('load', performance.now() - t0);
  const E = process.env;
  const n = Number(E['N'] ?? 60000);
  const sub = { count: n, images: tr.images, labels: tr.labels };
  for (const batch of (E['B'] ?? '500').split(',').map(Number)) for (const lr of (E['LR'] ?? '0.5').split(',').map(Number)) {
    const t = performance.now();
    let first = 0, fs = 0;
    let last: any;
    const m = await train(b, sub, { epochs: Number(E['EP'] ?? 1), batch, seed: 1, learningRate: lr }, (p) => { if (!first) { first = performance.now(); fs = p.seen; } last = p; });
    const t2 = performance.now();
    const pred = await predict(b, m, te);
    const t3 = performance.now();
    console.log({ batch, lr, n, ms: t2 - t, first: first - t, perSec: (last.seen - fs) / (t2 - first) * 1000, loss: last.loss, score: t3 - t2, acc: accuracyOf(confusionOf(te.labels, pred)), mem: b.memory() });
    for (const x of Object.values(m)) x.dispose();
  }
  await b.dispose();
}, 600000);
