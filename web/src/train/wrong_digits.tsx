import { Digit } from './digit.tsx';
import type { Score, WrongDigit } from './protocol.ts';
import { percent, whole } from './words.ts';

interface Props {
  readonly digits: readonly WrongDigit[];
  readonly score: Score;
}

/** The misclassified test images with the largest loss. */
export function WrongDigits({ digits, score: { accuracy, count } }: Props) {
  const total = Math.round((1 - accuracy) * count);
  return (
    <section aria-labelledby="wrong-heading">
      <h2 id="wrong-heading">The worst mistakes</h2>
      <p class="quiet">
        {total === 0
          ? `None of the ${whole(count)} test digits is misclassified.`
          : `${whole(total)} of the ${whole(count)} test digits ${total === 1 ? 'is' : 'are'} misclassified. ${digits.length === 1 ? 'This is the one' : `These are the ${digits.length}`} with the lowest probability for the correct digit.`}
      </p>
      <ul class="wrong">
        {digits.map(({ pixels, label, taken, probability }, i) => (
          <li key={i}>
            <Digit pixels={pixels} label={`A handwritten ${label}`} />
            <span>
              <strong>{taken}</strong> instead of {label}
            </span>
            <span class="quiet">
              {percent(probability)} for {label}
            </span>
          </li>
        ))}
      </ul>
    </section>
  );
}
