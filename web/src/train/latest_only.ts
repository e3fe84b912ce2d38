/** Runs one task at a time; of those that come meanwhile the last, the others never. */
export function latestOnly(): (task: () => Promise<void>) => void {
  let busy = false;
  let next: (() => Promise<void>) | undefined;
  const run = async () => {
    busy = true;
    while (next) {
      const task = next;
      next = undefined;
      await task();
    }
    busy = false;
  };
  return (task) => {
    next = task;
    if (!busy) void run();
  };
}
