import type { Connector, SendResult } from "@datafly/signal-connector-kit";

import type { Io } from "../io.js";
import type { Watchdog } from "../watchdog.js";
import type { Pacer } from "../pace/pacer.js";
import type { EventRecord, EventSource } from "./event-source.js";
import type { DeadLetters } from "./dead-letter.js";
import type { LateWrites } from "./late-writes.js";
import type { Outage, ProbeResult } from "./outage.js";
import type { VendorContact } from "./vendor-contact.js";
import type { DeliveryResult } from "./delivery-result.js";

/** What a stream is delivered with. */
export interface StreamOptions extends EventSource {
  readonly connector: Connector;
  /** How often an event is sent before it is given up. A refusal for the quota does not count. */
  readonly maxAttempts: number;
  /** How long to wait after so many attempts, in milliseconds. */
  backoffMs(attempts: number): number;
  readonly pacer: Pacer;
  readonly deadLetters: DeadLetters;
  /** Is told which person an event is about, before it is delivered. */
  readonly onPerson?: ((person: string, record: EventRecord) => void) | undefined;
  /** Asks for a person's consent as it is now. Rejects while that cannot be asked. */
  readonly checkConsent?: ((event: unknown) => Promise<ConsentCheck>) | undefined;
  /** Keeps a record of what became of an event; what cannot be recorded does not count as settled. */
  readonly record?: ((event: DeliveryResult) => Promise<void>) | undefined;
  readonly io: Pick<Io, "now" | "sleep">;
  /** Is told which event is being planned. */
  readonly watchdog: Pick<Watchdog, "planning" | "planned">;
  /** What all streams of a worker know of the vendor. Default: this stream's own. */
  readonly vendorContact?: VendorContact;
  /** Tells an outage of the vendor from events at fault, for all streams of a worker. Default: this stream's own. */
  readonly outage?: Outage;
  /** Looks whether the vendor is there, without writing anything. Without it, the next event is the probe. */
  readonly probe?: ((signal: AbortSignal) => Promise<ProbeResult>) | undefined;
  /** Knows of which people a call may still be carried out that was given up. Default: this stream's own. */
  readonly lateWrites?: LateWrites;
  /**
   * How long all calls wait, in milliseconds, before one is made to see whether what had to be put right is right now. Without
   * it, the stream stops there.
   */
  readonly probeMs?: number | undefined;
  readonly observer: StreamObserver;
}

/** That the vendor is away. */
export interface Away {
  /** Since when, in milliseconds since 1970. */
  readonly since: number;
  /** When delivery stops unless it is back; infinite if it does not. */
  readonly until: number;
  /** How calls fail, in words without personal data. */
  readonly how: string;
}

/** What a consent store said of a person. */
export interface ConsentCheck {
  readonly granted: boolean;
  /** What it was read from and what it was, without personal data. */
  readonly evidence: string;
}

/** Who wants to know how a stream is doing. */
export interface StreamObserver {
  /** An event is settled. The stream goes on when this is done: a slow reader slows it down. */
  settled(event: DeliveryResult): Promise<void>;
  /** A call was made. */
  called(result: SendResult, durationMs: number): void;
  /** An event will be sent again. */
  retried(reason: string): void;
  /** The vendor is away: no call succeeds, and no event is at fault. Told again with each failed probe. */
  away(away: Away): void;
  /** The vendor is back. */
  recovered(): void;
  /** A call was refused for the quota; with how long the vendor asked to wait, and its own words, if it said either. */
  throttled(retryAfterMs: number | undefined, vendorMessage: string | undefined): void;
  /** The consent store cannot be asked. That it can again, only the store itself can tell. */
  consentUnavailable(problem: string): void;
  /** The stream stops: something has to be put right first. */
  stopped(problem: string): void;
  /** A call was refused, and all would be, until something is put right. The stream goes on and tries now and then. */
  refused(problem: string): void;
}
