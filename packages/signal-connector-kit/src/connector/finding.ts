/** A row of a troubleshooting table, as the vendor's page in Signal's documentation has it. */
export interface TroubleshootingRow {
  /** What is seen: `401 / 403`. */
  readonly symptom: string;
  /** What it most likely comes from. */
  readonly likelyCause: string;
  /** What to do. */
  readonly fix: string;
}

/** One result of a check before the first delivery. Holds no secret and no personal data. */
export interface Finding {
  /** What was checked, in one word: `key`, `address`. */
  readonly check: string;
  /** `note`: right only if it is intended. `unknown`: it cannot be known without writing. `failed`: nothing would be delivered. */
  readonly result: "ok" | "note" | "unknown" | "failed";
  /** A sentence or two. */
  readonly message: string;
  /** The row of the troubleshooting table that fits. */
  readonly row?: TroubleshootingRow | undefined;
  /** What to do, if no row fits. */
  readonly fix?: string | undefined;
  /** Why the check failed: a name of the vendor's table of failures. */
  readonly reason?: string | undefined;
  /** The HTTP status of that check, if it was answered. */
  readonly httpStatus?: number | undefined;
}
