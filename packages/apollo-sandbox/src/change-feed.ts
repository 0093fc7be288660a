/** What has changed since somebody last asked. */
export interface Changes {
  /** Whether nothing of what was known is left, as after a reset. */
  readonly everything: boolean;
  /** The numbers of requests. */
  readonly requests: ReadonlySet<number>;
  /** The ids of contacts. */
  readonly contacts: ReadonlySet<string>;
}

/** Tells those who watch a sandbox what changes in it. It outlives a reset. */
export class ChangeFeed {
  readonly #watches = new Set<Watch>();

  /** Begins to watch. At first everything counts as changed. */
  watch(): Watch {
    const watch = new Watch(() => this.#watches.delete(watch));
    this.#watches.add(watch);
    return watch;
  }

  requestChanged(number: number): void {
    for (const watch of this.#watches) watch.note({ requests: [number] });
  }

  contactChanged(id: string): void {
    for (const watch of this.#watches) watch.note({ contacts: [id] });
  }

  /** Something small: the plan, the usage, or the faults that wait. */
  settingChanged(): void {
    for (const watch of this.#watches) watch.note({});
  }

  everythingChanged(): void {
    for (const watch of this.#watches) watch.note({ everything: true });
  }
}

/**
 * Remembers which things have changed, not how often or how, so that somebody who is slow to ask holds up nothing and is
 * told no more than there is.
 */
export class Watch {
  #everything = true;
  #requests = new Set<number>();
  #contacts = new Set<string>();
  #changed = true;
  #stopped = false;
  #wake: () => void = () => undefined;
  readonly #onStop: () => void;

  constructor(onStop: () => void) {
    this.#onStop = onStop;
  }

  get stopped(): boolean {
    return this.#stopped;
  }

  /** Notes a change. After one of everything, smaller ones say nothing more. */
  note(change: { everything?: boolean; requests?: readonly number[]; contacts?: readonly string[] }): void {
    this.#changed = true;
    if (change.everything === true) this.#everything = true;
    for (const number of change.requests ?? []) this.#requests.add(number);
    for (const id of change.contacts ?? []) this.#contacts.add(id);
    this.#wake();
  }

  /** Resolves as soon as there is a change, or the watch is stopped. */
  async changed(): Promise<void> {
    if (this.#changed || this.#stopped) return;
    await new Promise<void>((resolve) => (this.#wake = resolve));
  }

  /** Hands over what has changed, and begins anew. */
  take(): Changes {
    const changes = { everything: this.#everything, requests: this.#requests, contacts: this.#contacts };
    this.#everything = this.#changed = false;
    this.#requests = new Set();
    this.#contacts = new Set();
    return changes;
  }

  /** Ends the watch. May be called more than once. */
  stop(): void {
    this.#stopped = true;
    this.#onStop();
    this.#wake();
  }
}
