import type { Fault } from "./fault.js";

/** A fault that waits for requests to strike. */
export interface PlantedFault {
  readonly fault: Fault;
  /** How many requests it is still to strike. */
  readonly times: number;
}

/** The faults to come, each for a number of requests, in the order in which they were planted. */
export class FaultQueue {
  readonly #planted: { readonly fault: Fault; times: number }[] = [];

  all(): readonly PlantedFault[] {
    return this.#planted;
  }

  plant(fault: Fault, times: number): void {
    this.#planted.push({ fault, times });
  }

  /** The fault that strikes this request, if one is left. */
  take(): Fault | undefined {
    const first = this.#planted[0];
    if (first === undefined) return undefined;
    first.times -= 1;
    if (first.times === 0) this.#planted.shift();
    return first.fault;
  }
}
