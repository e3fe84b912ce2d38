import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { polled } from '../../src/device/polling.ts';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

/** A queue whose work takes `milliseconds`, noticed only at a submission from then on, or after another 100 ms. */
function lazyQueue(milliseconds: number) {
  const started = performance.now();
  let notice = () => {};
  const done = new Promise<number>((resolve) => {
    notice = () => resolve(performance.now() - started);
  });
  const submit = vi.fn((commands: Iterable<GPUCommandBuffer>) => {
    expect([...commands]).toEqual([]);
    if (performance.now() - started >= milliseconds) notice();
  });
  setTimeout(() => notice(), milliseconds + 100);
  return { queue: { submit } as unknown as GPUQueue, submit, done };
}

test('a queue that notices its end only at a submission is polled: late by an eighth of the wait, or by a millisecond', async () => {
  for (const milliseconds of [0.5, 1, 5, 20, 100, 1000]) {
    const { queue, submit, done } = lazyQueue(milliseconds);
    const waited = polled(queue, done);
    await vi.advanceTimersByTimeAsync(2 * milliseconds + 100);
    expect(await waited).toBeLessThanOrEqual(Math.max(milliseconds + 2, (milliseconds * 9) / 8 + 2));
    // A long wait takes some dozens of polls.
    expect(submit.mock.calls.length).toBeLessThanOrEqual(8 + 8 * Math.log(1 + milliseconds));
  }
});

test('a promise that settles at once costs no submission, and polls end with the wait', async () => {
  const submit = vi.fn();
  const queue = { submit } as unknown as GPUQueue;
  expect(await polled(queue, Promise.resolve(3))).toBe(3);
  await vi.advanceTimersByTimeAsync(1000);
  await expect(polled(queue, Promise.reject(new Error('lost')))).rejects.toThrow('lost');
  await vi.advanceTimersByTimeAsync(1000);
  expect(submit).not.toHaveBeenCalled();
  expect(vi.getTimerCount()).toBe(0);
});

test('several waits on one queue are polled together', async () => {
  const { queue, submit, done } = lazyQueue(50);
  await Promise.all([...Array.from({ length: 20 }, () => polled(queue, done)), vi.advanceTimersByTimeAsync(100)]);
  expect(submit.mock.calls.length).toBeLessThanOrEqual(40);
  expect(vi.getTimerCount()).toBe(1); // the queue's own
});
