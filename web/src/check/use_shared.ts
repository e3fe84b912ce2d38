import { useEffect, useState } from 'preact/hooks';
import type { CheckResult } from './result.ts';
import { resultIn } from './shared.ts';

/** What the page's link brought: a result, or a sentence that says why there is none. */
export interface Shared {
  readonly result?: CheckResult;
  readonly problem?: string;
}

/** The result in the page's address, now and whenever that changes. */
export function useShared(): Shared {
  const [shared, setShared] = useState<Shared>({});
  useEffect(() => {
    const read = async () => {
      const { hash } = location;
      const next = await resultIn(hash).then(
        (result): Shared | undefined => result && { result },
        (error: Error): Shared => ({ problem: error.message }),
      );
      // Another may have come meanwhile. A place on this page takes nothing from it.
      if (next && location.hash === hash) setShared(next);
    };
    void read();
    addEventListener('hashchange', read);
    return () => removeEventListener('hashchange', read);
  }, []);
  return shared;
}

/** Takes the result out of the address: what is shown from here on is another. The way back leads to it. */
export function leaveShared(): void {
  if (location.hash) history.pushState(null, '', location.pathname + location.search);
}
