type Closer = () => Promise<void>;

/** What has been opened, to be closed in the opposite order, whatever happens in between. */
export class Disposables {
  readonly #closers: Closer[];

  constructor(...closers: Closer[]) {
    this.#closers = closers;
  }

  add(closer: Closer): void {
    this.#closers.push(closer);
  }

  /** @throws the first error, after everything else has been closed, too */
  async close(): Promise<void> {
    const failures: unknown[] = [];
    for (const close of this.#closers.reverse()) await close().catch((error: unknown) => failures.push(error));
    if (failures.length > 0) throw failures[0] as Error;
  }
}
