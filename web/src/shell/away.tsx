import type { ComponentChildren } from 'preact';
import { useEffect, useState } from 'preact/hooks';

interface Props {
  /** Whether something is at work that is worth a word. */
  readonly running: boolean;
  /** Shorter absences go without a word. In ms. @default a minute */
  readonly least?: number;
  /** What came of it. */
  readonly children: ComponentChildren;
}

/** Says that the tab was in the background while it worked; until it works anew. */
export function AwayNotice({ running, least = 60_000, children }: Props) {
  const ms = useAway(running);
  if (ms < least) return null;
  return (
    <p class="notice" role="status">
      The tab was in the background for {lasted(ms)}. {children}
    </p>
  );
}

/** For how long the tab was out of sight while something runs, or last ran, in ms. By the clock on the wall: it sleeps, too. */
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
      // What ends in the background was away to its end.
      count();
    };
  }, [running]);
  return away;
}

function lasted(ms: number): string {
  const seconds = Math.round(ms / 1000);
  return seconds < 120 ? `${seconds} seconds` : `${Math.round(seconds / 60)} minutes`;
}
