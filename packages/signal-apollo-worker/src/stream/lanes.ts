type Task = () => Promise<void>;

/**
 * Runs tasks in lanes: those of one lane one at a time and in order, those of different lanes side by side. Holds a bounded
 * number of tasks; whoever brings more waits until there is room.
 */
export class Lanes {
  readonly #concurrency: number;
  readonly #capacity: number;
  /** The tasks of each lane that has any; the first of them may be running. */
  readonly #lanes = new Map<string, Task[]>();
  /** The lanes whose first task waits for a free place. */
  readonly #ready: string[] = [];
  readonly #waiting: (() => void)[] = [];
  #running = 0;
  #held = 0;
  #failure: { readonly error: unknown } | undefined;

  /**
   * @param concurrency how many tasks run side by side
   * @param capacity how many tasks are held, running ones included
   */
  constructor(concurrency: number, capacity: number) {
    this.#concurrency = concurrency;
    this.#capacity = capacity;
  }

  /** Puts a task at the end of its lane. Resolves as soon as there was room for it; throws if a task has failed. */
  async enter(lane: string, task: Task): Promise<void> {
    while (this.#held >= this.#capacity) await this.#taskEnd();
    this.#throwFailure();
    this.#held += 1;
    const queue = this.#lanes.get(lane);
    if (queue) {
      queue.push(task);
    } else {
      this.#lanes.set(lane, [task]);
      this.#ready.push(lane);
      this.#start();
    }
  }

  /** Resolves when no task is left; throws if one has failed. */
  async drained(): Promise<void> {
    while (this.#held > 0) await this.#taskEnd();
    this.#throwFailure();
  }

  #start(): void {
    while (this.#running < this.#concurrency) {
      const lane = this.#ready.shift();
      const queue = lane === undefined ? undefined : this.#lanes.get(lane);
      if (lane === undefined || queue === undefined) return;
      this.#running += 1;
      void this.#runFirst(lane, queue);
    }
  }

  async #runFirst(lane: string, queue: Task[]): Promise<void> {
    try {
      await queue[0]?.();
    } catch (error) {
      this.#failure ??= { error };
    }
    queue.shift();
    if (queue.length > 0) this.#ready.push(lane);
    else this.#lanes.delete(lane);
    this.#running -= 1;
    this.#held -= 1;
    this.#start();
    for (const wake of this.#waiting.splice(0)) wake();
  }

  #taskEnd(): Promise<void> {
    return new Promise((resolve) => this.#waiting.push(resolve));
  }

  #throwFailure(): void {
    if (this.#failure) throw this.#failure.error;
  }
}
