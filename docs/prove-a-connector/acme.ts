import {
  eventIssues,
  isSignalEvent,
  readConsent,
  readPath,
  type Connector,
  type Decision,
  type Vendor,
} from "@datafly/signal-connector-kit";
import { bearer, createHttp, HTTP_FAILURES } from "@datafly/signal-connector-kit/http";

/** What Acme stores of a person. */
interface Person {
  readonly email: string;
  readonly name?: string;
}

const vendor: Vendor = {
  name: "Acme",
  connector: "acme",
  record: "person",
  drops: {
    event_not_mapped: { meaning: "not one of Acme's events", whatToDo: "Nothing." },
    consent_denied: { meaning: "consent is denied", whatToDo: "Nothing." },
    consent_missing: { meaning: "no consent is known", whatToDo: "Check that the event carries its consent." },
  },
  rejections: {
    invalid_event: { meaning: "not a Signal event", whatToDo: "Fix the sender." },
    missing_email: { meaning: "no e-mail address", whatToDo: "Have the form ask for it." },
  },
  failures: HTTP_FAILURES,
  warnings: {},
  quotas: [{ name: "ten_seconds", lengthMs: 10_000, title: "quota of ten seconds" }],
};

/** Makes a connector to Acme. */
export function acmeConnector(settings: { url: string; token: string; timeoutMs: number }): Connector<Person> {
  const http = createHttp({
    vendor: vendor.name,
    baseUrl: settings.url,
    authentication: bearer(settings.token),
    quotas: { ten_seconds: { limit: "x-quota-limit", left: "x-quota-left" } },
    timeoutMs: settings.timeoutMs,
  });
  return {
    vendor,
    purpose: "marketing",
    events: ["Demo Requested"],
    idempotent: true,
    plan,
    send: ({ payload, warnings }, options) =>
      http.send(
        {
          method: "PUT",
          path: ["people", payload.email],
          json: payload,
          warnings,
          read: (body) => (readPath(body, ["id"]) === undefined ? undefined : { recordId: readPath(body, ["id"]) }),
        },
        options,
      ),
    check: (options) => http.check({ method: "GET", path: ["me"] }, options),
  };
}

function plan(event: unknown): Decision<Person> {
  try {
    if (!isSignalEvent(event)) return { action: "reject", reason: "invalid_event", issues: eventIssues(event) };
    if (event.type !== "track" || event.event !== "Demo Requested")
      return { action: "drop", reason: "event_not_mapped" };
    const consent = readConsent(event, "marketing");
    if (consent !== "granted") return { action: "drop", reason: `consent_${consent}` };

    const name = textAt(event, "name");
    const email = textAt(event, "email")?.toLowerCase();
    if (email === undefined || !/^[^\s@]+@[^\s@]+$/.test(email)) {
      return { action: "reject", reason: "missing_email", issues: [{ path: "traits.email", message: "No address" }] };
    }
    const payload = { email, ...(name !== undefined && { name }) };
    return { action: "deliver", payload, person: email, warnings: [] };
  } catch {
    return { action: "reject", reason: "invalid_event", issues: [{ path: "", message: "It cannot be read" }] };
  }
}

/** A trait as a text: trimmed, without invisible characters, and `undefined` if nothing is left. */
function textAt(event: unknown, trait: string): string | undefined {
  const value = readPath(event, ["traits", trait]);
  if (typeof value !== "string") return undefined;
  return value.replace(/[\p{Cc}\p{Default_Ignorable_Code_Point}]/gu, "").trim() || undefined;
}
