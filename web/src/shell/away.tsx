import type { ComponentChildren } from 'preact';
import { useEffect, useState } from 'preact/hooks';

interface Props {
  /** Whether something is running. */
  readonly running: boolean;
  /** The shortest absence to report, in ms. @default 60,000 */
  readonly least?: number;
  /** The consequences. */
  readonly children: ComponentChildren;
}

/** Says that the tab was in the background during the last run. */
export function AwayNotice({ running, least = 60_000, children }: Props) {
  const ms = useAway(running);
  if (ms < least) return null;
  return (
    <p class="notice" role="status">
      The tab was in the background for {lasted(ms)}. {children}
    </p>
  );
}

/** The time that the tab was in the background during the current or last run, in ms. Date.now() includes time asleep. */
function useAway(running: boolean): number {
  const [away, setAway] = useState(0);
  useEffect(() => {
    if (!running) return;
    setAway(0);
    let left = document.hidden ? Date.now() : undefined;
    const count = () => {
      if (left !== undefined) {
        const ms = Date.now() - left;
        setAway((before) => before + ms);
      }
      left = document.hidden ? Date.now() : undefined;
    };
    document.addEventListener('visibilitychange', count);
    return () => {
      document.removeEventListener('visibilitychange', count);
      // Counts the absence up to the end of a run that ends in the background.
      count();
    };
  }, [running]);
  return away;
}

function lasted(ms: number): string {
  const seconds = Math.round(ms / 1000);
  return seconds < 120 ? `${seconds} seconds` : `${Math.round(seconds / 60)} minutes`;
}
