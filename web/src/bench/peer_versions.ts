/// <reference types="vite/types/importMeta.d.ts" />

/** Versions of the libraries in bench/peers when the app was built, by package path. */
const VERSIONS = import.meta.glob<string>(
  ['../../../bench/peers/node_modules/{@tensorflow/tfjs,onnxruntime-web}/package.json'],
  { eager: true, import: 'version', exhaustive: true },
);

/** Whether this build includes other libraries to compare with. */
export const HAS_PEERS = Object.keys(VERSIONS).length > 0;

/** @throws when the package is not in this build */
export function versionOf(name: string): string {
  const found = Object.entries(VERSIONS).find(([path]) => path.endsWith(`/node_modules/${name}/package.json`));
  if (!found) throw new Error(`this build has no ${name}`);
  return found[1];
}
