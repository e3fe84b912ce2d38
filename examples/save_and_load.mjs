// A model's parameters, saved as safetensors and loaded into another model. Python reads the same file:
// safetensors.numpy.load_file(path).  node examples/save_and_load.mjs

import { readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createBackend, loadParameters, readSafetensors, saveSafetensors } from 'gradfold';

const path = join(tmpdir(), `gradfold-${process.pid}.safetensors`);
const backend = await createBackend();

const trained = {
  layers: [{ weight: backend.tensor([0.1, -0.2, 0.3, 0.2, 0.1, -0.3], [2, 3]), bias: backend.full([3], 0.5, 'f16') }],
  steps: backend.full([], 200, 'u32'),
};
await writeFile(path, await saveSafetensors(trained, { metadata: { note: 'which third of the circle' } }));

// What is in the file: no GPU is needed for that.
const bytes = await readFile(path);
await rm(path);
const { tensors, metadata } = readSafetensors(bytes);
for (const [name, { dtype, shape }] of Object.entries(tensors)) console.log(`${name}: ${dtype} [${shape.join(', ')}]`);
console.log(`note: ${metadata.note}`);

// Into the tensors of a new model, which stay the same tensors.
const fresh = {
  layers: [{ weight: backend.zeros([2, 3]), bias: backend.zeros([3], 'f16') }],
  steps: backend.zeros([], 'u32'),
};
loadParameters(fresh, bytes);
console.log('loaded', await fresh.layers[0]?.weight.data());

// A file of another model changes nothing.
try {
  loadParameters({ ...fresh, steps: backend.zeros([2], 'u32') }, bytes);
} catch (error) {
  console.log(String(error));
}
await backend.dispose();
