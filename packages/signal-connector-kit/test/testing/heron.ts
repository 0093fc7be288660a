import {
  deepFreeze,
  eventIssues,
  isSignalEvent,
  readConsent,
  readPath,
  type Connector,
  type Decision,
  type DeliverDecision,
  type DropDecision,
  type MappedField,
  type QuotaState,
  type SendFailed,
  type SendResult,
  type Vendor,
  type Warning,
} from "@datafly/signal-connector-kit";
import type { ConformanceOptions, ConformanceTarget } from "@datafly/signal-connector-kit/testing";

/** What Heron, an invented vendor, stores of a person. */
export interface HeronPerson {
  readonly email: string;
  readonly name?: string;
  readonly phone?: string;
  readonly tags: readonly string[];
}

const words = (meaning: string) => ({ meaning, whatToDo: "Nothing." });

const HERON: Vendor = deepFreeze({
  name: "Heron",
  connector: "heron",
  record: "person",
  drops: {
    event_not_mapped: words("not mapped"),
    consent_denied: words("consent denied"),
    consent_missing: words("no consent"),
  },
  rejections: { invalid_event: words("not an event"), missing_email: words("no e-mail address") },
  failures: {
    bad_token: { ...words("the token is wrong"), class: "setup" },
    wrong_address: { ...words("the address is wrong"), class: "setup" },
    slow_down: { ...words("the quota is used up"), class: "throttle" },
    not_reached: { ...words("it cannot be reached"), class: "transient" },
    no_answer: { ...words("it does not answer"), class: "transient" },
    strange_answer: { ...words("it answers something else"), class: "transient" },
    refused: { ...words("it refused the person"), class: "final" },
    aborted: { ...words("the call was aborted"), class: "interrupted" },
  },
  warnings: { invalid_phone: words("not a phone number") },
  quotas: [
    { name: "second", lengthMs: 1_000, title: "quota of the second" },
    { name: "day", lengthMs: 86_400_000, title: "quota of the day" },
  ],
});

/** The parts of the connector, so that a test can break one. */
export interface HeronParts {
  readonly hasConsent: (event: unknown) => "granted" | "denied" | "missing";
  readonly read: (event: unknown, path: readonly string[]) => unknown;
  readonly normalise: (text: string) => string | undefined;
  readonly phone: (text: string) => string | undefined;
  readonly warning: (phone: string) => Warning;
  readonly drop: (reason: DropDecision["reason"]) => DropDecision;
  readonly person: (payload: HeronPerson, event: unknown) => string;
  readonly tags: () => readonly string[];
  readonly payload: (person: HeronPerson) => HeronPerson;
  /** Makes the call. Rejects if there is no answer. */
  readonly call: (target: ConformanceTarget, body: string, signal: AbortSignal) => Promise<Response>;
  /** How many bytes of a body are read. */
  readonly maxBytes: number;
  readonly proves: (body: unknown) => boolean;
  readonly reasonOf: (status: number) => string;
  readonly maybeDelivered: (reason: string, status: number | undefined) => boolean;
  /** Whether an error proves that nothing was sent. */
  readonly neverSent: (error: unknown) => boolean;
  readonly retryAfter: (headers: Headers) => number | undefined;
  readonly quota: (headers: Headers) => QuotaState;
  readonly message: (reason: string, said: string) => string;
  readonly redact: (text: string, secret: string) => string;
  readonly recordId: (id: string) => string | undefined;
  readonly warnings: (decision: DeliverDecision<HeronPerson>) => readonly Warning[];
}

const read = (event: unknown, path: readonly string[]) => readPath(event, path);

