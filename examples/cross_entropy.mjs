// Loss and gradient of three rows of logits in one call. Run: node examples/cross_entropy.mjs

import { createBackend, crossEntropyWithGradient } from 'gradfold';

const backend = await createBackend();
const logits = backend.tensor([2, 1, 0.1, 0.5, 2.5, 0, 1, 1, 3], [3, 3]);
const labels = backend.tensor([0, 1, 2], [3], 'i32');
const { loss, gradient } = crossEntropyWithGradient(logits, labels);
console.log('loss', await loss.item());
console.log('gradient', await gradient.data());
await backend.dispose();
