import { type Answer, classFigure, inputFigure } from './answer.ts';
import { type Asked, NETWORKS, type Network, type Place } from './asked.ts';
import type { NetworkFigure } from './study.ts';
import { className, show } from './words.ts';

interface Props {
  readonly asked: Asked;
  readonly answer: Answer | undefined;
  readonly place: Place;
  readonly onPlace: (place: Place) => void;
}

const MEASURES: readonly (readonly [figure: NetworkFigure, name: string])[] = [
  ['classificationError', 'Classification error'],
  ['squaredError', 'Squared error'],
  ['crossEntropy', 'Cross-entropy'],
];

/** The two networks side by side: the loss of each input, one of which is on the sliders, and three measures. */
export function Networks({ asked, answer, place, onPlace }: Props) {
  return (
    <table class="networks">
      <caption>
        The loss of each input, to choose which one is on the sliders, and three measures over all inputs
      </caption>
      <thead>
        <tr>
          <td />
          {NETWORKS.map((network) => (
            <th key={network} scope="col">
              <span class="long">Network </span>
              {network}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {asked.labels.map((label, input) => (
          // Inputs are identified only by their index.
          <tr key={input}>
            <th scope="row">
              Input {input + 1}
              {asked.targets === 'one-hot' && <span class="quiet">, {className(label)}</span>}
            </th>
            {NETWORKS.map((network) => {
              const at = { network, input };
              const chosen = place.network === network && place.input === input;
              return (
                <td key={network}>
                  <label>
                    <input
                      type="radio"
                      name="place"
                      checked={chosen}
                      onChange={() => onPlace({ ...at, cls: label })}
                      aria-label={`Network ${network}, input ${input + 1} on the sliders`}
                    />{' '}
                    <span>{show(answer && inputFigure(answer, 'loss', at), 2)}</span>
                    {isWrong(asked, answer, at) && <span class="bad"> wrong</span>}
                  </label>
                </td>
              );
            })}
          </tr>
        ))}
      </tbody>
      <tfoot>
        {MEASURES.map(([figure, name]) => (
          <tr key={figure}>
            <th scope="row">{name}</th>
            {NETWORKS.map((network) => (
              <td key={network} data-figure={`${figure} ${network}`}>
                {show(answer?.studies[network][figure][0], 2)}
              </td>
            ))}
          </tr>
        ))}
      </tfoot>
    </table>
  );
}

/** Whether hardmax selects another class than the target. */
function isWrong({ targets, labels }: Asked, answer: Answer | undefined, at: { network: Network; input: number }) {
  const cls = labels[at.input] as number;
  return answer !== undefined && targets === 'one-hot' && classFigure(answer, 'hardmax', { ...at, cls }) === 0;
}
