import type { DeliveryResult } from "../stream/delivery-result.js";

/** Counts what became of events. */
export class Tally {
  total = 0;
  delivered = 0;
  rejected = 0;
  failed = 0;
  readonly #drops = new Map<string, number>();

  get dropped(): number {
    return [...this.#drops.values()].reduce((sum, count) => sum + count, 0);
  }

  add({ outcome }: DeliveryResult): void {
    this.total += 1;
    if (outcome.status === "dropped") this.#drops.set(outcome.reason, (this.#drops.get(outcome.reason) ?? 0) + 1);
    else this[outcome.status] += 1;
  }

  /** `7 events: 4 delivered, 2 dropped (2 consent_missing), 1 rejected, 0 failed` */
  toString(): string {
    const drops = [...this.#drops].map(([reason, count]) => `${count} ${reason}`).join(", ");
    return this.#withDropped(`${this.dropped} dropped${drops && ` (${drops})`}`);
  }

  /** `7 events: 4 delivered, 2 dropped, 1 rejected, 0 failed` */
  inShort(): string {
    return this.#withDropped(`${this.dropped} dropped`);
  }

  #withDropped(dropped: string): string {
    const events = this.total === 1 ? "1 event" : `${this.total} events`;
    return `${events}: ${this.delivered} delivered, ${dropped}, ${this.rejected} rejected, ${this.failed} failed`;
  }
}
