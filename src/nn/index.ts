export { Draws, glorotNormal, glorotUniform, heNormal, heUniform, type Initializer } from './initialize.ts';
export type { Layer, Module, Pass, Site, Tensors } from './layer.ts';
export {
  averagePool2d,
  batchNorm,
  conv2d,
  dropout,
  flatten,
  linear,
  maxPool2d,
  relu,
  sigmoid,
  tanh,
  unflatten,
  type WeightOptions,
} from './layers.ts';
export { type Model, sequential } from './sequential.ts';
