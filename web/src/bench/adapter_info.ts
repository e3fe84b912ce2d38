import { type BackendInfo, NoAdapterError } from 'gradfold';
import { infoOf } from '../../../src/device/open.ts';

/**
 * Describes the adapter without opening a device.
 * @throws NoAdapterError when there is no adapter
 */
export async function adapterInfo(): Promise<BackendInfo> {
  const adapter = await navigator.gpu?.requestAdapter();
  if (!adapter) throw new NoAdapterError('There is no WebGPU adapter.');
  return infoOf(adapter.info, adapter.features);
}
