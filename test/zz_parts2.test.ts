import { test } from 'vitest';
import { createBackend } from '../src/node.ts';
import { matmul } from '../src/ops/matmul.ts';
test('parts', async () => {
  const b = await createBackend();
  for (const B of [200, 500]) {
    const rows: string[] = [];
    const xs = new Float32Array(B * 784).map(() => Math.random() < 0.2 ? Math.random() : 0);
    const x = b.tensor(xs, [B, 784]); const w = b.tensor(new Float32Array(7840).map(() => Math.random() - 0.5), [784, 10]);
    const wt = b.tensor(new Float32Array(7840).map(() => Math.random() - 0.5), [10, 784]);
    const z = matmul(x, w);
    await b.sync();
    const time = async (name: string, fn: () => unknown, reps = 20) => {
      const run = async (n: number) => { const t = performance.now(); for (let i = 0; i < n; i++) { const r = b.scope(() => { fn(); }); void r; } const h = performance.now() - t; await b.sync(); return [(performance.now() - t), h] as const; };
      await run(2);
      const all = []; for (let k = 0; k < 7; k++) all.push(await run(reps));
      all.sort((p, q) => p[0] - q[0]);
      rows.push(`${name} median ${(all[3]![0] / reps).toFixed(2)} ms, best ${(all[0]![0] / reps).toFixed(2)}`);
    };
    for (let i = 0; i < 2; i++) {
    await time('x.W', () => matmul(x, w));
    await time('x.Wt', () => matmul(x, wt, { transposeB: true }));
    await time('Wt.xT', () => matmul(wt, x, { transposeB: true }));
    await time('xT.dz', () => matmul(x, z, { transposeA: true }));
    await time('dzT.x', () => matmul(z, x, { transposeA: true }));
    }
    console.log('B', B, '\n' + rows.join('\n'));
  }
  await b.dispose();
}, 600000);
