import type { FailureClass } from "@datafly/signal-connector-kit";

import type { Wait } from "../pace/pacer.js";
import type { DeliveryResult } from "../stream/delivery-result.js";
import { isLoggableName } from "../stream/loggable-name.js";

/** All that a line of the log may tell beside its message. None of it tells of a person. */
export interface LogFields {
  readonly partition?: DeliveryResult["partition"] | undefined;
  readonly position?: DeliveryResult["position"] | undefined;
  readonly messageId?: DeliveryResult["messageId"] | undefined;
  /** The event's name, such as `Demo Requested`. */
  readonly event?: DeliveryResult["event"] | undefined;
  readonly status?: DeliveryResult["outcome"]["status"] | undefined;
  readonly reason?: string | undefined;
  readonly class?: FailureClass | undefined;
  readonly httpStatus?: number | undefined;
  readonly attempts?: number | undefined;
  /** The quota window that is waited for. */
  readonly window?: Wait["window"] | undefined;
  /** Until when something lasts, in milliseconds since 1970. */
  readonly until?: number | undefined;
}

const isNumber = (value: unknown) => typeof value === "number" && Number.isFinite(value);
const isWord = (value: unknown) => typeof value === "string" && /^[A-Za-z_]{1,40}$/.test(value);
const isName = (value: unknown) => value === null || (typeof value === "string" && isLoggableName(value));
const isPosition = (value: unknown) => isNumber(value) || isName(value);

const CHECKS: Readonly<Record<keyof LogFields, (value: unknown) => boolean>> = {
  partition: isNumber,
  position: isPosition,
  messageId: isName,
  event: isName,
  status: isWord,
  reason: isWord,
  class: isWord,
  httpStatus: isNumber,
  attempts: isNumber,
  window: isWord,
  until: isNumber,
};

/** The names of the fields that a line of the log may have. */
export const LOG_FIELD_NAMES = Object.keys(CHECKS) as readonly (keyof LogFields)[];

/** What of an object may be logged. The types say so too, but a spread gets past them. */
export function loggable(fields: object): Record<string, unknown> {
  const given = new Map<string, unknown>(Object.entries(fields));
  const allowed: Record<string, unknown> = {};
  for (const name of LOG_FIELD_NAMES) {
    const value = given.get(name);
    if (CHECKS[name](value)) allowed[name] = value;
  }
  return allowed;
}
