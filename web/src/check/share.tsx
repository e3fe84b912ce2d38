import { jsonOf } from 'gradfold/check';
import { useEffect, useRef, useState } from 'preact/hooks';
import type { CheckResult } from './result.ts';
import { fragmentOf } from './shared.ts';

/** What came of the last copy, and what the reader has to copy by hand, if so. */
interface Copied {
  readonly words: string;
  readonly byHand?: string;
}

/** Ways to hand a result on. */
export function Share({ result }: { readonly result: CheckResult }) {
  const [{ words, byHand }, setCopied] = useState<Copied>({ words: '' });
  const field = useRef<HTMLTextAreaElement>(null);
  useEffect(() => field.current?.select(), [byHand]);
  const copyJson = async () => setCopied(await copied(jsonOf(result.report), 'The result is copied, as JSON.'));
  const copyLink = async () => {
    try {
      // In place: the result on the page stays the same.
      history.replaceState(null, '', `#${await fragmentOf(result)}`);
    } catch (error) {
      setCopied({ words: (error as Error).message });
      return;
    }
    setCopied(
      await copied(location.href, 'The link is copied. It holds the result itself: nothing was sent anywhere.'),
    );
  };
  return (
    <div class="share">
      <div class="row">
        <button type="button" onClick={copyJson}>
          Copy as JSON
        </button>
        <button type="button" onClick={copyLink}>
          Copy a link
        </button>
        <span role="status">{words}</span>
      </div>
      {byHand !== undefined && (
        <label class="by-hand">
          To copy
          <textarea ref={field} readOnly rows={4} value={byHand} />
        </label>
      )}
    </div>
  );
}

async function copied(text: string, words: string): Promise<Copied> {
  try {
    await navigator.clipboard.writeText(text);
    return { words };
  } catch {
    return {
      words: 'The browser does not let the page copy: the text is selected below, copy it from there.',
      byHand: text,
    };
  }
}
