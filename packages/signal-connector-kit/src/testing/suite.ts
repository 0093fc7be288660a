import type { Connector } from "../connector/connector.js";
import type { DeliverDecision } from "../decision/decision.js";
import { ensure } from "./conformance-case.js";
import type { ConformanceEvent, ConformanceOptions, ConnectorFactory } from "./conformance-options.js";

/** Long enough for any computer that is only slow. */
const PATIENT_TIMEOUT_MS = 20_000;
/** For the answers that never come. */
export const SHORT_TIMEOUT_MS = 500;
/** How long `send` may take in all before a case gives it up. More than the short time-out, less than the patient one. */
const PATIENCE_MS = 5_000;

/** Letters, digits, and signs that look different in a URL. */
export const SECRET = "ck_7Qx9mZ2+vW4tR8/bK1yD5==";
/** A leak of so many characters in a row is a leak. */
const LEAK_LENGTH = 12;

/** Where no server is needed: nothing is called there. */
const NOWHERE = "http://127.0.0.1:9";

/** The connector under test and all options, with their defaults. */
export interface Suite<Payload> extends Required<Omit<ConformanceOptions, "seed">> {
  readonly seed: number | undefined;
  /** Makes the connector, connected to an address. */
  connect(baseUrl: string, timeoutMs?: number): Promise<Connector<Payload>>;
  /** Makes the connector where it has nothing to call. */
  disconnected(): Promise<Connector<Payload>>;
  /** Plans an example that must be delivered; the first one by default. */
  planned(connector: Connector<Payload>, event?: ConformanceEvent): DeliverDecision<Payload>;
}

/**
 * Completes the options.
 *
 * @throws TypeError if the suite would prove nothing with them
 */
export function suiteOf<Payload>(factory: ConnectorFactory<Payload>, options: ConformanceOptions): Suite<Payload> {
  const { events, secret = SECRET } = options;
  if (!Array.isArray(events) || events.length === 0) throw new TypeError("events must hold at least one event.");
  if (secret.length < 20) throw new TypeError("secret must have at least 20 characters.");
  const connect = async (baseUrl: string, timeoutMs = PATIENT_TIMEOUT_MS) => factory({ baseUrl, secret, timeoutMs });
  return {
    ...options,
    secret,
    statuses: options.statuses ?? {},
    derivedFields: options.derivedFields ?? [],
    runs: options.runs ?? 200,
    seed: options.seed,
    connect,
    disconnected: () => connect(NOWHERE),
    planned: (connector, event = events[0]) => {
      const decision = connector.plan(event);
      ensure(
        decision.action === "deliver",
        `An example event is not delivered: ${JSON.stringify(decision)}`,
        "give the suite events that your connector delivers as they are, with consent in context.consent.canonical",
      );
      return decision;
    },
  };
}

/** Waits for a call of the connector, but not for ever. */
export async function settled<T>(call: Promise<T>, what: string): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<"late">((resolve) => {
    timer = setTimeout(resolve, PATIENCE_MS, "late");
  });
  try {
    const first = await Promise.race([call.then((value) => ({ value })), late]);
    ensure(
      first !== "late",
      `${what} took longer than ${PATIENCE_MS / 1000} s.`,
      "bound the whole call by timeoutMs, the reading of the body included, and make no retries and no waits: the engine does that",
    );
    return first.value;
  } finally {
    clearTimeout(timer);
  }
}

/** Finds out whether a text holds the secret or a long part of it, as it is or as JSON, URLs and headers write it. */
export function leaks(text: string, secret: string): boolean {
  const forms = [secret, encodeURIComponent(secret), JSON.stringify(secret).slice(1, -1), base64(secret)];
  return forms.some((form) =>
    Array.from({ length: form.length - LEAK_LENGTH + 1 }, (_, start) => form.slice(start, start + LEAK_LENGTH)).some(
      (part) => text.includes(part),
    ),
  );
}

function base64(text: string): string {
  return Buffer.from(text).toString("base64");
}
