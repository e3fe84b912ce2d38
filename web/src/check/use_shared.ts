import { useEffect, useState } from 'preact/hooks';
import type { CheckResult } from './result.ts';
import { resultIn } from './shared.ts';

/** The content of the page's link: a result, or a sentence that says why there is none. */
export interface Shared {
  readonly result?: CheckResult;
  readonly problem?: string;
}

/** The result in the page's address, as it changes. */
export function useShared(): Shared {
  const [shared, setShared] = useState<Shared>({});
  useEffect(() => {
    const read = async () => {
      const { hash } = location;
      const next = await resultIn(hash).then(
        (result): Shared | undefined => result && { result },
        (error: Error): Shared => ({ problem: error.message }),
      );
      // The address may have changed meanwhile. An anchor on this page keeps the result.
      if (next && location.hash === hash) setShared(next);
    };
    void read();
    addEventListener('hashchange', read);
    return () => removeEventListener('hashchange', read);
  }, []);
  return shared;
}

/** Removes the result from the address when another one is shown. The browser's back button returns to it. */
export function leaveShared(): void {
  if (location.hash) history.pushState(null, '', location.pathname + location.search);
}
