/**
 * Calls `work` one request at a time. While it is busy, only the newest request is kept for the next call.
 * @param work must not reject
 */
export function newest<T>(work: (asked: T) => Promise<void>): (asked: T) => void {
  let waiting: { readonly asked: T } | undefined;
  let working = false;
  const run = async () => {
    working = true;
    while (waiting) {
      const { asked } = waiting;
      waiting = undefined;
      await work(asked);
    }
    working = false;
  };
  return (asked) => {
    waiting = { asked };
    if (!working) void run();
  };
}
