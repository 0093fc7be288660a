import type { ChildProcess } from "node:child_process";

import type { ConformanceEvent, VendorServer } from "./conformance-options.js";
import type { SeenRequest } from "./hostile-server.js";

/** What one run of a delivery program is started with. */
export interface DeliveryRun {
  /** The path of the file of events, as NDJSON. The same for each run, so that a run resumes the one before. */
  readonly file: string;
  /** The address of the suite's server, without a slash at its end. */
  readonly baseUrl: string;
  /** A made-up credential. */
  readonly secret: string;
}

/** One of several events of a person, both counted from 0. */
export interface Lead {
  readonly person: number;
  readonly step: number;
}

/** What the suite has to know of a delivery program. */
export interface DeliveryConformanceOptions {
  /**
   * Starts a delivery of the file. Start the program itself, and not a shell or package manager that starts it: the suite kills the
   * process. Let it keep its journal between runs.
   */
  readonly start: (run: DeliveryRun) => ChildProcess;
  /**
   * Makes an event that is delivered, with consent. It must show in the request of which person and step it is. The suite sets its
   * `messageId`.
   */
  readonly event: (lead: Lead) => ConformanceEvent;
  /** Reads of a request which event it delivers; `undefined` of a request that delivers none, such as a check. */
  readonly leadOf: (request: SeenRequest) => Lead | undefined;
  /** The vendor's answers. */
  readonly server: Pick<VendorServer, "checked" | "written">;
  /** Whether the connector is idempotent, so that a call whose result was lost is retried. If not, its event becomes a dead letter. */
  readonly idempotent: boolean;
  /**
   * The path of the file of dead letters, by that of the events. A dead letter holds the event, with its `messageId`.
   * @default the events' path, followed by `.dead-letters.ndjson`
   */
  readonly deadLettersOf?: (file: string) => string;
}
