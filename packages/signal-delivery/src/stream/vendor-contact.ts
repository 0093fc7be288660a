/** Of how many people an event finds no answer before the address, and not the events, counts as wrong. */
const PEOPLE_TRIED = 3;

/**
 * What all streams of a worker know of the vendor: whether any call was answered yet. Until then a connection that breaks is a
 * configuration error more likely than a lead's fault: https where http is spoken, a port of something else. To tell it from a
 * lead that breaks its own connection, events of other people are tried.
 */
export class VendorContact {
  #answered = false;
  /** The people whose events found no answer. */
  readonly #people = new Set<string>();
  #changed = deferred();

  /** Whether there has been any answer, with whatever HTTP status. */
  get answered(): boolean {
    return this.#answered;
  }

  /** A call was answered. */
  answer(): void {
    if (this.#answered) return;
    this.#answered = true;
    this.change();
  }

  /** Whether events of enough people found no answer. */
  get hasTriedEnough(): boolean {
    return this.#people.size >= PEOPLE_TRIED;
  }

  /** Whether nobody else's event has found no answer: whether a person's is worth a retry. */
  isFirst(person: string): boolean {
    return this.#people.size === 0 || (this.#people.size === 1 && this.#people.has(person));
  }

  /** A person's event found no answer. */
  failedFor(person: string): void {
    this.#people.add(person);
    this.change();
  }

  /** Forgets whose events found no answer: they are tried once more later. */
  startOver(): void {
    this.#people.clear();
  }

  /** Resolves at the next change, of this or of what somebody else says has changed. */
  get changed(): Promise<void> {
    return this.#changed.promise;
  }

  /** Wakes those who wait for a change. */
  change(): void {
    const before = this.#changed;
    this.#changed = deferred();
    before.resolve();
  }
}

function deferred(): { readonly promise: Promise<void>; resolve(): void } {
  let resolve: () => void = () => undefined;
  const promise = new Promise<void>((done) => {
    resolve = done;
  });
  return { promise, resolve };
}
