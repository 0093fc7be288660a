import type { ChangeFeed } from "./change-feed.js";
import type { Clock } from "./clock.js";
import type { FaultKind } from "./fault.js";
import type { FieldChange } from "./field-change.js";
import type { MatchReason } from "./match-rules.js";

/**
 * The outcome of a request: still `pending`; a contact `created` or `matched` (that is, updated); contacts `listed`, that is, added to lists; a key `checked`; a contact
 * `shown`; `refused`, with nothing written; or `not_processed`, because a fault or an outage struck first.
 */
export type RequestOutcome =
  "pending" | "created" | "matched" | "listed" | "checked" | "shown" | "refused" | "not_processed";

/** A response in the request log. It contains no key, and no headers except the content type. */
export interface RecordedAnswer {
  /** The content type of the response. */
  readonly contentType: string | null;
  /** The body as text, at most its first 8,192 characters. */
  readonly body: string;
  /** Whether the body was longer. */
  readonly cut: boolean;
}

/** One request in the request log. It contains no key, and no headers except the content type. */
export interface RecordedRequest {
  /** Counts from 1, in the order of arrival. */
  readonly number: number;
  /** When it arrived, as an ISO 8601 timestamp. */
  readonly at: string;
  /** The HTTP method. */
  readonly method: string;
  /** The path, without the query string. */
  readonly path: string;
  /** The content type of the request. */
  readonly contentType: string | null;
  /** The body, if it was JSON; otherwise `null`. */
  readonly body: unknown;
  /** The status of the response; `null` if the connection was reset, or there is no response yet. */
  readonly status: number | null;
  /** The response; `null` if the connection was reset, or there is no response yet. */
  readonly answer: RecordedAnswer | null;
  /** The outcome of the request. */
  readonly outcome: RequestOutcome;
  /** The contact that was written, or the first that was added to lists. */
  readonly contactId?: string;
  /** The rule by which the contact was found. */
  readonly matchReason?: MatchReason;
  /** The fields of the contact that changed. Present whenever a contact was written. */
  readonly changes?: readonly FieldChange[];
  /** The fault that struck, or `outage`. */
  readonly fault?: FaultKind | "outage";
  /** Milliseconds until the response was sent; `null` until then. */
  readonly durationMs: number | null;
}

/** What is known of a request when it arrives. */
export type ArrivedRequest = Pick<RecordedRequest, "method" | "path" | "contentType" | "body">;

/** What the sandbox learns of a request afterwards. */
export type RequestProgress = Partial<
  Pick<RecordedRequest, "outcome" | "contactId" | "matchReason" | "changes" | "fault">
>;

/** The requests of late, oldest first. */
export class RequestLog {
  readonly #clock: Clock;
  readonly #maxRequests: number;
  readonly #feed: ChangeFeed;
  readonly #requests = new Map<number, RecordedRequest>();
  #arrived = 0;

  constructor(clock: Clock, maxRequests: number, feed: ChangeFeed) {
    this.#clock = clock;
    this.#maxRequests = maxRequests;
    this.#feed = feed;
  }

  all(): readonly RecordedRequest[] {
    return [...this.#requests.values()];
  }

  /** The request with this number, unless it has been forgotten. */
  get(number: number): RecordedRequest | undefined {
    return this.#requests.get(number);
  }

  /** The number of the oldest request that may be remembered. */
  get oldest(): number {
    return Math.max(1, this.#arrived - this.#maxRequests + 1);
  }

  /** Remembers a request, and forgets the oldest one if there are too many. Returns its number. */
  arrive(request: ArrivedRequest): number {
    this.#arrived += 1;
    const number = this.#arrived;
    const at = new Date(this.#clock.now()).toISOString();
    this.#set({ number, at, ...request, status: null, answer: null, outcome: "pending", durationMs: null });
    if (this.#requests.size > this.#maxRequests) this.#requests.delete(number - this.#maxRequests);
    return number;
  }

  /** Adds to what is known of a request, unless it has been forgotten. */
  update(number: number, progress: RequestProgress): void {
    const request = this.#requests.get(number);
    if (request !== undefined) this.#set({ ...request, ...progress });
  }

  /** Notes that a request has been answered, or that its connection has been reset: then both are `null`. */
  answered(number: number, status: number | null, answer: RecordedAnswer | null): void {
    const request = this.#requests.get(number);
    if (request === undefined) return;
    const durationMs = this.#clock.now() - Date.parse(request.at);
    this.#set({ ...request, status, answer, durationMs });
  }

  #set(request: RecordedRequest): void {
    this.#requests.set(request.number, request);
    this.#feed.requestChanged(request.number);
  }
}
