import { CLASSES } from '../../../studies/training/digits.ts';
import { largestOf } from './score.ts';

/** The softmax probabilities of the ten digits. @param probabilities undefined if there is no answer */
export function Bars({ probabilities }: { readonly probabilities: readonly number[] | undefined }) {
  const best = probabilities ? largestOf(probabilities) : -1;
  return (
    <table class="bars">
      <caption>Softmax of the ten digits</caption>
      <tbody>
        {Array.from({ length: CLASSES }, (_, digit) => {
          const probability = probabilities?.[digit] ?? 0;
          return (
            <tr key={digit} class={digit === best ? 'best' : undefined}>
              <th scope="row">{digit}</th>
              <td class="track">
                <span class="bar" style={{ inlineSize: `${100 * probability}%` }} />
              </td>
              <td class="number">{probabilities ? probability.toFixed(4) : '–'}</td>
            </tr>
          );
        })}
      </tbody>
    </table>
  );
}
