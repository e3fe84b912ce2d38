// Saves a model's parameters as safetensors and loads them into another model. Python can read the file with
// safetensors.numpy.load_file(path). Run: node examples/save_and_load.mjs

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

// Reading the file needs no GPU.
const bytes = await readFile(path);
await rm(path);
const { tensors, metadata } = readSafetensors(bytes);
for (const [name, { dtype, shape }] of Object.entries(tensors)) console.log(`${name}: ${dtype} [${shape.join(', ')}]`);
console.log(`note: ${metadata.note}`);

// Loading writes into the existing tensors of the new model.
const fresh = {
  layers: [{ weight: backend.zeros([2, 3]), bias: backend.zeros([3], 'f16') }],
  steps: backend.zeros([], 'u32'),
};
loadParameters(fresh, bytes);
console.log('loaded', await fresh.layers[0]?.weight.data());

// A file of another model is rejected, and nothing changes.
try {
  loadParameters({ ...fresh, steps: backend.zeros([2], 'u32') }, bytes);
} catch (error) {
  console.log(String(error));
}
await backend.dispose();
