// A process that does what `gradfold bench --cold` times: it opens a backend, reads a first softmax, and says so.

import { createBackend, softmax } from '../../node.ts';

const [rows, cols] = [4096, 1024];
await using backend = await createBackend();
const x = backend.tensor(new Float32Array(rows * cols), [rows, cols]);
const y = await softmax(x).data();
process.stdout.write(String(y[0]));
