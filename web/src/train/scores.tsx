import type { ModelState } from './state.ts';
import { percent, whole } from './words.ts';

/** The curves as a table. */
export function Scores({ scores, stepsPerEpoch }: Pick<ModelState, 'scores' | 'stepsPerEpoch'>) {
  return (
    <details class="scores" open>
      <summary>The curves as a table</summary>
      {/* Focusable, to scroll by keyboard. */}
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls */}
      <section class="scroll" tabIndex={0} aria-label="The curves as a table">
        <table>
          <thead>
            <tr>
              <th class="number scores-head" scope="col">
                Epochs
              </th>
              <th class="number scores-head" scope="col">
                Steps
              </th>
              <th class="number scores-head" scope="col">
                Mean loss since
              </th>
              <th class="number scores-head" scope="col">
                Test accuracy
              </th>
            </tr>
          </thead>
          <tbody>
            {scores.toReversed().map(({ step, loss, accuracy }) => (
              <tr key={step}>
                <td class="number">{epochsOf(step / stepsPerEpoch)}</td>
                <td class="number">{whole(step)}</td>
                <td class="number">{loss === undefined ? '' : loss.toFixed(4)}</td>
                <td class="number">{percent(accuracy)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </section>
    </details>
  );
}

const epochsOf = (epochs: number) => (Number.isInteger(epochs) ? String(epochs) : epochs.toFixed(2));
