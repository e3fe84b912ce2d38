import { Digit } from './digit.tsx';
import type { Score, WrongDigit } from './protocol.ts';
import { percent, whole } from './words.ts';

interface Props {
  readonly digits: readonly WrongDigit[];
  readonly score: Score;
}

/** The test images with the largest loss among those that were taken for something else. */
export function WrongDigits({ digits, score: { accuracy, count } }: Props) {
  const total = Math.round((1 - accuracy) * count);
  return (
    <section aria-labelledby="wrong-heading">
      <h2 id="wrong-heading">The digits it gets most wrong</h2>
      <p class="quiet">
        {total === 0
          ? `None of ${whole(count)} digits it has not seen is wrong.`
          : `Of ${whole(count)} digits it has not seen ${whole(total)} ${total === 1 ? 'is' : 'are'} wrong; here ${digits.length === 1 ? 'is the one' : `are the ${digits.length}`} that it was most sure not to be what they are.`}
      </p>
      <ul class="wrong">
        {digits.map(({ pixels, label, taken, probability }, i) => (
          <li key={i}>
            <Digit pixels={pixels} label={`A handwritten ${label}`} />
            <span>
              <strong>{taken}</strong> for a {label}
            </span>
            <span class="quiet">
              {label} had {percent(probability)}
            </span>
          </li>
        ))}
      </ul>
    </section>
  );
}
