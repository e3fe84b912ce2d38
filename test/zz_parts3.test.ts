import { test } from 'vitest';
import { createBackend } from '../src/node.ts';
import { matmul } from '../src/ops/matmul.ts';
import { batchNormBackward } from '../src/ops/batch_norm_backward.ts';
import { batchNormTrain } from '../src/ops/batch_norm_train.ts';
import { crossEntropyWithGradient } from '../src/ops/cross_entropy.ts';
import { subtract } from '../src/ops/elementwise.ts';
import { argmax } from '../src/ops/argmax.ts';
test('parts', async () => {
  const b = await createBackend();
  for (const B of [200, 1000]) {
    const rows: string[] = [];
    const xs = new Float32Array(B * 784).map(() => Math.random() < 0.2 ? Math.random() : 0);
    const x = b.tensor(xs, [B, 784]); const w = b.tensor(new Float32Array(7840).map(() => Math.random() - 0.5), [784, 10]);
    const l = b.tensor(new Uint8Array(B).map(() => Math.floor(Math.random() * 10)));
    const g = b.full([10], 1), be = b.zeros([10]), rm = b.zeros([10]), rv = b.full([10], 1);
    const z = matmul(x, w);
    const { y, saved } = batchNormTrain(z, { gamma: g, beta: be, runningMean: rm, runningVariance: rv });
    const cg = crossEntropyWithGradient(y, l);
    const dw = matmul(x, z, { transposeA: true });
    await b.sync();
    const time = async (name: string, fn: () => unknown, reps = 20) => {
      const run = async (n: number) => { const c = process.cpuUsage(); const t = performance.now(); for (let i = 0; i < n; i++) { const r = b.scope(() => { fn(); }); void r; } await b.sync(); const u = process.cpuUsage(c); return [(performance.now() - t), (u.user + u.system) / 1000] as const; };
      await run(2);
      const all = []; for (let k = 0; k < 7; k++) all.push(await run(reps));
      all.sort((p, q) => p[0] - q[0]);
      rows.push(`${name}: best ${(all[0]![0] / reps).toFixed(2)} ms, median ${(all[3]![0] / reps).toFixed(2)} ms; cpu ${(all[0]![1] / reps).toFixed(2)} ms`);
    };
    await time('x.W', () => matmul(x, w));
    await time('xT.dz', () => matmul(x, z, { transposeA: true }));
    await time('bnTrain', () => batchNormTrain(z, { gamma: g, beta: be, runningMean: rm, runningVariance: rv }));
    await time('ceg', () => crossEntropyWithGradient(y, l, { inPlace: true }));
    await time('bnBack', () => batchNormBackward(z, cg.gradient, saved, { gamma: g }));
    await time('sub W', () => subtract(w, dw));
    await time('sub g', () => subtract(g, be));
    await time('argmax', () => argmax(y));
    await time('pixels+upload', () => { const v = new Float32Array(B * 784); for (let i = 0; i < v.length; i++) v[i] = xs[i]! / 255; b.tensor(v, [B, 784]); });
    console.log('B', B, '\n' + rows.join('\n'));
  }
  await b.dispose();
}, 600000);
