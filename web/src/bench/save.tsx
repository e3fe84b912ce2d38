import { jsonOf, type Report } from 'gradfold/bench';
import { useState } from 'preact/hooks';

/** Exports a report as a CSV table or as JSON for `gradfold bench --compare`. */
export function Save({ report }: { readonly report: Report }) {
  const [said, setSaid] = useState('');
  const saveCsv = async () => {
    const { csvOf } = await import('../../../bench/csv.ts');
    download('gradfold-bench.csv', 'text/csv', csvOf(report));
    setSaid('The table is in your downloads.');
  };
  const copyJson = async () => {
    try {
      await navigator.clipboard.writeText(jsonOf(report));
      setSaid('The report is on the clipboard.');
    } catch {
      download('gradfold-bench.json', 'application/json', jsonOf(report));
      setSaid('This page cannot use the clipboard: the report is in your downloads instead.');
    }
  };
  return (
    <div class="row">
      <button type="button" onClick={saveCsv}>
        Download CSV
      </button>
      <button type="button" onClick={copyJson}>
        Copy as JSON
      </button>
      <span role="status">{said}</span>
    </div>
  );
}

function download(name: string, type: string, text: string): void {
  const href = URL.createObjectURL(new Blob([text], { type }));
  Object.assign(document.createElement('a'), { href, download: name }).click();
  URL.revokeObjectURL(href);
}
