import { jsonOf } from 'gradfold/check';
import { useEffect, useRef, useState } from 'preact/hooks';
import type { CheckResult } from './result.ts';
import { fragmentOf } from './shared.ts';

/** The outcome of the last copy, and the text to copy by hand if it failed. */
interface Copied {
  readonly words: string;
  readonly byHand?: string;
}

/** Buttons to share a result. */
export function Share({ result }: { readonly result: CheckResult }) {
  const [{ words, byHand }, setCopied] = useState<Copied>({ words: '' });
  const field = useRef<HTMLTextAreaElement>(null);
  useEffect(() => field.current?.select(), [byHand]);
  const copyJson = async () => setCopied(await copied(jsonOf(result.report), 'The result was copied as JSON.'));
  const copyLink = async () => {
    try {
      // Replaces the current history entry, because the page still shows the same result.
      history.replaceState(null, '', `#${await fragmentOf(result)}`);
    } catch (error) {
      setCopied({ words: (error as Error).message });
      return;
    }
    setCopied(
      await copied(location.href, 'The link was copied. It contains the result itself: nothing was sent anywhere.'),
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
          Text to copy
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
      words: 'This page cannot use the clipboard: copy the selected text below.',
      byHand: text,
    };
  }
}
