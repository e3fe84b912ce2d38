import type { BackendInfo } from 'gradfold';
import { type Asked, classesOf, withClasses } from './asked.ts';
import { Choice } from './choice.tsx';
import { Slider } from './slider.tsx';
import { show } from './words.ts';

interface Props {
  readonly asked: Asked;
  readonly info: BackendInfo | undefined;
  readonly onAsked: (asked: Asked) => void;
  readonly onReset: () => void;
}

const CLASSES = [2, 3, 4, 5, 6];

/** The settings for all inputs and classes. */
export function Settings({ asked, info, onAsked, onReset }: Props) {
  const { temperature, smoothing, targets, dtype } = asked;
  return (
    <div class="settings">
      {/* Logarithmic: 1 to 10 is as far as 1 to 0.1. */}
      <Slider
        label="Temperature T"
        value={Math.log10(temperature)}
        text={show(temperature, 2)}
        min={-1}
        max={1}
        step={0.02}
        onValue={(exponent) => onAsked({ ...asked, temperature: 10 ** exponent })}
      />
      <Slider
        label="Label smoothing ε"
        value={smoothing}
        text={show(smoothing, 2)}
        min={0}
        max={0.5}
        step={0.01}
        onValue={(value) => onAsked({ ...asked, smoothing: value })}
      />
      <Choice
        legend="Targets"
        value={targets}
        options={{ 'one-hot': 'one-hot', soft: 'soft' }}
        onValue={(value) => onAsked({ ...asked, targets: value })}
      />
      <Choice
        legend="Dtype"
        value={dtype}
        options={{ f32: 'f32', f16: 'f16' }}
        onValue={(value) => onAsked({ ...asked, dtype: value })}
      />
      <label class="select">
        Classes
        <select
          value={classesOf(asked)}
          onChange={({ currentTarget }) => onAsked(withClasses(asked, Number(currentTarget.value)))}
        >
          {CLASSES.map((classes) => (
            <option key={classes} value={classes}>
              {classes}
            </option>
          ))}
        </select>
      </label>
      <button type="button" onClick={onReset}>
        Reset
      </button>
      <p class="quiet note">{aboutNumbers(dtype, info)}</p>
    </div>
  );
}

/** Explains the dtype on this adapter. */
function aboutNumbers(dtype: Asked['dtype'], info: BackendInfo | undefined): string {
  if (dtype === 'f32') return 'f32 stores a number in 32 bits, about seven digits.';
  const stores = 'f16 stores a number in 16 bits, about three digits; the kernels still compute in f32.';
  if (!info) return stores;
  return info.features.includes('shader-f16')
    ? `${stores} This adapter supports f16 natively.`
    : `${stores} This adapter does not support f16, so the kernels pack two values into a word: the results are the same.`;
}
