/** What happened and what to do about it, in a sentence each. */
export interface Trouble {
  readonly what: string;
  readonly advice: string;
}

/** What is to be said of an error, whichever thread it is from. */
export function troubleOf(error: unknown): Trouble {
  const { name, message } = error instanceof Error ? error : new Error(String(error));
  // Not by the classes: a worker's errors are of none of them here, and the names of classes are minified.
  if (name === 'NoAdapterError' || !('gpu' in navigator)) {
    return {
      what: 'This browser gives no access to a GPU.',
      advice:
        'Use a current Chrome, Edge, Safari or Firefox, and see that WebGPU and hardware acceleration are switched on in its settings.',
    };
  }
  if (name === 'DeviceLostError') {
    return {
      what: 'The GPU was lost: its driver was reset, or the computer slept.',
      advice: 'Start again; if it happens once more, reload the page.',
    };
  }
  return { what: message, advice: 'Reload the page to begin again.' };
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
