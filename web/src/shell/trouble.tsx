/** What happened and what to do about it, one sentence each. */
export interface Trouble {
  readonly what: string;
  readonly advice: string;
}

/** The explanation of an error from any thread. */
export function troubleOf(error: unknown): Trouble {
  const { name, message } = error instanceof Error ? error : new Error(String(error));
  // Compares names, because a worker's errors lose their class, and class names are minified.
  if (name === 'NoAdapterError' || !('gpu' in navigator)) {
    return {
      what: 'This browser gives no access to a GPU.',
      advice:
        'Use a current Chrome, Edge, Safari or Firefox, and check that WebGPU and hardware acceleration are enabled in its settings.',
    };
  }
  if (name === 'DeviceLostError') {
    return {
      what: 'The GPU was lost: its driver was reset or the computer slept.',
      advice: 'Start again. If it happens again, reload the page.',
    };
  }
  return { what: message, advice: 'Reload the page to start again.' };
}

export function TroubleNotice({ what, advice }: Trouble) {
  return (
    <div class="notice trouble" role="alert">
      <p>
        <strong>{what}</strong>
      </p>
      <p>{advice}</p>
    </div>
  );
}
