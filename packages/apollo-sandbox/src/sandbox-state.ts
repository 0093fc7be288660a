import type { ChangeFeed } from "./change-feed.js";
import type { Clock } from "./clock.js";
import { ContactStore } from "./contact-store.js";
import type { Endpoint } from "./endpoint.js";
import { FaultQueue } from "./fault-queue.js";
import type { Outage } from "./outage.js";
import type { Plan } from "./plan.js";
import { Quota, type DailyHeaders } from "./quota.js";
import { RequestLog } from "./request-log.js";

/** What a state begins with. */
export interface StateSettings {
  readonly clock: Clock;
  readonly plan: Plan;
  readonly planWithoutApi: boolean;
  readonly dailyHeaders: DailyHeaders;
  readonly matchDelayMs: number;
  readonly maxRequests: number;
  readonly feed: ChangeFeed;
}

/**
 * All that a reset forgets. A reset takes a new one instead of emptying the old one, so that a request which is under way
 * writes into what has been forgotten already, and not into the fresh start.
 */
export class SandboxState {
  readonly clock: Clock;
  readonly contacts: ContactStore;
  readonly quotas: Readonly<Record<Endpoint, Quota>>;
  readonly faults: Readonly<Record<Endpoint, FaultQueue>> = { contacts: new FaultQueue(), lists: new FaultQueue() };
  readonly requests: RequestLog;
  readonly planWithoutApi: boolean;
  /** `null` while Apollo is there. */
  outage: Outage | null = null;

  constructor({ clock, plan, planWithoutApi, dailyHeaders, matchDelayMs, maxRequests, feed }: StateSettings) {
    this.clock = clock;
    this.planWithoutApi = planWithoutApi;
    this.contacts = new ContactStore(clock, matchDelayMs, feed);
    const quota = () => new Quota(plan, clock, dailyHeaders);
    this.quotas = { contacts: quota(), lists: quota() };
    this.requests = new RequestLog(clock, maxRequests, feed);
  }
}
