// Dawn in Node polls for events in a setImmediate loop while anything is awaited, which occupies a core that a software
// adapter's compiler needs. In tests it polls once per millisecond.

globalThis.setImmediate = ((callback: (...args: unknown[]) => void, ...args: unknown[]) =>
  setTimeout(callback, 1, ...args)) as unknown as typeof setImmediate;
