import { type Backend, type BackendInfo, createBackend, DeviceLostError } from 'gradfold';
import { useEffect, useMemo, useState } from 'preact/hooks';
import { newest } from '../shell/newest.ts';
import { type Trouble, troubleOf } from '../shell/trouble.tsx';
import { type Answer, answerOf, referenceAnswer } from './answer.ts';
import type { Asked } from './asked.ts';

export interface Computed {
  /** The newest answer: the kernels', or the reference's while there is trouble. */
  readonly answer: Answer | undefined;
  /** The adapter, once it is open. */
  readonly info: BackendInfo | undefined;
  readonly trouble: Trouble | undefined;
  /** Whether the latest request is still being computed. */
  readonly busy: boolean;
  /** Reopens the GPU after trouble. */
  readonly reopen: () => void;
}

/** An open backend and a function that requests an answer from it. */
interface Opened {
  readonly backend: Backend;
  readonly ask: (asked: Asked) => void;
}

/** Opens the GPU and computes an answer whenever the request changes. */
export function useAnswer(asked: Asked): Computed {
  const [attempt, setAttempt] = useState(0);
  const [opened, setOpened] = useState<Opened>();
  const [trouble, setTrouble] = useState<Trouble>();
  const [answer, setAnswer] = useState<Answer>();

  // Each attempt opens a new backend.
  useEffect(() => {
    // Messages from the backend of an earlier attempt are ignored.
    let current = true;
    const answered = (next: Answer) => {
      if (current) setAnswer(next);
    };
    const failed = (error: unknown) => {
      if (!current) return;
      setOpened(undefined);
      setTrouble(troubleOf(error));
    };
    const opening = createBackend();
    opening.then((backend) => {
      if (!current) return;
      setTrouble(undefined);
      setOpened({ backend, ask: newest((next) => answerOf(backend, next).then(answered, failed)) });
      void backend.device.lost.then(({ message }) => failed(new DeviceLostError(message)));
    }, failed);
    return () => {
      current = false;
      opening.then(
        (backend) => backend.dispose(),
        () => {},
      );
    };
  }, [attempt]);
  useEffect(() => opened?.ask(asked), [opened, asked]);

  const exact = useMemo(() => (trouble ? referenceAnswer(asked) : undefined), [trouble, asked]);
  return {
    answer: exact ?? answer,
    info: opened?.backend.info,
    trouble,
    busy: !trouble && answer?.asked !== asked,
    reopen: () => setAttempt(attempt + 1),
  };
}
