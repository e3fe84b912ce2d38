export { Draws, glorotNormal, glorotUniform, heNormal, heUniform, type Initialiser } from './initialise.ts';
export type { Layer, Module, Pass, Site, Tensors } from './layer.ts';
export {
  batchNorm,
  conv2d,
  dropout,
  flatten,
  linear,
  relu,
  sigmoid,
  tanh,
  type WeightOptions,
} from './layers.ts';
export { type Model, sequential } from './sequential.ts';
