import type { Connector } from "../connector/connector.js";
import type { FailureClass } from "../connector/failure-class.js";

/** What a connector under test is to be connected to. */
export interface ConformanceTarget {
  /** The address of the suite's server, without a slash at its end: `http://127.0.0.1:4711`. Add the path of your vendor's API. */
  readonly baseUrl: string;
  /** A made-up credential. Use it as the key, token or password; the suite looks for it in everything that the connector returns. */
  readonly secret: string;
  /** How long a call may take, in milliseconds, until its answer has been read. */
  readonly timeoutMs: number;
}

/** Makes the connector under test. Called once per case. */
export type ConnectorFactory<Payload> = (target: ConformanceTarget) => Connector<Payload> | Promise<Connector<Payload>>;

/** An answer of the vendor. */
export interface VendorAnswer {
  /** The HTTP status. */
  readonly status: number;
  /** Headers, beside `content-type`. */
  readonly headers?: Readonly<Record<string, string>>;
  /** The body: a text as it is, anything else as JSON. Without it the answer has no body. */
  readonly body?: unknown;
}

/** What the suite has to know of the vendor, to play it. */
export interface VendorServer {
  /** How the vendor answers when it has written the record. */
  readonly written: VendorAnswer;
  /** How the vendor answers a check when all is well. Without it, only failing checks are tried. */
  readonly checked?: VendorAnswer;
  /**
   * The headers in which the vendor tells its quota; the suite fills them with lies.
   * @default names that many vendors use, such as `x-ratelimit-remaining`
   */
  readonly quotaHeaders?: readonly string[];
}

/** What an answer of a certain status means. */
export type StatusMeaning = "delivered" | { readonly class: FailureClass; readonly maybeDelivered: boolean };

/** What the suite has to know beside the connector. */
export interface ConformanceOptions {
  /**
   * Events that the connector delivers as they are, each with consent in `context.consent.canonical`. The more fields they fill, the
   * more is checked. Plain JSON; made-up people only.
   */
  readonly events: readonly [ConformanceEvent, ...ConformanceEvent[]];
  /** The vendor's answers. */
  readonly server: VendorServer;
  /**
   * Statuses that mean something else to your vendor than to others: `{ 409: "delivered" }` if it answers 409 for a record that is
   * there already.
   * @default {}
   */
  readonly statuses?: Readonly<Partial<Record<number, StatusMeaning>>>;
  /**
   * Fields of `trace` whose value is made from the event's value instead of being it: a label with a prefix, a code from a table. They
   * are left out of the check that normalisation is idempotent.
   * @default []
   */
  readonly derivedFields?: readonly string[];
  /**
   * The made-up credential, if your connector expects a certain form. At least 20 characters.
   * @default a text of letters, digits and a few signs
   */
  readonly secret?: string;
  /**
   * How many random events a case tries.
   * @default 200
   */
  readonly runs?: number;
  /**
   * Where the random events begin, to reproduce a failure: the seed that its message shows.
   * @default a seed that changes with each run
   */
  readonly seed?: number;
}

/** An example event: an object of plain JSON. */
export type ConformanceEvent = Readonly<Record<string, unknown>>;
