import type { Label } from "@datafly/apollo-client";

import type { Clock } from "./clock.js";
import type { Endpoint } from "./endpoint.js";
import type { Fault } from "./fault.js";
import type { KeyScopes } from "./key-ring.js";
import type { Outage } from "./outage.js";
import type { Plan, PlanName } from "./plan.js";
import type { DailyHeaders, QuotaUsage } from "./quota.js";
import type { RecordedRequest } from "./request-log.js";
import type { SeedContact } from "./seed-contact.js";
import type { StoredContact } from "./stored-contact.js";

/** The options of a sandbox. Every option has a default. */
export interface SandboxOptions {
  /**
   * The port to listen on; 0 for any free port.
   * @defaultValue 0
   */
  readonly port?: number;
  /**
   * The address to listen on.
   * @defaultValue "127.0.0.1"
   */
  readonly host?: string;
  /**
   * The plan whose quota applies, by name or by its limits.
   * @defaultValue "professional"
   */
  readonly plan?: PlanName | Plan;
  /**
   * Whether the plan has no API access: creating or showing a contact gets 403, but a key can still be checked.
   * @defaultValue false
   */
  readonly planWithoutApi?: boolean;
  /**
   * The valid keys and their scopes.
   * @defaultValue `sandbox-key`, which may create and show contacts and add them to lists, `sandbox-key-without-lists`, which may not add
   * them to lists, and `sandbox-key-without-scope`, which may do none of these
   */
  readonly keys?: Readonly<Record<string, KeyScopes>>;
  /**
   * Milliseconds between the match lookup and the write. In between, other requests do not see the contact.
   * At most 2^31 − 1, the longest that a timer can wait.
   * @defaultValue 10
   */
  readonly matchDelayMs?: number;
  /**
   * The source of time.
   * @defaultValue real time
   */
  readonly clock?: Clock;
  /**
   * Maximum number of requests to remember; the oldest are forgotten first.
   * @defaultValue 10_000
   */
  readonly maxRequests?: number;
  /**
   * The spelling of the 24-hour window's headers.
   * @defaultValue "24-hour"
   */
  readonly dailyHeaders?: DailyHeaders;
}

/** A running sandbox. */
export interface Sandbox {
  /** The base URL for a client, `http://127.0.0.1:PORT/api/v1`. */
  readonly url: string;
  /** The base URL of the admin API, `http://127.0.0.1:PORT/_sandbox`. */
  readonly adminUrl: string;
  /** The page that shows the sandbox's data in a browser, `http://127.0.0.1:PORT/_sandbox/`. */
  readonly pageUrl: string;
  /** A key that may create contacts. */
  readonly apiKey: string;
  /** Returns copies of the stored contacts, in the order of their creation. They also have the website, which no response shows. */
  contacts(): StoredContact[];
  /** Returns copies of the lists. */
  labels(): Label[];
  /** Returns the latest requests to Apollo's API, oldest first. */
  requests(): RecordedRequest[];
  /**
   * The state of the three quota windows of an endpoint, by default of the one that creates contacts.
   * @throws InvalidInputError if it is not an endpoint.
   */
  usage(endpoint?: Endpoint): QuotaUsage;
  /**
   * Plants a fault for the next request to an endpoint, or the next `times` of them (1 by default). Faults strike in
   * the order in which they were planted. Without an endpoint they strike requests to create a contact.
   * @throws InvalidInputError if it is not a fault or an endpoint, or if `times` is not a whole number of at least 1.
   */
  failNext(fault: Fault, times?: number, endpoint?: Endpoint): void;
  /**
   * Starts an outage of Apollo's API: every request gets a gateway's page with 503, or what `outage` says, until
   * {@link Sandbox.endOutage}. Planted faults wait until then. Another call changes the outage.
   * @throws InvalidInputError if it does not describe an outage.
   */
  startOutage(outage?: Outage): void;
  /** Ends the outage. Does nothing if there is none. */
  endOutage(): void;
  /**
   * Changes the plan, for one endpoint or for all. Calls already counted stay counted.
   * @throws InvalidInputError if it is not a plan or an endpoint.
   */
  usePlan(plan: PlanName | Plan, endpoint?: Endpoint): void;
  /**
   * Stores a contact to start with, and returns it. Records no request and uses no quota.
   * @throws InvalidInputError if a value does not fit its field or contains a key, or if the id is taken.
   */
  addContact(fields: SeedContact): StoredContact;
  /** Forgets contacts, lists, requests, usage and planted faults, ends an outage, and restores the initial plan. */
  reset(): void;
  /** Closes all connections, including stalled ones, and stops listening. */
  close(): Promise<void>;
}
