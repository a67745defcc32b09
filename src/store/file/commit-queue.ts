interface Waiting {
  readonly written: Promise<void>;
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
}

/**
 * One write at a time, each for everybody who came before it began. It begins one turn of the event loop after there
 * is reason for it: so those who come together share it, and those whom the last write sent on their way come along
 * with those who waited for it. Nobody waits for more than the write that runs and the next one.
 *
 * A write that fails fails for those who came meanwhile too, as what they wait for was built on it.
 */
export class CommitQueue {
  readonly #write: () => Promise<void>;
  #running: Waiting | undefined;
  #next: Waiting | undefined;

  /** Takes what writes everything as it is when called. */
  constructor(write: () => Promise<void>) {
    this.#write = write;
  }

  /** Resolves when a write that began after this call has ended well; rejects with what went wrong. */
  commit(): Promise<void> {
    if (this.#next === undefined) {
      this.#next = createWaiting();
      if (this.#running === undefined) setImmediate(() => this.#start());
    }
    return this.#next.written;
  }

  /** Resolves when everything that was committed so far is written; rejects as `commit` does. */
  async settled(): Promise<void> {
    await (this.#next ?? this.#running)?.written;
  }

  #start(): void {
    const waiting = this.#next;
    if (waiting === undefined) return;
    this.#running = waiting;
    this.#next = undefined;
    this.#write().then(
      () => {
        this.#running = undefined;
        waiting.resolve();
        if (this.#next !== undefined) setImmediate(() => this.#start());
      },
      (error: unknown) => {
        const meanwhile = this.#next;
        this.#running = undefined;
        this.#next = undefined;
        waiting.reject(error);
        meanwhile?.reject(error);
      },
    );
  }
}

function createWaiting(): Waiting {
  let [resolve, reject]: [() => void, (error: unknown) => void] = [() => undefined, () => undefined];
  const written = new Promise<void>((...settle) => {
    [resolve, reject] = settle;
  });
  return { written, resolve, reject };
}
