// The same public face, opened through Dawn.

export { createBackend } from './device/node.ts';
export * from './index.ts';
