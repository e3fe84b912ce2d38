import { type Answer, classFigure, inputFigure } from './answer.ts';
import { classesOf, type Place } from './asked.ts';
import { Formula } from './formula.tsx';
import { Probability, Sub } from './math.tsx';
import { className, show } from './words.ts';

interface Props {
  readonly answer: Answer | undefined;
  readonly place: Place;
}

/** Softmax compared with hardmax: their current difference, and the effect of the temperature. */
export function Beside({ answer, place }: Props) {
  const n = place.cls + 1;
  return (
    <div class="pair">
      <div data-figure="beside">
        {answer && (
          <>
            <p>{howFarApart(answer, place)}</p>
            <p>{whatTemperatureDoes(answer, place)}</p>
          </>
        )}
      </div>
      <Formula
        name="Hardmax, the limit"
        text="As the temperature falls to 0, all probability goes to the largest logit. Hardmax has no gradient to learn from, which is why networks learn with softmax."
        general={
          <>
            <Sub of="h" at="c" />
            <mo>=</mo>
            <munder>
              <mo>lim</mo>
              <mrow>
                <mi>T</mi>
                <mo>→</mo>
                <mn>0</mn>
              </mrow>
            </munder>
            <Probability at="c" />
          </>
        }
        present={
          <>
            <Sub of="h" at={n} />
            <mo>=</mo>
            <mn>{show(answer && classFigure(answer, 'hardmax', place))}</mn>
            <mo>,</mo>
            <Probability at={n} />
            <mo>=</mo>
            <mn>{show(answer && classFigure(answer, 'softmax', place))}</mn>
          </>
        }
      />
    </div>
  );
}

function howFarApart(answer: Answer, place: Place): string {
  const best = Array.from({ length: classesOf(answer.asked) }, (_, cls) => ({ ...place, cls })).find(
    (at) => classFigure(answer, 'hardmax', at) === 1,
  );
  if (!best) return '';
  const share = show(classFigure(answer, 'softmax', best));
  const apart = show(inputFigure(answer, 'apart', place));
  return `Hardmax gives ${className(best.cls)} a probability of 1, softmax ${share}. The largest difference over all classes is ${apart}.`;
}

function whatTemperatureDoes(answer: Answer, place: Place): string {
  const { logits, temperature } = answer.asked;
  const row = logits[place.network][place.input] ?? [];
  const apart = inputFigure(answer, 'apart', place) ?? 0;
  const T = show(temperature, 2);
  const even = show(1 / row.length);
  const largest = Math.max(...row);
  const equals = row.filter((logit) => logit === largest).length;
  if (equals > 1)
    return `The largest logit occurs ${equals} times: hardmax takes the first, softmax shares the probability between them at any temperature.`;
  if (apart < 0.0005)
    return `At temperature ${T} they are the same to three digits. A higher temperature shifts probability from the largest logit to the others.`;
  if (1 - 1 / row.length - apart < 0.05)
    return `At temperature ${T} softmax is nearly uniform: each class has about ${even}. A lower temperature brings it closer to hardmax.`;
  return `A temperature below ${T} brings softmax closer to hardmax; one above ${T} brings each class closer to ${even}.`;
}
