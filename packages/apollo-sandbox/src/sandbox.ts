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

/** How a sandbox is to be. Every option has a default. */
export interface SandboxOptions {
  /**
   * The port to listen on; 0 takes any that is free.
   * @defaultValue 0
   */
  readonly port?: number;
  /**
   * The address to listen on.
   * @defaultValue "127.0.0.1"
   */
  readonly host?: string;
  /**
   * The plan, by name or by its limits, whose quota applies.
   * @defaultValue "professional"
   */
  readonly plan?: PlanName | Plan;
  /**
   * Whether the plan has no access to the API: creating or showing a contact is answered with 403, and a key can still be checked.
   * @defaultValue false
   */
  readonly planWithoutApi?: boolean;
  /**
   * The keys that are known, and what each may do.
   * @defaultValue `sandbox-key`, which may create and show contacts and add them to lists, `sandbox-key-without-lists`, which may not add
   * them to lists, and `sandbox-key-without-scope`, which may do nothing of that
   */
  readonly keys?: Readonly<Record<string, KeyScopes>>;
  /**
   * How long after the look for a match the contact is written, in milliseconds. In between, other requests do not see it.
   * At most 2^31 − 1, the longest that a timer can wait.
   * @defaultValue 10
   */
  readonly matchDelayMs?: number;
  /**
   * Where the time comes from.
   * @defaultValue real time
   */
  readonly clock?: Clock;
  /**
   * How many requests are remembered; the oldest are forgotten first.
   * @defaultValue 10_000
   */
  readonly maxRequests?: number;
  /**
   * How the headers of the 24-hour window are spelt.
   * @defaultValue "24-hour"
   */
  readonly dailyHeaders?: DailyHeaders;
}

/** A running sandbox. */
export interface Sandbox {
  /** The base URL to give to a client, `http://127.0.0.1:PORT/api/v1`. */
  readonly url: string;
  /** The base URL of the admin API, `http://127.0.0.1:PORT/_sandbox`. */
  readonly adminUrl: string;
  /** The page that shows what the sandbox holds, for a browser, `http://127.0.0.1:PORT/_sandbox/`. */
  readonly pageUrl: string;
  /** A key that may create contacts. */
  readonly apiKey: string;
  /** Copies of the contacts that are stored, in the order of their creation. They hold more than an answer shows: the website. */
  contacts(): StoredContact[];
  /** Copies of the lists that there are. */
  labels(): Label[];
  /** The requests to Apollo's API of late, oldest first. */
  requests(): RecordedRequest[];
  /**
   * The state of the three quota windows of an endpoint, by default of the one that creates contacts.
   * @throws InvalidInputError if it is not an endpoint.
   */
  usage(endpoint?: Endpoint): QuotaUsage;
  /**
   * Plants a fault for the next request to an endpoint, or the next `times` of them (1 by default). Faults strike in
   * the order in which they were planted. Without an endpoint they strike requests to create a contact.
   * @throws InvalidInputError if it is not a fault or an endpoint, or `times` not a whole number from 1 up.
   */
  failNext(fault: Fault, times?: number, endpoint?: Endpoint): void;
  /**
   * Takes Apollo's API away: every request is answered with a gateway's page of 503, or as `outage` says, until
   * {@link Sandbox.endOutage}. Planted faults wait until then. Another call changes the outage.
   * @throws InvalidInputError if it does not describe an outage.
   */
  startOutage(outage?: Outage): void;
  /** Brings Apollo's API back. Does nothing if there is no outage. */
  endOutage(): void;
  /**
   * Changes the plan, for one endpoint or for all. What has been used of the quota stays used.
   * @throws InvalidInputError if it is not a plan or an endpoint.
   */
  usePlan(plan: PlanName | Plan, endpoint?: Endpoint): void;
  /**
   * Stores a contact that is to be there already, and returns it. No request is recorded and no quota used.
   * @throws InvalidInputError if a value does not fit its field or holds a key, or the id is taken.
   */
  addContact(fields: SeedContact): StoredContact;
  /** Forgets contacts, lists, requests, usage and planted faults, ends an outage, and returns to the initial plan. */
  reset(): void;
  /** Ends all connections, stalled ones too, and stops listening. */
  close(): Promise<void>;
}
