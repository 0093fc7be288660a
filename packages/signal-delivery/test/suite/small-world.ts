import type { Connector, Decision, SendFailed, SendResult } from "@datafly/signal-connector-kit";

import { APOLLO } from "../../../signal-apollo-worker/src/apollo-connector.js";

/** What becomes of one call of an event. */
export type Answer = "delivered" | "lost_before_write" | "lost_after_write" | "refused" | "throttled" | "unreachable";

/** An event of the small world; it tells itself what is to become of it. */
export interface SmallEvent {
  readonly position: number;
  readonly kind: "lead" | "dropped" | "rejected";
  readonly person: string;
  /** What its calls come to, one after the other; those after the last are delivered. */
  readonly answers: readonly Answer[];
  /** The same of a second call, which adds the record to lists; not there if it is on none. */
  readonly listAnswers?: readonly Answer[] | undefined;
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
  readonly #listCalls = new Map<number, number>();
  /** The events whose record was added to its lists. */
  readonly listed = new Set<number>();
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
  connector(life: Life): Connector {
    return {
      vendor: APOLLO,
      purpose: "marketing",
      events: [],
      idempotent: this.#deduplicate,
      plan: (event) => decisionOn(event as SmallEvent),
      send: ({ payload }, { resume } = {}) =>
        resume === undefined
          ? this.#call(payload as SmallEvent, life)
          : this.#addToLists(payload as SmallEvent, resume, life),
      check: () => Promise.resolve({ status: "ok" }),
    };
  }

  /** May be done twice, whatever the settings say. */
  async #addToLists({ position, listAnswers = [] }: SmallEvent, resume: string, life: Life): Promise<SendResult> {
    if (!(await life.arrive())) return failed("unreachable");
    if (resume !== `id-${position}` || !this.writes.has(position)) this.broken.push(`${position} was not written.`);
    const call = this.#listCalls.get(position) ?? 0;
    this.#listCalls.set(position, call + 1);
    const answer = listAnswers[call] ?? "delivered";
    if (answer === "delivered" || answer === "lost_after_write") this.listed.add(position);
    if (!(await life.step())) return failed("unreachable");
    if (answer !== "delivered") return failed(answer);
    this.delivered.add(position);
    return { status: "delivered", recordId: resume, httpStatus: 200, warnings: [] };
  }

  async #call({ position, person, answers, listAnswers }: SmallEvent, life: Life): Promise<SendResult> {
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
      if (listAnswers !== undefined)
        return { status: "partial", resume: `id-${position}`, httpStatus: 200, warnings: [] };
      this.delivered.add(position);
      return { status: "delivered", recordId: String(position), httpStatus: 200, warnings: [] };
    }
    if (answer !== "lost_before_write" && answer !== "lost_after_write") this.#mayBeThere.delete(position);
    return failed(answer);
  }
}

function decisionOn(event: SmallEvent): Decision<SmallEvent> {
  switch (event.kind) {
    case "lead":
      return { action: "deliver", payload: event, person: event.person, warnings: [] };
    case "dropped":
      return { action: "drop", reason: "consent_denied" };
    case "rejected":
      return { action: "reject", reason: "missing_name", issues: [] };
  }
}

function failed(answer: Exclude<Answer, "delivered">): SendFailed {
  const facts = { status: "failed", message: answer, maybeDelivered: false, warnings: [] } as const;
  switch (answer) {
    case "lost_before_write":
    case "lost_after_write":
      return { ...facts, reason: "timed_out", maybeDelivered: true };
    case "refused":
      return { ...facts, reason: "invalid_contact", httpStatus: 422 };
    case "throttled":
      return { ...facts, reason: "rate_limited", httpStatus: 429, retryAfterMs: 50 };
    case "unreachable":
      return { ...facts, reason: "connection_failed" };
  }
}
