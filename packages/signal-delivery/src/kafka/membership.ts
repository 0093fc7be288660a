import type { Assignment } from "./assignment.js";

/** What a membership is made with. */
export interface MembershipOptions {
  /** Milliseconds of a clock that is never set. */
  readonly monotonicMs: () => number;
  /** After how long without a heartbeat the group gives the partitions to others, in milliseconds. */
  readonly sessionTimeoutMs: number;
}

/**
 * Without a heartbeat for this part of a session, the partitions count as somebody else's: a little before the broker thinks so,
 * too.
 */
const LEASE = 0.8;

/** A worker's membership of its group: what it was given last, and the lease of it, which each heartbeat renews. */
export class Membership {
  readonly #options: MembershipOptions;
  #assignment: Assignment | undefined;
  #aliveAt = 0;
  #joins = 0;

  constructor(options: MembershipOptions) {
    this.#options = options;
  }

  /** What the group has given the worker, if it has joined. */
  get assignment(): Assignment | undefined {
    return this.#assignment;
  }

  /** How many times the worker has joined. */
  get joins(): number {
    return this.#joins;
  }

  /** The group has given the worker these partitions, and taken all that it had. */
  joined(assignment: Assignment): void {
    this.#joins += 1;
    this.#assignment = assignment;
    this.renew();
  }

  /** The group has answered. */
  renew(): void {
    this.#aliveAt = this.#options.monotonicMs();
  }

  /** Whether the group has answered lately. */
  isAlive(): boolean {
    return this.#options.monotonicMs() - this.#aliveAt < this.#options.sessionTimeoutMs * LEASE;
  }

  /** Whether an assignment is the last one. */
  isCurrent(assignment: Assignment): boolean {
    return this.#assignment === assignment;
  }

  /** The fence: whether what was given with an assignment may still be sent and committed. */
  holds(assignment: Assignment): boolean {
    return this.isAlive() && this.isCurrent(assignment);
  }
}
