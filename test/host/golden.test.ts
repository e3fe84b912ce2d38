import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { kernelsOf } from '../../src/conformance/explain/explain.ts';
import { moduleOf } from '../../src/conformance/explain/module.ts';
import { DEFAULT_MACHINE, type Machine } from '../../src/plan/machine.ts';
import { contractOf, withSection } from '../../tools/lint/contract.ts';

const shaders = fileURLToPath(new URL('../../shaders/', import.meta.url));
const WITH_SUBGROUPS: Machine = { ...DEFAULT_MACHINE, subgroup: { min: 32, max: 32 } };

// Golden modules show how a change to one part affects linked kernels: halves in registers reduced by subgroups, slices
// of a row merged in workgroup memory, and adjacent channels.
test.each([
  ['softmax_forward', 'softmax', [64, 1000], WITH_SUBGROUPS, 'f16'],
  ['cross_entropy_backward', 'crossEntropyWithGradient', [2, 65_536], DEFAULT_MACHINE, 'f32'],
  ['batch_norm_train', 'batchNormTrain', [64, 32, 4], WITH_SUBGROUPS, 'f32'],
] as const)('%s of %s %j is linked to the golden module', async (entry, op, shape, machine, dtype) => {
  const kernel = kernelsOf(op, [shape], machine, { dtype }).find((kernel) => kernel.entry === entry);
  if (!kernel) throw new Error(`${op} ${shape} launches no ${entry}`);
  await expect(moduleOf(kernel)).toMatchFileSnapshot(`../golden/${entry}.wgsl`);
});

test('shaders/README.md lists every interface and every file as their heads declare them', async () => {
  const parts = readdirSync(shaders, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.wgsl'))
    .map((file) => ({
      file: `shaders/${file.replaceAll('\\', '/')}`,
      text: readFileSync(`${shaders}${file}`, 'utf8'),
    }));
  const { interfaces, files } = contractOf(parts);
  const page = readFileSync(`${shaders}README.md`, 'utf8');
  const whole = withSection(withSection(page, 'interfaces', interfaces), 'files', files);
  await expect(whole).toMatchFileSnapshot(`${shaders}README.md`);
});
