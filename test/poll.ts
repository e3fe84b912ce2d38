// Dawn in Node asks for its events in a loop of setImmediate for as long as anything is awaited: a core that the
// compiler of a software adapter could have. In tests it asks once a millisecond.

globalThis.setImmediate = ((callback: (...args: unknown[]) => void, ...args: unknown[]) =>
  setTimeout(callback, 1, ...args)) as unknown as typeof setImmediate;
