import { createHash } from "node:crypto";

/** How many people are remembered; the one who came first is forgotten first. */
const MAX_PEOPLE = 20_000;

/**
 * Knows the partition of each person, to find a topic that is not keyed by the person: order is kept within a partition only.
 * Holds hashes alone.
 */
export class KeyDistributionCheck {
  readonly #partitions = new Map<string, number>();
  readonly #onSplit: (partitions: readonly [number, number]) => void;
  #said = false;

  /** @param onSplit called once, for the first person whose events come from two partitions */
  constructor(onSplit: (partitions: readonly [number, number]) => void) {
    this.#onSplit = onSplit;
  }

  seen(person: string, partition: number): void {
    if (this.#said) return;
    const hash = createHash("sha256").update(person).digest("base64");
    const before = this.#partitions.get(hash);
    if (before !== undefined && before !== partition) {
      this.#said = true;
      this.#partitions.clear();
      this.#onSplit([before, partition]);
      return;
    }
    this.#partitions.set(hash, partition);
    for (const oldest of this.#partitions.keys()) {
      if (this.#partitions.size <= MAX_PEOPLE) break;
      this.#partitions.delete(oldest);
    }
  }
}
