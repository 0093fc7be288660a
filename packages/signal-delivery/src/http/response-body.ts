import type { Dispatcher } from "undici";

/** How many bytes wait to be read before the connection is paused. */
const MAX_WAITING_BYTES = 64 * 1024;

type Read = { readonly done: false; readonly value: Uint8Array } | { readonly done: true; readonly value?: undefined };

interface Waiting {
  readonly resolve: (read: Read) => void;
  readonly reject: (error: unknown) => void;
}

/** The body of a response: as much of a web stream as a client reads with, for a tenth of its cost. One reader at a time. */
export class ResponseBody {
  readonly #controller: Dispatcher.DispatchController;
  readonly #chunks: Uint8Array[] = [];
  #waitingBytes = 0;
  #ended = false;
  #failure: Error | undefined;
  #waiting: Waiting | undefined;

  /** @param controller of the connection that it comes from */
  constructor(controller: Dispatcher.DispatchController) {
    this.#controller = controller;
  }

  /** More of it has come. */
  push(chunk: Uint8Array): void {
    if (this.#waiting !== undefined) {
      this.#take()?.resolve({ done: false, value: chunk });
      return;
    }
    this.#chunks.push(chunk);
    this.#waitingBytes += chunk.byteLength;
    if (this.#waitingBytes >= MAX_WAITING_BYTES) this.#controller.pause();
  }

  /** All of it has come. */
  end(): void {
    this.#ended = true;
    this.#take()?.resolve({ done: true });
  }

  /** It has broken off. What came before that is read first. */
  fail(error: Error): void {
    this.#failure ??= error;
    this.#take()?.reject(error);
  }

  getReader(): { read(): Promise<Read>; cancel(): Promise<void> } {
    return { read: () => this.#read(), cancel: () => this.cancel() };
  }

  /** Lets go of the connection, if not all has come. */
  cancel(): Promise<void> {
    const error = new Error("The response was not read to its end.");
    if (!this.#ended && this.#failure === undefined) this.#controller.abort(error);
    return Promise.resolve();
  }

  /** Its parts, one after the other. Leaving the loop early cancels it. */
  async *chunks(): AsyncGenerator<Uint8Array> {
    try {
      for (let read = await this.#read(); !read.done; read = await this.#read()) yield read.value;
    } finally {
      await this.cancel();
    }
  }

  #read(): Promise<Read> {
    const value = this.#chunks.shift();
    if (value !== undefined) {
      this.#waitingBytes -= value.byteLength;
      if (this.#waitingBytes < MAX_WAITING_BYTES && this.#controller.paused) this.#controller.resume();
      return Promise.resolve({ done: false, value });
    }
    if (this.#failure !== undefined) return Promise.reject(this.#failure);
    if (this.#ended) return Promise.resolve({ done: true });
    return new Promise((resolve, reject) => {
      this.#waiting = { resolve, reject };
    });
  }

  #take(): Waiting | undefined {
    const waiting = this.#waiting;
    this.#waiting = undefined;
    return waiting;
  }
}
