import type { Remote } from 'comlink';
import { connect } from './connect.ts';
import type { Choices, Listener } from './protocol.ts';
import type { Trainer } from './trainer.ts';

/** The trainer in its worker, which is loaded on the first request. */
export class TrainerLink {
  readonly #listener: Listener;
  #connection: Promise<Remote<Trainer>> | undefined;

  constructor(listener: Listener) {
    this.#listener = listener;
  }

  async start(choices: Choices): Promise<void> {
    await (await this.#trainer()).start(choices);
  }

  async pause(): Promise<void> {
    await (await this.#trainer()).pause();
  }

  async resume(): Promise<void> {
    await (await this.#trainer()).resume();
  }

  async save(): Promise<Uint8Array<ArrayBuffer>> {
    return (await (await this.#trainer()).save()) as Uint8Array<ArrayBuffer>;
  }

  async load(bytes: Uint8Array): Promise<void> {
    await (await this.#trainer()).load(bytes);
  }

  async loseDevice(): Promise<void> {
    await (await this.#trainer()).loseDevice();
  }

  readonly classify = async (pixels: Uint8Array): Promise<number[]> => (await this.#trainer()).classify(pixels);

  readonly testDigit = async (): Promise<{ pixels: Uint8Array; label: number }> => (await this.#trainer()).testDigit();

  #trainer(): Promise<Remote<Trainer>> {
    this.#connection ??= connect(this.#listener).catch((error) => {
      // The next request tries again.
      this.#connection = undefined;
      throw error;
    });
    return this.#connection;
  }
}
