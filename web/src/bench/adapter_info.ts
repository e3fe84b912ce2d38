import { type BackendInfo, NoAdapterError } from 'gradfold';
import { infoOf } from '../../../src/device/open.ts';

/**
 * What would run the kernels, before any is asked for.
 * @throws NoAdapterError where nothing would
 */
export async function adapterInfo(): Promise<BackendInfo> {
  const adapter = await navigator.gpu?.requestAdapter();
  if (!adapter) throw new NoAdapterError('There is no WebGPU adapter.');
  return infoOf(adapter.info, adapter.features);
}
