import { ConnectionError, InvalidRequestError, RateLimitError, TimeoutError } from "@datafly/apollo-client";
import type { ApolloConnector, Decision, Outcome } from "@datafly/signal-apollo-connector";

/** What becomes of one call of an event. */
export type Answer = "delivered" | "lost_before_write" | "lost_after_write" | "refused" | "throttled" | "unreachable";

/** An event of the small world; it tells itself what is to become of it. */
export interface SmallEvent {
  readonly position: number;
  readonly kind: "lead" | "dropped" | "rejected";
  readonly person: string;
  /** What its calls come to, one after the other; those after the last are delivered. */
  readonly answers: readonly Answer[];
}

/** A program that calls, and may be dead before it has its answer. */
interface Life {
  /** A call is on its way: resolves when it arrives; `false` if the program died before it was sent. */
  arrive(): Promise<boolean>;
  /** Waits until the next thing happens; `false` if the program is dead by then. */
  step(): Promise<boolean>;
}

/** An Apollo that fits on a page, and remembers what it must not have seen. */
export class SmallWorld {
  readonly #deduplicate: boolean;
  readonly #calls = new Map<number, number>();
  /** Events of which a call may have been carried out, as far as the program could know. */
  readonly #mayBeThere = new Set<number>();
  /** The events of which the program was told that they are delivered. */
  readonly delivered = new Set<number>();
  /** How often each event was written. */
  readonly writes = new Map<number, number>();
  /** The event that each person was written with last. */
  readonly lastOf = new Map<string, number>();
  /** Broken rules, in sentences. */
  readonly broken: string[] = [];

  constructor(deduplicate: boolean) {
    this.#deduplicate = deduplicate;
  }

  /** A connector to this world, for one life of the program. */
  connector(life: Life): ApolloConnector {
    const events = new Map<Decision, SmallEvent>();
    const plan = (event: unknown) => {
      const small = event as SmallEvent;
      const decision = decisionOn(small);
      events.set(decision, small);
      return decision;
    };
    const send = (decision: Decision): Promise<Outcome> => {
      const event = events.get(decision);
      if (decision.action === "drop") return Promise.resolve({ status: "dropped", reason: decision.reason });
      if (decision.action === "reject") return Promise.resolve({ status: "rejected", ...decision });
      if (event === undefined) throw new Error("A decision that nobody has made");
      return this.#call(event, life);
    };
    return { plan, send, deliver: (event) => send(plan(event)), check: () => Promise.resolve({ status: "ok" }) };
  }

  async #call({ position, person, answers }: SmallEvent, life: Life): Promise<Outcome> {
    if (!(await life.arrive())) return failed("unreachable");
    if (!this.#deduplicate && this.#mayBeThere.has(position)) this.broken.push(`${position} was attempted twice.`);
    this.#mayBeThere.add(position);
    const call = this.#calls.get(position) ?? 0;
    this.#calls.set(position, call + 1);
    const answer = answers[call] ?? "delivered";
    if (answer === "delivered" || answer === "lost_after_write") {
      this.writes.set(position, (this.writes.get(position) ?? 0) + 1);
      this.lastOf.set(person, position);
    }
    // From here on the answer is under way to a program that may not live to see it.
    if (!(await life.step())) return failed("unreachable");
    if (answer === "delivered") {
      this.delivered.add(position);
      const rateLimit = { minute: null, hour: null, day: null };
      return {
        status: "delivered",
        contactId: String(position),
        httpStatus: 200,
        attempts: 1,
        warnings: [],
        rateLimit,
      };
    }
    if (answer !== "lost_before_write" && answer !== "lost_after_write") this.#mayBeThere.delete(position);
    return failed(answer);
  }
}

function decisionOn({ kind, person }: SmallEvent): Decision {
  switch (kind) {
    case "lead":
      return { action: "deliver", contact: { first_name: "Ada", last_name: "Byron", email: person }, warnings: [] };
    case "dropped":
      return { action: "drop", reason: "consent_denied" };
    case "rejected":
      return { action: "reject", reason: "missing_name", issues: [] };
  }
}

function failed(answer: Exclude<Answer, "delivered">): Outcome {
  const details = { message: answer, maybeDelivered: false, attempts: 1 };
  const lost = { ...details, maybeDelivered: true };
  const base = { status: "failed", warnings: [] } as const;
  switch (answer) {
    case "lost_before_write":
    case "lost_after_write":
      return { ...base, reason: "timed_out", error: new TimeoutError(lost) };
    case "refused":
      return { ...base, reason: "invalid_contact", error: new InvalidRequestError({ ...details, status: 422 }) };
    case "throttled": {
      const error = new RateLimitError({ ...details, status: 429, retryAfterMs: 50 });
      return { ...base, reason: "rate_limited", error };
    }
    case "unreachable":
      return { ...base, reason: "connection_failed", error: new ConnectionError(details) };
  }
}
