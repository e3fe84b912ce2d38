import { useState } from 'preact/hooks';
import { Adapter } from '../shell/adapter.tsx';
import { TroubleNotice } from '../shell/trouble.tsx';
import { type Answer, inputFigure } from './answer.ts';
import { classesOf, type Place } from './asked.ts';
import { Beside } from './beside.tsx';
import { ClassRows } from './class_rows.tsx';
import { Formulas } from './formulas.tsx';
import { Networks } from './networks.tsx';
import { Settings } from './settings.tsx';
import { type Computed, useAnswer } from './use_answer.ts';
import { power, show } from './words.ts';
import { WORKED_EXAMPLE } from './worked_example.ts';

const FIRST_PLACE: Place = { network: 'A', input: 0, cls: 0 };

/** The page's content. */
export function Explain() {
  const [asked, setAsked] = useState(WORKED_EXAMPLE);
  const [chosen, setPlace] = useState(FIRST_PLACE);
  // The chosen class may have been removed since.
  const place = { ...chosen, cls: Math.min(chosen.cls, classesOf(asked) - 1) };
  const computed = useAnswer(asked);
  const { answer, info } = computed;
  const reset = () => {
    setAsked(WORKED_EXAMPLE);
    setPlace(FIRST_PLACE);
  };
  return (
    <>
      <h1>From logits to the gradient</h1>
      <p class="lead">
        A network gives each class a number, its logit. Softmax turns the logits into probabilities, the cross-entropy
        turns these into a loss, and the gradient of the loss says where each logit should go. Move the sliders and
        watch.
      </p>
      <State computed={computed} />
      <div aria-busy={computed.busy} class="explain">
        <section aria-labelledby="networks">
          <h2 id="networks">The same errors, a different loss</h2>
          <div class="pair">
            <Networks asked={asked} answer={answer} place={place} onPlace={setPlace} />
            <div>
              <p>
                The page starts with a worked example: two networks classify three inputs into two classes. Each network
                gets one input wrong, so the classification error, which depends only on hardmax, cannot tell them
                apart.
              </p>
              <p>
                But B is barely confident when it is right and very confident when it is wrong. The squared error and
                the cross-entropy show the difference, and only they have a gradient.
              </p>
              <p class="quiet">
                The example specifies probabilities; the logits here are their logarithms. The squared error is summed
                over classes and averaged over inputs.
              </p>
            </div>
          </div>
        </section>
        <section aria-labelledby="sliders">
          <h2 id="sliders">
            Network {place.network}, input {place.input + 1}
          </h2>
          <Settings asked={asked} info={info} onAsked={setAsked} onReset={reset} />
          <ClassRows
            asked={asked}
            answer={answer}
            place={place}
            onAsked={setAsked}
            onClass={(cls) => setPlace({ ...place, cls })}
          />
          <p class="loss" role="status">
            Loss of this input: <strong>{show(answer && inputFigure(answer, 'loss', place))}</strong>
          </p>
          <Accuracy answer={answer} />
        </section>
        <section aria-labelledby="beside">
          <h2 id="beside">Softmax and hardmax</h2>
          <Beside answer={answer} place={place} />
        </section>
        <section aria-labelledby="formulas">
          <h2 id="formulas">The formulas</h2>
          <Formulas asked={asked} answer={answer} place={place} />
        </section>
      </div>
    </>
  );
}

/** The adapter that computes the numbers, or the reason why there is none. */
function State({ computed: { info, trouble, reopen } }: { readonly computed: Computed }) {
  if (trouble) {
    return (
      <>
        <TroubleNotice {...trouble} />
        <p class="row">
          <span>Nothing is lost: without a GPU, the reference computes the numbers below in float64.</span>
          <button type="button" onClick={reopen}>
            Open the GPU again
          </button>
        </p>
      </>
    );
  }
  return info ? <Adapter info={info} /> : <p role="status">Opening the GPU …</p>;
}

/** The accuracy of the numbers. */
function Accuracy({ answer }: { readonly answer: Answer | undefined }) {
  return (
    <p class="quiet" data-figure="error">
      {!answer && 'The kernels are being compiled …'}
      {answer && answer.error === undefined && 'Computed by the reference in float64, from the settings above.'}
      {answer?.error !== undefined &&
        `The largest difference between any number on this page and float64: ${power(answer.error)}. The reference recomputes everything from the settings above.`}
    </p>
  );
}
