// Two networks classify three inputs into two classes. Each gets one input wrong, so the classification error cannot tell
// them apart. But the second network is barely confident when it is right and very confident when it is wrong. The squared
// error and the cross-entropy show the difference. Run: node examples/worked_example.mjs

import { classificationError, createBackend, crossEntropyOfProbabilities, meanSquaredError } from 'gradfold';

const networks = {
  NN1: [0.9, 0.1, 0.1, 0.9, 0.4, 0.6],
  NN2: [0.6, 0.4, 0.3, 0.7, 0.1, 0.9],
};

const backend = await createBackend();
const targets = backend.tensor([1, 0, 0, 1, 1, 0], [3, 2]);
console.log('      classification error   squared error   cross-entropy');
for (const [name, values] of Object.entries(networks)) {
  const probabilities = backend.tensor(values, [3, 2]);
  const wrong = await classificationError(probabilities, targets).item();
  // meanSquaredError averages over all six elements. The sum over two classes, averaged over the rows, is twice that.
  const squared = 2 * (await meanSquaredError(probabilities, targets).item());
  const entropy = await crossEntropyOfProbabilities(probabilities, targets).item();
  console.log(
    `${name}   ${wrong.toFixed(2).padStart(20)}   ${squared.toFixed(2).padStart(13)}   ${entropy.toFixed(2).padStart(13)}`,
  );
}
await backend.dispose();
