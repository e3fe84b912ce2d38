/**
 * `work`, one call of it at a time. While it is at work only the newest of what is asked is kept for after.
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
