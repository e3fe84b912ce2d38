import { type Answer, classFigure } from './answer.ts';
import { type Asked, classesOf, type Place } from './asked.ts';
import { Formula } from './formula.tsx';
import { Log, Logit, Over, Probability, Smoothed, Softmax, Sub, Target } from './math.tsx';
import { className, show } from './words.ts';

interface Props {
  readonly asked: Asked;
  readonly answer: Answer | undefined;
  /** The class whose numbers are in the formulas. */
  readonly place: Place;
}

/** The formulas, each with symbols and with the numbers of one class. */
export function Formulas({ asked, answer, place }: Props) {
  const { temperature, smoothing, targets, labels, logits } = asked;
  const { network, input, cls } = place;
  const figure = (name: Parameters<typeof classFigure>[1]) => show(answer && classFigure(answer, name, place));
  const z = show(logits[network][input]?.[cls], 2);
  const T = show(temperature, 2);
  const epsilon = show(smoothing, 2);
  const n = cls + 1;
  return (
    <>
      <p>
        The numbers are those of {className(cls)}, which you changed last. All formulas are for one input; the
        cross-entropy of a network is the mean over its inputs.
      </p>
      <div class="formulas">
        <Formula
          name="Softmax with a temperature"
          text="Exponentials are positive; divided by their sum, they add up to 1. The temperature divides the logits first."
          general={
            <>
              <Probability at="c" />
              <mo>=</mo>
              <Softmax exponent={<Over top={<Logit at="c" />} bottom={<mi>T</mi>} />} temperature={<mi>T</mi>} />
            </>
          }
          present={
            <>
              <Probability at={n} />
              <mo>=</mo>
              <Softmax exponent={<Over top={<mn>{z}</mn>} bottom={<mn>{T}</mn>} />} temperature={<mn>{T}</mn>} />
              <mo>=</mo>
              <mn>{figure('softmax')}</mn>
            </>
          }
        />
        <Formula
          name="Label smoothing"
          text="Moves a fraction ε of the target to all C classes equally, so that no logit has to grow without bound."
          general={
            <>
              <Target at="c" />
              <mo>=</mo>
              <Smoothed share={<mi>ε</mi>} wanted={<Sub of="y" at="c" />} classes={<mi>C</mi>} />
            </>
          }
          present={
            <>
              <Target at={n} />
              <mo>=</mo>
              <Smoothed
                share={<mn>{epsilon}</mn>}
                wanted={targets === 'soft' ? <Sub of="y" at={n} /> : <mn>{labels[input] === cls ? 1 : 0}</mn>}
                classes={<mn>{classesOf(asked)}</mn>}
              />
              <mo>=</mo>
              <mn>{figure('target')}</mn>
            </>
          }
        />
        <Formula
          name="Cross-entropy"
          text="The surprise at the target t if q was expected. The kernel computes it from the logits, so that a q that rounds to 0 does no harm."
          general={
            <>
              <mi>H</mi>
              <mo>(</mo>
              <mi>t</mi>
              <mo>,</mo>
              <mi>q</mi>
              <mo>)</mo>
              <mo>=</mo>
              <mo>−</mo>
              <munder>
                <mo>∑</mo>
                <mi>c</mi>
              </munder>
              <Target at="c" />
              <Log />
              <Probability at="c" />
            </>
          }
          present={
            <>
              <mo>−</mo>
              <mn>{figure('target')}</mn>
              <mo>·</mo>
              <Log />
              <mn>{figure('softmax')}</mn>
              <mo>=</mo>
              <mn>{figure('term')}</mn>
            </>
          }
        />
        <Formula
          name="The gradient"
          text="The softmax probability minus the target. Gradient descent moves each logit in the opposite direction: up if the gradient is negative."
          general={
            <>
              <mfrac>
                <mrow>
                  <mo>∂</mo>
                  <mi>H</mi>
                </mrow>
                <mrow>
                  <mo>∂</mo>
                  <Logit at="c" />
                </mrow>
              </mfrac>
              <mo>=</mo>
              <mfrac>
                <mrow>
                  <Probability at="c" />
                  <mo>−</mo>
                  <Target at="c" />
                </mrow>
                <mi>T</mi>
              </mfrac>
            </>
          }
          present={
            <>
              <mfrac>
                <mrow>
                  <mn>{figure('softmax')}</mn>
                  <mo>−</mo>
                  <mn>{figure('target')}</mn>
                </mrow>
                <mn>{T}</mn>
              </mfrac>
              <mo>=</mo>
              <mn>{figure('gradient')}</mn>
            </>
          }
        />
      </div>
    </>
  );
}
