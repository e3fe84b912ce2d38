/** The ops that have a specification, by name and sorted: see scripts/ops.mjs. */
declare module 'virtual:ops' {
  export const OPS: readonly string[];
}