export const HERON_PARTS: HeronParts = {
  hasConsent: (event) => readConsent(event, "marketing"),
  read,
  normalise: (text) => text.replace(/[\p{Cc}\p{Default_Ignorable_Code_Point}]/gu, "").trim() || undefined,
  phone: (text) => {
    const digits = text.replace(/[ ()-]/g, "");
    return /^\+?\d{5,15}$/.test(digits) ? `+${digits.replace("+", "")}` : undefined;
  },
  warning: () => ({ code: "invalid_phone", field: "phone", message: "It is not a phone number" }),
  drop: (reason) => ({ action: "drop", reason }),
  person: ({ email }) => `email:${email}`,
  tags: () => ["Signal"],
  payload: (person) => person,
  call: ({ baseUrl, secret }, body, signal) =>
    fetch(`${baseUrl}/v1/people`, {
      method: "POST",
      headers: { "x-token": secret, "content-type": "application/json" },
      body,
      signal,
      redirect: "manual",
    }),
  maxBytes: 100_000,
  proves: (body) => typeof readPath(body, ["person", "id"]) === "string",
  reasonOf: (status) => {
    if (status === 401 || status === 402 || status === 403) return "bad_token";
    if (status < 400 || status === 404) return "wrong_address";
    if (status === 429) return "slow_down";
    return status >= 500 || status === 408 ? "no_answer" : "refused";
  },
  maybeDelivered: (reason) => HERON.failures[reason]?.class === "transient" && reason !== "not_reached",
  neverSent: (error) => readCode(error) === "ECONNREFUSED",
  retryAfter,
  quota: (headers) => ({
    second: quotaOf(headers.get("x-heron-second-limit"), headers.get("x-heron-second-left")),
    day: null,
  }),
  message: (reason) => `Heron: ${HERON.failures[reason]?.meaning ?? reason}.`,
  redact: (text, secret) =>
    [secret, encodeURIComponent(secret), JSON.stringify(secret).slice(1, -1)].reduce(
      (one, form) => one.replaceAll(form, "***"),
      text,
    ),
  recordId: (id) => (/^p_\d{1,9}$/.test(id) ? id : undefined),
  warnings: ({ warnings }) => [...warnings],
};

/** A connector that keeps all promises, unless parts of it are replaced. */
export function heronConnector(target: ConformanceTarget, replaced: Partial<HeronParts> = {}): Connector<HeronPerson> {
  const parts = { ...HERON_PARTS, ...replaced };
  return {
    vendor: HERON,
    purpose: "marketing",
    events: ["Demo Requested"],
    idempotent: true,
    plan: (event) => planPerson(event, parts).decision,
    trace: (event) => planPerson(event, parts).mapped,
    send: (decision, { signal } = {}) => sendPerson(target, decision, signal, parts),
    check: async () => {
      try {
        const { status, body } = await fetch(`${target.baseUrl}/v1/me`, {
          headers: { "x-token": target.secret },
          signal: AbortSignal.timeout(target.timeoutMs),
          redirect: "manual",
        });
        await body?.cancel();
        return status === 200 ? { status: "ok" } : failed(parts.reasonOf(status), { httpStatus: status }, parts);
      } catch {
        return failed("no_answer", {}, parts);
      }
    },
  };
}

function planPerson(
  event: unknown,
  parts: HeronParts,
): { decision: Decision<HeronPerson>; mapped: readonly MappedField[] } {
  const end = (decision: Decision<HeronPerson>) => ({ decision, mapped: [] });
  try {
    if (!isSignalEvent(event)) return end({ action: "reject", reason: "invalid_event", issues: eventIssues(event) });
    if (event.type !== "track" || event.event !== "Demo Requested") return end(parts.drop("event_not_mapped"));
    const consent = parts.hasConsent(event);
    if (consent !== "granted") return end(parts.drop(`consent_${consent}`));

    const mapped: MappedField[] = [];
    const warnings: Warning[] = [];
    const field = (name: string, trait: string, write: (text: string) => string | undefined, warning?: Warning) => {
      const found = parts.read(event, ["traits", trait]);
      if (typeof found !== "string") return undefined;
      const sent = parts.normalise(found) === undefined ? undefined : write(found);
      if (sent === undefined && warning && parts.normalise(found)) warnings.push(warning);
      mapped.push({
        field: name,
        source: `traits.${trait}`,
        found,
        ...(sent !== undefined ? { sent } : warning && { warning }),
      });
      return sent;
    };
    const email = field("email", "email", (text) => address(parts.normalise(text)));
    const name = field("name", "name", parts.normalise);
    const raw = parts.read(event, ["traits", "phone"]);
    const phone = field("phone", "phone", parts.phone, parts.warning(typeof raw === "string" ? raw : ""));
    if (email === undefined) {
      const issues = [{ path: "traits.email", message: "No e-mail address" }];
      return { decision: { action: "reject", reason: "missing_email", issues }, mapped };
    }
    const payload = parts.payload({
      email,
      ...(name !== undefined && { name }),
      ...(phone !== undefined && { phone }),
      tags: parts.tags(),
    });
    return { decision: { action: "deliver", payload, person: parts.person(payload, event), warnings }, mapped };
  } catch {
    return end({ action: "reject", reason: "invalid_event", issues: [{ path: "", message: "It cannot be read" }] });
  }
}

function address(text: string | undefined): string | undefined {
  return text && /^[^\s@]+@[^\s@]+\.[^\s@]+$/.test(text) ? text.toLowerCase().normalize() : undefined;
}

