import type { Clock } from "./clock.js";
import type { FaultKind } from "./fault.js";
import type { MatchReason } from "./match-rules.js";

/**
 * What became of a request: still `pending`; a contact `created` or `matched` (that is, updated); `refused` with nothing
 * written; or `not_processed`, since a fault struck before it was looked at.
 */
export type RequestOutcome = "pending" | "created" | "matched" | "refused" | "not_processed";

/** One request as the sandbox remembers it. It holds no header but the content type, and no key. */
export interface RecordedRequest {
  /** Counts from 1, in the order of arrival. */
  readonly number: number;
  /** When it arrived, as an ISO 8601 timestamp. */
  readonly at: string;
  readonly method: string;
  /** Without the query string. */
  readonly path: string;
  /** The content type of the request. */
  readonly contentType: string | null;
  /** The body, if it was JSON; otherwise `null`. */
  readonly body: unknown;
  /** The status of the answer; `null` if the connection was reset, or nothing has been answered yet. */
  readonly status: number | null;
  readonly outcome: RequestOutcome;
  /** The contact that was written. */
  readonly contactId?: string;
  /** What the contact was found by. */
  readonly matchReason?: MatchReason;
  /** The fault that struck. */
  readonly fault?: FaultKind;
  /** Milliseconds until the answer was sent; `null` while nothing has been. */
  readonly durationMs: number | null;
}

/** What is known of a request when it arrives. */
export type ArrivedRequest = Pick<RecordedRequest, "method" | "path" | "contentType" | "body">;

/** What the sandbox learns of a request afterwards. */
export type RequestProgress = Partial<
  Pick<RecordedRequest, "status" | "outcome" | "contactId" | "matchReason" | "fault">
>;

/** The requests of late, oldest first. */
export class RequestLog {
  readonly #clock: Clock;
  readonly #maxRequests: number;
  readonly #requests = new Map<number, RecordedRequest>();
  #arrived = 0;

  constructor(clock: Clock, maxRequests: number) {
    this.#clock = clock;
    this.#maxRequests = maxRequests;
  }

  all(): readonly RecordedRequest[] {
    return [...this.#requests.values()];
  }

  /** Remembers a request, and forgets the oldest one if there are too many. Returns its number. */
  arrive(request: ArrivedRequest): number {
    this.#arrived += 1;
    const number = this.#arrived;
    const at = new Date(this.#clock.now()).toISOString();
    this.#requests.set(number, { number, at, ...request, status: null, outcome: "pending", durationMs: null });
    if (this.#requests.size > this.#maxRequests) this.#requests.delete(number - this.#maxRequests);
    return number;
  }

  /** Adds to what is known of a request, unless it has been forgotten. */
  update(number: number, progress: RequestProgress): void {
    const request = this.#requests.get(number);
    if (request !== undefined) this.#requests.set(number, { ...request, ...progress });
  }

  /** Notes that a request has been answered, with a status, or with `null` for a reset connection. */
  answered(number: number, status: number | null): void {
    const request = this.#requests.get(number);
    if (request === undefined) return;
    const durationMs = this.#clock.now() - Date.parse(request.at);
    this.#requests.set(number, { ...request, status, durationMs });
  }
}
