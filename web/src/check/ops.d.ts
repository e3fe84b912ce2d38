/** The sorted names of the ops that have a specification; see scripts/ops.mjs. */
declare module 'virtual:ops' {
  export const OPS: readonly string[];
}
