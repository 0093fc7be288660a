import { isAnswered, type DeliveryResult } from "../stream/delivery-result.js";

/** Knows whether a worker that goes on by itself is kept from its work, and when that is over. */
export class HaltState {
  /** What fails: every call, or what is written of each event, such as dead letters and the audit. */
  #of: "calls" | "records" | undefined;

  /** A call was refused, and all would be. */
  refused(): void {
    this.#of = "calls";
  }

  /** Something could not be written down. */
  stopped(): void {
    this.#of = "records";
  }

  /**
   * An event is settled: it was written down.
   *
   * @returns whether that is the end of a halt. Where calls were refused, only a call that was answered can tell
   */
  endsWith({ outcome }: Pick<DeliveryResult, "outcome">): boolean {
    if (this.#of === undefined || (this.#of === "calls" && !isAnswered(outcome))) return false;
    this.#of = undefined;
    return true;
  }
}
