import { type Backend, type BackendInfo, createBackend, DeviceLostError } from 'gradfold';
import { useEffect, useMemo, useState } from 'preact/hooks';
import { newest } from '../shell/newest.ts';
import { type Trouble, troubleOf } from '../shell/trouble.tsx';
import { type Answer, answerOf, referenceAnswer } from './answer.ts';
import type { Asked } from './asked.ts';

export interface Computed {
  /** The newest there is: the kernels', and while there is trouble the reference's. */
  readonly answer: Answer | undefined;
  /** What runs the kernels, once it is open. */
  readonly info: BackendInfo | undefined;
  readonly trouble: Trouble | undefined;
  /** Whether what was asked last is still being computed. */
  readonly busy: boolean;
  /** Opens the GPU once more, after trouble. */
  readonly reopen: () => void;
}

/** A backend, and how to have it compute what is asked. */
interface Opened {
  readonly backend: Backend;
  readonly ask: (asked: Asked) => void;
}

/** Opens the GPU, and has it compute what is asked, whenever that changes. */
export function useAnswer(asked: Asked): Computed {
  const [attempt, setAttempt] = useState(0);
  const [opened, setOpened] = useState<Opened>();
  const [trouble, setTrouble] = useState<Trouble>();
  const [answer, setAnswer] = useState<Answer>();

  // Each attempt opens a backend of its own.
  useEffect(() => {
    // What a backend of an earlier attempt still has to say is of no interest.
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
