import type { ComponentChildren } from 'preact';
import { type Answer, classFigure, inputFigure } from './answer.ts';
import { type Asked, classesOf, type Place, withLabel, withLogit, withWeight } from './asked.ts';
import { Bar } from './bar.tsx';
import { Slider } from './slider.tsx';
import type { ClassFigure, InputFigure } from './study.ts';
import { className, show } from './words.ts';

interface Props {
  readonly asked: Asked;
  readonly answer: Answer | undefined;
  /** The input on the sliders, and the class in the formulas. */
  readonly place: Place;
  readonly onAsked: (asked: Asked) => void;
  readonly onClass: (cls: number) => void;
}

interface Column {
  readonly figure: ClassFigure;
  readonly name: string;
  /** The figure that sums it over the classes. */
  readonly sum: InputFigure;
  /** Whether the largest value of the column fills the bar if it exceeds 1. */
  readonly grows?: boolean;
  readonly signed?: boolean;
}

const COLUMNS: readonly Column[] = [
  { figure: 'softmax', name: 'Softmax q', sum: 'softmaxSum' },
  { figure: 'hardmax', name: 'Hardmax', sum: 'hardmaxSum' },
  { figure: 'target', name: 'Target t', sum: 'targetSum' },
  { figure: 'term', name: '−t · log q', sum: 'loss', grows: true },
  { figure: 'gradient', name: 'Gradient', sum: 'gradientSum', grows: true, signed: true },
];

/** The largest magnitude of a logit on the sliders. */
const FARTHEST = 6;

/** One row per class: the slider of its logit, and the kernels' results. */
export function ClassRows({ asked, answer, place, onAsked, onClass }: Props) {
  const classes = Array.from({ length: classesOf(asked) }, (_, cls) => cls);
  const figureOf = (figure: ClassFigure, cls: number) => answer && classFigure(answer, figure, { ...place, cls });
  const fullOf = ({ figure, grows }: Column) =>
    grows ? Math.max(1, ...classes.map((cls) => Math.abs(figureOf(figure, cls) ?? 0))) : 1;
  return (
    <div class="classes">
      {/* Each row labels its own numbers. */}
      <div class="line heads" aria-hidden="true">
        <span>Class</span>
        <span>Logit z</span>
        <span>Target</span>
        {COLUMNS.map(({ figure, name }) => (
          <span key={figure}>{name}</span>
        ))}
      </div>
      <ol>
        {classes.map((cls) => (
          <li key={cls} class="line" data-chosen={cls === place.cls}>
            <h3>
              <span class="long">Class </span>
              {cls + 1}
            </h3>
            <Logit asked={asked} place={{ ...place, cls }} onAsked={onAsked} onClass={onClass} />
            <Wanted asked={asked} place={{ ...place, cls }} onAsked={onAsked} onClass={onClass} />
            <dl>
              {COLUMNS.map((column) => (
                <Shown key={column.figure} figure={column.figure} name={column.name}>
                  <span>{show(figureOf(column.figure, cls))}</span>
                  <Bar value={figureOf(column.figure, cls)} full={fullOf(column)} signed={column.signed === true} />
                </Shown>
              ))}
            </dl>
          </li>
        ))}
      </ol>
      <div class="line sums">
        <h3>Sum</h3>
        <dl>
          {COLUMNS.map(({ figure, name, sum }) => (
            <Shown key={figure} figure={sum} name={sum === 'loss' ? 'Loss' : name}>
              <span>{show(answer && inputFigure(answer, sum, place))}</span>
            </Shown>
          ))}
        </dl>
      </div>
    </div>
  );
}

interface ShownProps {
  readonly figure: string;
  readonly name: string;
  readonly children: ComponentChildren;
}

function Shown({ figure, name, children }: ShownProps) {
  return (
    <div class="figure">
      <dt>{name}</dt>
      <dd data-figure={figure}>{children}</dd>
    </div>
  );
}

type ControlProps = Omit<Props, 'answer'>;

function Logit({ asked, place, onAsked, onClass }: ControlProps) {
  const { network, input, cls } = place;
  const logit = asked.logits[network][input]?.[cls] ?? 0;
  return (
    <Slider
      label="Logit"
      of={className(cls)}
      value={logit}
      text={show(logit, 2)}
      min={-FARTHEST}
      max={FARTHEST}
      step={0.05}
      onValue={(value) => onAsked(withLogit(asked, place, value))}
      onFocus={() => onClass(cls)}
    />
  );
}

/** Sets the target: the class, or its weight. */
function Wanted({ asked, place, onAsked, onClass }: ControlProps) {
  const { input, cls } = place;
  if (asked.targets === 'one-hot') {
    return (
      <label class="wanted">
        <input
          type="radio"
          name="wanted"
          checked={asked.labels[input] === cls}
          onChange={() => onAsked(withLabel(asked, place))}
          onFocus={() => onClass(cls)}
          aria-label={`${className(cls)} is the target`}
        />
        <span class="long">target</span>
      </label>
    );
  }
  const weight = asked.weights[input]?.[cls] ?? 0;
  return (
    <Slider
      label="Weight"
      of={className(cls)}
      value={weight}
      text={show(weight, 2)}
      min={0}
      max={1}
      step={0.01}
      onValue={(value) => onAsked(withWeight(asked, place, value))}
      onFocus={() => onClass(cls)}
    />
  );
}
