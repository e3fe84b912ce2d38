// The same public face, opened through Dawn.
export * from './index.ts';
export { createBackend } from './device/node.ts';
