import type { Backend } from '../../src/core/backend.ts';
import type { DigitSets, OnProgress } from '../experiments/fit.ts';
import type { Chart } from '../panels.ts';

/** The command-line settings of every experiment. */
export interface Settings {
  readonly images: number;
  readonly seed: number;
}

/** A table of measured figures. The first column is text, the others are right-aligned. */
export interface Table {
  readonly caption: string;
  readonly head: readonly string[];
  readonly rows: readonly (readonly string[])[];
}

/** The text, tables and chart of one run. */
export interface Telling {
  /** The setup, one list item each. */
  readonly setting: readonly string[];
  readonly tables: readonly Table[];
  readonly chart: Pick<Chart, 'title' | 'panels'>;
  /** The results, one paragraph each. */
  readonly finding: readonly string[];
}

/** An experiment of the command. */
export interface Experiment {
  readonly title: string;
  /** Paragraphs in Markdown. */
  readonly question: readonly string[];
  /** Lines of plain text. */
  readonly formula: readonly string[];
  /** The default number of training images. */
  readonly images: number;
  run(
    backend: Backend,
    digits: DigitSets,
    settings: Settings,
    onProgress: OnProgress,
  ): Promise<{ result: unknown; telling: Telling }>;
}

/** Combines a function that measures and one that reports into an experiment. */
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
