type Run = () => Promise<void>;

interface Task {
  readonly run: Run;
  readonly bytes: number;
}

/**
 * Runs tasks in lanes: those of one lane one at a time and in order, those of different lanes side by side. Holds a bounded
 * number of tasks and of bytes; whoever brings more waits until there is room. A lane holds the events of one person.
 */
export class Lanes {
  readonly #capacity: number;
  /** The tasks of each lane that has any; the first of them is running. */
  readonly #lanes = new Map<string, Task[]>();
  readonly #waiting: (() => void)[] = [];
  readonly #maxBytes: number;
  #held = 0;
  #heldBytes = 0;
  #failure: { readonly error: unknown } | undefined;

  /**
   * @param capacity how many tasks are held, running ones included
   * @param maxBytes how many bytes they may hold together; a single task may hold any number
   */
  constructor(capacity: number, maxBytes = Number.POSITIVE_INFINITY) {
    this.#capacity = capacity;
    this.#maxBytes = maxBytes;
  }

  /** How many tasks are held, running ones included. */
  get held(): number {
    return this.#held;
  }

  /** Whether one more task would not have to wait. */
  hasRoom(bytes: number): boolean {
    if (this.#held === 0) return true;
    return this.#held < this.#capacity && this.#heldBytes + bytes <= this.#maxBytes;
  }

  /**
   * Puts a task at the end of its lane. Resolves as soon as there was room for it; throws if a task has failed.
   *
   * @param bytes how much memory it holds, about
   */
  async enter(lane: string, run: Run, bytes = 0): Promise<void> {
    while (!this.hasRoom(bytes)) await this.#taskEnd();
    this.#throwFailure();
    this.#held += 1;
    this.#heldBytes += bytes;
    const task = { run, bytes };
    const queue = this.#lanes.get(lane);
    if (queue) {
      queue.push(task);
    } else {
      const tasks = [task];
      this.#lanes.set(lane, tasks);
      void this.#runAll(lane, tasks);
    }
  }

  /** Resolves when no task is left; throws if one has failed. */
  async drained(): Promise<void> {
    while (this.#held > 0) await this.#taskEnd();
    this.#throwFailure();
  }

  async #runAll(lane: string, tasks: Task[]): Promise<void> {
    for (let task = tasks[0]; task !== undefined; task = tasks[0]) {
      try {
        await task.run();
      } catch (error) {
        this.#failure ??= { error };
      }
      tasks.shift();
      if (tasks.length === 0) this.#lanes.delete(lane);
      this.#held -= 1;
      this.#heldBytes -= task.bytes;
      for (const wake of this.#waiting.splice(0)) wake();
    }
  }

  #taskEnd(): Promise<void> {
    return new Promise((resolve) => this.#waiting.push(resolve));
  }

  #throwFailure(): void {
    if (this.#failure) throw this.#failure.error;
  }
}
