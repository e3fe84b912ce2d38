// The process that `gradfold bench --cold` times: opens a backend, reads a first softmax and prints an element.

import { createBackend, softmax } from '../../node.ts';

const [rows, cols] = [4096, 1024];
await using backend = await createBackend();
const x = backend.tensor(new Float32Array(rows * cols), [rows, cols]);
const y = await softmax(x).data();
process.stdout.write(String(y[0]));
