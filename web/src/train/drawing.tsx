import { useEffect, useRef, useState } from 'preact/hooks';
import { newest } from '../shell/newest.ts';
import { Bars } from './bars.tsx';
import { inkIn, pen, putInk } from './digit.tsx';
import { type DigitImage, DRAWING_SIDE, digitOf, inkOf } from './digit_image.ts';
import { largestOf } from './score.ts';
import { Sheet } from './sheet.tsx';

interface Props {
  /** Whether there is a model to answer. */
  readonly ready: boolean;
  /** The step of the model. Its answer may change with it. */
  readonly step: number;
  readonly classify: (pixels: Uint8Array) => Promise<number[]>;
  readonly testDigit: () => Promise<{ pixels: Uint8Array; label: number }>;
}

/** A lower probability means that the drawing may not be a digit, or that the model has learned little yet. */
const SURE = 0.5;
const BLANK = digitOf(new Uint8Array(DRAWING_SIDE ** 2));

/** The visitor's digit and the model's answer, updated as the model learns. */
export function Drawing({ ready, step, classify, testDigit }: Props) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const [digit, setDigit] = useState<DigitImage>(BLANK);
  const [probabilities, setProbabilities] = useState<readonly number[]>();
  const [known, setKnown] = useState<number>();
  const ask = useRef(newest((task: () => Promise<void>) => task()));
  useEffect(() => {
    if (!ready || 'problem' in digit) {
      setProbabilities(undefined);
      return;
    }
    // If the device is lost meanwhile, the question is repeated when training continues.
    ask.current(() => classify(digit.pixels).then(setProbabilities, () => {}));
  }, [digit, step, ready, classify]);

  const onInk = (done: boolean) => {
    const now = digitOf(inkIn(canvas.current as HTMLCanvasElement, DRAWING_SIDE));
    setKnown(undefined);
    // A stroke that has just begun is small, so problems are reported only when it ends.
    if (done || 'pixels' in now) setDigit(now);
  };
  const clear = () => {
    pen(canvas.current as HTMLCanvasElement).clearRect(0, 0, DRAWING_SIDE, DRAWING_SIDE);
    onInk(true);
  };
  const take = async () => {
    const { pixels, label } = await testDigit();
    putInk(canvas.current as HTMLCanvasElement, inkOf(pixels), DRAWING_SIDE);
    onInk(true);
    setKnown(label);
  };
  const answer = 'problem' in digit ? undefined : probabilities;
  return (
    <section class="drawing" aria-labelledby="drawing-heading">
      <h2 id="drawing-heading">Draw a digit</h2>
      <div class="drawing-parts">
        <div class="drawing-sheet">
          <Sheet canvas={canvas} onInk={onInk} />
          <div class="row">
            <button type="button" onClick={clear}>
              Clear
            </button>
            <button type="button" onClick={take} disabled={!ready}>
              Show a test digit
            </button>
          </div>
        </div>
        <div class="answer">
          <p role="status">{wordsOf(digit, ready, answer, known)}</p>
          <Bars probabilities={answer} />
        </div>
      </div>
    </section>
  );
}

function wordsOf(digit: DigitImage, ready: boolean, answer: readonly number[] | undefined, known?: number): string {
  if ('problem' in digit) return digit.problem;
  if (!ready) return 'The answer appears when there is a model: start training or load a model.';
  if (!answer) return 'Classifying.';
  const taken = largestOf(answer);
  const sure = (answer[taken] as number) >= SURE;
  if (known !== undefined)
    return `It is a ${known}, classified as a ${taken}${sure ? '' : ', though the model is not sure'}.`;
  return sure ? `Classified as a ${taken}.` : `Classified as a ${taken}, but the model is not sure: is it a digit?`;
}
