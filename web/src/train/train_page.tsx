import { useMemo, useReducer, useState } from 'preact/hooks';
import { Adapter } from '../shell/adapter.tsx';
import { AwayNotice } from '../shell/away.tsx';
import { type Trouble, TroubleNotice, troubleOf } from '../shell/trouble.tsx';
import { Chart } from './chart.tsx';
import { Drawing } from './drawing.tsx';
import { Files } from './files.tsx';
import { TrainerLink } from './link.ts';
import { DOWNLOAD_ERROR } from './parts.ts';
import { Scores } from './scores.tsx';
import { FIRST_CHOICES, Settings } from './settings.tsx';
import { IDLE, type ModelState, reduce } from './state.ts';
import { Status } from './status.tsx';
import { percent, planWords } from './words.ts';
import { WrongDigits } from './wrong_digits.tsx';

export function TrainPage() {
  const [state, dispatch] = useReducer(reduce, IDLE);
  const [choices, setChoices] = useState(FIRST_CHOICES);
  const trainer = useMemo(() => new TrainerLink(dispatch), []);
  const { phase, model, adapter, trouble } = state;
  const run = (work: Promise<void>) => work.catch((error) => dispatch({ kind: 'failed', trouble: troubleIn(error) }));
  const start = () => {
    dispatch({ kind: 'loading' });
    run(trainer.start(choices));
  };
  const finished = model !== undefined && model.step >= model.steps;
  return (
    <>
      <div class="train">
        <Settings choices={choices} onChange={setChoices} again={model !== undefined} onStart={start}>
          {phase === 'stopped' && !finished ? (
            <button type="button" onClick={() => run(trainer.resume())}>
              Continue
            </button>
          ) : (
            <button type="button" disabled={phase !== 'training'} onClick={() => run(trainer.pause())}>
              Pause
            </button>
          )}
        </Settings>
        <section class="progress" aria-label="Training">
          <Status state={state} />
          {trouble && <TroubleNotice {...trouble} />}
          <AwayNotice running={phase === 'training'}>
            A browser may slow down or pause background tabs. Nothing was lost.
          </AwayNotice>
          <Curves model={model} />
        </section>
      </div>
      {/* Above the parts that grow, so that the drawing does not move while the visitor draws. */}
      <Drawing
        ready={model !== undefined}
        step={model?.step ?? 0}
        classify={trainer.classify}
        testDigit={trainer.testDigit}
      />
      {model?.wrong && <WrongDigits {...model.wrong} />}
      {model && (
        <>
          <p class="quiet">{planWords(model.plan)}</p>
          <Scores scores={model.scores} stepsPerEpoch={model.stepsPerEpoch} />
        </>
      )}
      <Files trainer={trainer} model={model} busy={phase === 'loading' || phase === 'scoring'} />
      {adapter && <Adapter info={adapter} />}
    </>
  );
}

function Curves({ model }: { readonly model: ModelState | undefined }) {
  const { losses = [], scores = [], steps = 0 } = model ?? {};
  const lossPoints = useMemo(() => losses.map(({ step, loss }) => ({ x: step, y: loss })), [losses]);
  const scorePoints = useMemo(() => scores.map(({ step, accuracy }) => ({ x: step, y: accuracy })), [scores]);
  const [loss, score] = [losses.at(-1), scores.at(-1)];
  return (
    <div class="curves">
      <Chart
        caption="Loss by step:"
        latest={loss ? loss.loss.toFixed(4) : 'none yet'}
        {...{ points: lossPoints, end: steps, format: lossTick, marks: false }}
      />
      <Chart
        caption="Test accuracy by step:"
        latest={score ? percent(score.accuracy) : 'none yet'}
        {...{ points: scorePoints, end: steps, top: 1, format: accuracyTick, marks: true }}
      />
    </div>
  );
}

/** @param error an error from the worker, identified by name because it loses its class */
function troubleIn(error: Error): Trouble {
  if (error.name !== DOWNLOAD_ERROR) return troubleOf(error);
  return { what: error.message, advice: 'Check the network connection and start again.' };
}

const lossTick = (value: number) => String(Number(value.toPrecision(2)));
const accuracyTick = (value: number) => `${Math.round(100 * value)} %`;
