import { useEffect, useRef, useState } from 'preact/hooks';

/** Returns the latest value of a text, updated at most every `ms` milliseconds, for screen readers. */
export function useThrottled(text: string, ms: number): string {
  const [shown, setShown] = useState(text);
  const last = useRef(Number.NEGATIVE_INFINITY);
  useEffect(() => {
    const show = () => {
      last.current = performance.now();
      setShown(text);
    };
    const timer = setTimeout(show, Math.max(0, last.current + ms - performance.now()));
    return () => clearTimeout(timer);
  }, [text, ms]);
  return shown;
}
