import { useEffect, useRef, useState } from 'preact/hooks';
import { newest } from '../shell/newest.ts';
import { Bars } from './bars.tsx';
import { inkIn, pen, putInk } from './digit.tsx';
import { type DigitImage, DRAWING_SIDE, digitOf, inkOf } from './digit_image.ts';
import { largestOf } from './score.ts';
import { Sheet } from './sheet.tsx';

interface Props {
  /** Whether there is a model that can answer. */
  readonly ready: boolean;
  /** How far the model is: it may answer otherwise than before. */
  readonly step: number;
  readonly classify: (pixels: Uint8Array) => Promise<number[]>;
  readonly testDigit: () => Promise<{ pixels: Uint8Array; label: number }>;
}

/** Less is given to what is no digit, or a strange one; or by a model that has learned little yet. */
const SURE = 0.5;
const BLANK = digitOf(new Uint8Array(DRAWING_SIDE ** 2));

/** A digit of the visitor's, and what the model takes it for, as it learns. */
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
    // A device that is lost meanwhile is asked again when training has gone on.
    ask.current(() => classify(digit.pixels).then(setProbabilities, () => {}));
  }, [digit, step, ready, classify]);

  const onInk = (done: boolean) => {
    const now = digitOf(inkIn(canvas.current as HTMLCanvasElement, DRAWING_SIDE));
    setKnown(undefined);
    // A stroke that has just begun is small; it is said when it stays so.
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
              Take a test digit
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
  if (!ready) return 'It is answered as soon as there is a model: start one, or load one.';
  if (!answer) return 'Looking at it.';
  const taken = largestOf(answer);
  const sure = (answer[taken] as number) >= SURE;
  if (known !== undefined)
    return `It is a ${known}, and taken for a ${taken}${sure ? '' : ', though the model is not sure'}.`;
  return sure ? `It is taken for a ${taken}.` : `It is taken for a ${taken}, but the model is not sure: is it a digit?`;
}
