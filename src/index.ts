export { Backend } from './backend.ts';
export type { DType, NestedArray, Shape, TensorData, TypedData } from './data.ts';
export { createBackend } from './device/browser.ts';
export type { BackendInfo, DeviceOptions } from './device/open.ts';
export * from './errors.ts';
export * from './ops/softmax.ts';
export { Tensor } from './tensor.ts';
