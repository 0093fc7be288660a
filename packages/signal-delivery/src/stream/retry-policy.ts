import type { FailureClass, SendFailed, Vendor } from "@datafly/signal-connector-kit";

/** The class of a reason by the vendor's table. A reason that is not in it is kept for a person to look at. */
export function classOf({ failures }: Vendor, reason: string): FailureClass {
  return failures[reason]?.class ?? "final";
}

/**
 * The class of a failure.
 *
 * An uncertain insert is final: it may have been delivered, and unless the connector is idempotent a retry could make a second record. A host that was never reached, not once
 * since the start, is a wrong address more likely than an outage.
 */
export function classify(
  { reason, maybeDelivered, httpStatus }: SendFailed,
  { vendor, idempotent }: { readonly vendor: Vendor; readonly idempotent: boolean },
  reached: boolean,
): FailureClass {
  const failureClass = classOf(vendor, reason);
  if (failureClass !== "transient" && failureClass !== "interrupted") return failureClass;
  if (maybeDelivered) return idempotent ? failureClass : "final";
  return failureClass === "transient" && httpStatus === undefined && !reached ? "setup" : failureClass;
}

/** Whether the connection broke, or no answer came in time, after something may have been sent. */
export function isUnanswered({ reason, maybeDelivered, httpStatus }: SendFailed, vendor: Vendor): boolean {
  return httpStatus === undefined && maybeDelivered && classOf(vendor, reason) === "transient";
}

/** A failure in words. The vendor's own can repeat the event: only dead letters hold them, and problems of the settings. */
export function withVendorWords({ message, vendorMessage }: SendFailed, { name }: Vendor): string {
  return vendorMessage === undefined ? message : `${message} ${name} says: ${vendorMessage}`;
}

/** The longest wait before a retry, in milliseconds. */
const MAX_BACKOFF_MS = 8_000;

/**
 * How long to wait before a retry, in milliseconds: exponential and capped, with full jitter, so that events which failed together are
 * not retried together.
 *
 * @param failures how many attempts have failed, from 1
 * @param random a number from 0 up to, but not including, 1
 * @param baseMs the longest wait after the first failure
 */
export function backoffMs(failures: number, random: () => number, baseMs: number): number {
  return Math.round(random() * Math.min(MAX_BACKOFF_MS, baseMs * 2 ** (failures - 1)));
}
