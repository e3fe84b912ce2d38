import type { Backend } from '../../src/core/backend.ts';
import type { DigitSets, OnProgress } from '../experiments/fit.ts';
import type { Chart } from '../panels.ts';

/** What the command line says to every experiment. */
export interface Settings {
  readonly images: number;
  readonly seed: number;
}

/** Measured figures. The first column is words, the others are set to the right. */
export interface Table {
  readonly caption: string;
  readonly head: readonly string[];
  readonly rows: readonly (readonly string[])[];
}

/** What is told of one run: all figures are the run's own. */
export interface Telling {
  /** How it was set up: an item each. */
  readonly setting: readonly string[];
  readonly tables: readonly Table[];
  readonly chart: Pick<Chart, 'title' | 'panels'>;
  /** What came out: a paragraph each. */
  readonly finding: readonly string[];
}

/** An experiment as the command knows it. */
export interface Experiment {
  readonly title: string;
  /** Markdown, a paragraph each. */
  readonly question: readonly string[];
  /** Lines of plain text. */
  readonly formula: readonly string[];
  /** How many images there are to learn from, unless said otherwise. */
  readonly images: number;
  run(
    backend: Backend,
    digits: DigitSets,
    settings: Settings,
    onProgress: OnProgress,
  ): Promise<{ result: unknown; telling: Telling }>;
}

/** An experiment of what measures and what tells. */
export function experimentOf<R>(
  about: Omit<Experiment, 'run'>,
  measure: (backend: Backend, digits: DigitSets, settings: Settings, onProgress: OnProgress) => Promise<R>,
  tell: (result: R) => Telling,
): Experiment {
  return {
    ...about,
    async run(backend, digits, settings, onProgress) {
      const result = await measure(backend, digits, settings, onProgress);
      return { result, telling: tell(result) };
    },
  };
}