async function sendPerson(
  target: ConformanceTarget,
  decision: DeliverDecision<HeronPerson>,
  aborted: AbortSignal | undefined,
  parts: HeronParts,
): Promise<SendResult> {
  const warnings = parts.warnings(decision);
  const lost = (reason: string, status?: number): SendFailed => ({
    ...failed(reason, status === undefined ? {} : { httpStatus: status }, parts),
    warnings,
  });
  if (aborted?.aborted) return { ...lost("aborted"), maybeDelivered: false };
  const timeout = AbortSignal.timeout(target.timeoutMs);
  const signal = aborted ? AbortSignal.any([aborted, timeout]) : timeout;
  let status: number | undefined;
  try {
    const response = await parts.call(target, JSON.stringify(decision.payload), signal);
    ({ status } = response);
    const { headers } = response;
    const quota = parts.quota(headers);
    const retryAfterMs = parts.retryAfter(headers);
    if (status !== 201) {
      const said = await firstOf(response, 2_000).catch(() => "");
      const reason = parts.reasonOf(status);
      return {
        ...failed(reason, { httpStatus: status }, parts, parts.redact(said, target.secret)),
        ...(said && { vendorMessage: parts.redact(said, target.secret).slice(0, 300) }),
        ...(retryAfterMs !== undefined && { retryAfterMs }),
        warnings,
        quota,
      };
    }
    const body = jsonOf(await firstOf(response, parts.maxBytes, true));
    if (!parts.proves(body)) return { ...lost("strange_answer", status), quota };
    const recordId = parts.recordId(String(readPath(body, ["person", "id"])));
    return { status: "delivered", httpStatus: status, ...(recordId !== undefined && { recordId }), warnings, quota };
  } catch (error) {
    if (aborted?.aborted) return { ...lost("aborted"), maybeDelivered: true };
    return lost(parts.neverSent(error) ? "not_reached" : "no_answer", status);
  }
}

/** @throws what reading throws, if the whole body is needed */
async function firstOf(response: Response, bytes: number, whole = false): Promise<string> {
  const reader = (response.body as ReadableStream<Uint8Array> | null)?.getReader();
  const decoder = new TextDecoder();
  let text = "";
  try {
    for (let read = 0; reader && read < bytes;) {
      // Of a refusal the first part is enough, and none if it does not come.
      const next = whole ? await reader.read() : await Promise.race([reader.read(), soon()]);
      if (next.done) return text;
      read += next.value.length;
      text += decoder.decode(next.value, { stream: true });
    }
    return text;
  } finally {
    reader?.cancel().catch(() => undefined);
  }
}

function soon(): Promise<{ done: true; value: undefined }> {
  return new Promise((resolve) => {
    setTimeout(resolve, 50, { done: true, value: undefined });
  });
}

function failed(reason: string, more: { httpStatus?: number }, parts: HeronParts, said = ""): SendFailed {
  const maybeDelivered = parts.maybeDelivered(reason, more.httpStatus);
  return { status: "failed", reason, maybeDelivered, message: parts.message(reason, said), ...more, warnings: [] };
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function readCode(error: unknown): unknown {
  return readPath(error, ["cause", "code"]);
}

function retryAfter(headers: Headers): number | undefined {
  const now = Date.parse(headers.get("date") ?? "");
  const values = (headers.get("retry-after") ?? "").split(/,(?! *\d\d[ -][a-z])/i).map((value) => value.trim());
  const waits = values
    .map((value) =>
      /^\d+(\.\d+)?$/.test(value)
        ? Number(value) * 1_000
        : value.includes(":")
          ? Date.parse(value.endsWith("GMT") ? value : `${value} GMT`) - now
          : Number.NaN,
    )
    .filter((wait) => !Number.isNaN(wait));
  return waits.length === 0 ? undefined : Math.min(Math.max(0, ...waits), 31_536_000_000);
}

function quotaOf(limit: string | null, left: string | null) {
  if (!limit || !left || !/^\d{1,9}$/.test(limit) || !/^\d{1,9}$/.test(left)) return null;
  return { limit: Number(limit), used: Math.max(0, Number(limit) - Number(left)), left: Number(left) };
}

/** What the suite has to know of Heron. */
export const HERON_OPTIONS: ConformanceOptions = {
  events: [
    {
      type: "track",
      event: "Demo Requested",
      messageId: "message-1",
      traits: { email: "Ada@Lead.example", name: "Ada Byron", phone: "+44 20 7183 8750" },
      context: { consent: { canonical: { marketing: true } } },
    },
  ],
  server: {
    written: { status: 201, body: { person: { id: "p_4711", email: "ada@lead.example" } } },
    checked: { status: 200, body: { account: "Lead Ltd" } },
    quotaHeaders: ["x-heron-second-limit", "x-heron-second-left"],
  },
};
