import type { FailureReason } from "@datafly/signal-apollo-connector";

import type { TroubleshootingRow } from "./troubleshooting.js";

/** One result of `signal-apollo check`. Holds no key and no personal data. */
export interface Finding {
  /** What was checked. */
  readonly check:
    | "settings"
    | "names"
    | "deduplication"
    | "lists"
    | "address"
    | "key"
    | "scope"
    | "quota"
    | "consent_store"
    | "kafka";
  /** `note`: right only if you mean it. `unknown`: it cannot be known without writing. `failed`: leads would not be delivered. */
  readonly result: "ok" | "note" | "unknown" | "failed";
  /** A sentence or two. */
  readonly message: string;
  /** The row of the troubleshooting table that fits. */
  readonly row?: TroubleshootingRow;
  /** What to do, if no row fits. */
  readonly fix?: string;
  /** Why the check of the key failed. */
  readonly reason?: FailureReason;
  /** The HTTP status of that check, if it was answered. */
  readonly httpStatus?: number;
}
