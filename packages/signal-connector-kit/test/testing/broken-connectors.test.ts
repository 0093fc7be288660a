import { readPath, type Connector } from "@datafly/signal-connector-kit";
import {
  connectorConformance,
  type ConformanceCase,
  type ConformanceTarget,
} from "@datafly/signal-connector-kit/testing";
import { describe, expect, test } from "vitest";

import { HERON_OPTIONS, HERON_PARTS, heronConnector, type HeronParts, type HeronPerson } from "./heron.js";

type Make = (target: ConformanceTarget) => Heron;
/** What is wrong with a connector, the connector, and the beginnings of the names of the cases that fail: each of at least one. */
type Broken = readonly [what: string, make: Make, failing: readonly string[]];

/** The connector with some of its parts replaced. */
function withParts(replaced: Partial<HeronParts>): Make {
  return (target) => heronConnector(target, replaced);
}

type Heron = Connector<HeronPerson>;
/** Functions that need no `this`. */
interface Functions extends Pick<Heron, "vendor"> {
  readonly plan: (...given: Parameters<Heron["plan"]>) => ReturnType<Heron["plan"]>;
  readonly send: (...given: Parameters<Heron["send"]>) => ReturnType<Heron["send"]>;
}

/** The connector with something around its functions. */
function around(change: (connector: Functions) => Partial<Heron>): Make {
  return (target) => {
    const connector = heronConnector(target);
    return { ...connector, ...change(connector) };
  };
}

const { reasonOf } = HERON_PARTS;
const SHARED_TAGS = ["Signal"];
let calls = 0;

const BROKEN_IN_PLANNING: readonly Broken[] = [
  [
    "takes anything truthy for consent",
    withParts({
      hasConsent: (event) => {
        const consent = readPath(event, ["context", "consent"]);
        const canonical = readPath(consent, ["canonical"]);
        const flag = readPath(canonical === undefined ? consent : canonical, ["marketing"]);
        return flag ? "granted" : flag === false ? "denied" : "missing";
      },
    }),
    ["consent: nothing but the literal true", "consent: it comes first"],
  ],
  [
    "reads consent with dots, and so what is inherited",
    withParts({
      hasConsent: (event) => {
        type Flags = { readonly marketing?: unknown } | null | undefined;
        const { context } = event as { context?: { consent?: { canonical?: Flags } & Flags } };
        const consent = context?.consent;
        const flag = (consent?.canonical === undefined ? consent : consent.canonical)?.marketing;
        return flag === true ? "granted" : flag === false ? "denied" : "missing";
      },
    }),
    ["consent: an inherited flag", "consent: a polluted Object.prototype"],
  ],
  [
    "reads the flat form of consent beside the canonical one",
    withParts({
      hasConsent: (event) => {
        const flags = [["canonical", "marketing"], ["marketing"]].map((path) =>
          readPath(event, ["context", "consent", ...path]),
        );
        return flags.includes(true) ? "granted" : flags.includes(false) ? "denied" : "missing";
      },
    }),
    ["consent: a malformed consent", "consent: a canonical form overrules"],
  ],
  [
    "rejects before it looks at consent",
    around(({ plan }) => ({
      plan: (event) => {
        const decision = plan(event);
        const isPlain = decision.action === "drop" && decision.reason !== "event_not_mapped";
        if (!isPlain || readPath(event, ["traits", "email"]) !== undefined) return decision;
        return { action: "reject", reason: "missing_email", issues: [{ path: "", message: "No e-mail address" }] };
      },
    })),
    ["consent: it comes first"],
  ],
  [
    "throws when an event has no traits",
    around(({ plan }) => ({
      plan: (event) => {
        const decision = plan(event);
        if (decision.action === "reject" && decision.reason === "missing_email") {
          return Object.keys((event as { traits: object }).traits).length > 0 ? decision : plan(undefined);
        }
        return decision;
      },
    })),
    ["plan: it never throws", "plan: the same event", "plan: it does not change", "plan: a later change"],
  ],
  [
    "puts the year into the payload",
    withParts({ tags: () => ["Signal", String(new Date().getFullYear())] }),
    ["plan: the same event"],
  ],
  ["shares a list between payloads", withParts({ tags: () => SHARED_TAGS }), ["plan: a later change"]],
  [
    "reads what is set on Object.prototype",
    withParts({ person: ({ email, phone }) => `${phone ?? "none"}:${email}`, payload: (person) => ({ ...person }) }),
    ["plan: what is set on Object.prototype"],
  ],
  [
    "tells people apart by the message",
    withParts({ person: (_, event) => String(readPath(event, ["messageId"])) }),
    ["plan: two events of one person"],
  ],
  ["sends blank values", withParts({ normalise: (text) => text }), ["values: no empty value"]],
  [
    "normalises what is normalised already",
    withParts({ phone: (text) => (/^\+?[\d ]+$/.test(text) ? `+${text.replaceAll(" ", "")}` : undefined) }),
    ["values: a value that is sent stays"],
  ],
  [
    "repeats a value in a warning",
    withParts({
      warning: (phone) => ({ code: "invalid_phone", field: "phone", message: `${phone} is not a phone number` }),
    }),
    ["values: no value of an event"],
  ],
  [
    "names a failure class that there is not",
    around(({ vendor }) => ({
      vendor: {
        ...vendor,
        failures: { ...vendor.failures, refused: { meaning: "-", whatToDo: "-", class: "fatal" as "final" } },
      },
    })),
    ["vendor: its words"],
  ],
];

const BROKEN_IN_CALLS: readonly Broken[] = [
  [
    "retries by itself",
    around(({ send }) => ({
      send: async (decision, options) => {
        const result = await send(decision, options);
        return result.status === "failed" && (result.httpStatus ?? 0) >= 500 ? send(decision, options) : result;
      },
    })),
    ["faults: the answer is 5", "Retry-After: it is reported of", "secrets: a server that repeats", "personal data:"],
  ],
  [
    "rejects when the network fails",
    around(({ send }) => ({
      send: async (decision, options) => {
        const result = await send(decision, options);
        if (result.status === "failed" && result.httpStatus === undefined) throw new Error(result.message);
        return result;
      },
    })),
    [
      "faults: the connection is",
      "faults: the answer is not HTTP",
      "faults: no answer",
      "faults: a call that is aborted",
    ],
  ],
  [
    "takes a lost connection for one that was never made",
    withParts({ neverSent: () => true }),
    [
      "faults: the connection is",
      "faults: the answer is not HTTP",
      "faults: no answer",
      "faults: half of",
      "faults: the body of a 201 is said",
    ],
  ],
  [
    "takes a refused connection for uncertain",
    withParts({ neverSent: () => false }),
    ["faults: the connection is refused"],
  ],
  [
    "takes every 201 for success",
    withParts({ proves: () => true }),
    ["faults: a proxy answers 201", "faults: the answer is 201", "faults: the body of a 201 is a compressed bomb"],
  ],
  [
    "takes a used-up quota for a fault of the event",
    withParts({ reasonOf: (status) => (status === 429 ? "refused" : reasonOf(status)) }),
    ["faults: the answer is 429"],
  ],
  [
    "takes a wrong key for a fault of the event",
    withParts({ reasonOf: (status) => (status === 401 ? "refused" : reasonOf(status)) }),
    ["faults: the answer is 401", "check: it says that a wrong secret"],
  ],
  [
    "takes a server that fails for one that refuses",
    withParts({ maybeDelivered: (reason, status) => status === undefined && reason !== "not_reached" }),
    [
      "faults: a proxy answers 201",
      "faults: the answer is 201",
      "faults: the body of a 201",
      "faults: half of",
      "faults: the answer is 408",
      "faults: the answer is 5",
    ],
  ],
  [
    "follows redirects",
    withParts({
      call: ({ baseUrl, secret }, body, signal) =>
        fetch(`${baseUrl}/v1/people`, { method: "POST", headers: { "x-token": secret }, body, signal }),
    }),
    ["faults: the answer is 30", "faults: a redirect to another host", "secrets: a server that repeats"],
  ],
  ["reads bodies of any size", withParts({ maxBytes: Infinity }), ["faults: the body of a 201 is a compressed bomb"]],
  [
    "reads only seconds from Retry-After, and waits a minute at most",
    withParts({
      retryAfter: (headers) => {
        const seconds = Number.parseInt(headers.get("retry-after") ?? "", 10);
        return Number.isNaN(seconds) ? undefined : Math.max(0, Math.min(60, seconds)) * 1_000;
      },
    }),
    [
      "Retry-After: a fraction",
      "Retry-After: an HTTP date",
      "Retry-After: a date",
      "Retry-After: two values",
      "Retry-After: more seconds than",
    ],
  ],
  [
    "makes NaN of a Retry-After that cannot be read",
    withParts({
      retryAfter: (headers) => (headers.has("retry-after") ? Number(headers.get("retry-after")) * 1_000 : undefined),
    }),
    ["Retry-After: "],
  ],
  [
    "believes quota headers",
    withParts({
      quota: (headers) => {
        const [limit = 0, left = 0] = ["limit", "left"].map((name) => Number(headers.get(`x-heron-second-${name}`)));
        return { second: { limit, used: 0, left } };
      },
    }),
    ["quota: headers that lie"],
  ],
  [
    "shows what a server says in its message",
    withParts({ message: (_, said) => `Heron says: ${said}` }),
    ["personal data:"],
  ],
  [
    "does not redact its token",
    withParts({ redact: (text) => text }),
    ["secrets: a server that repeats", "secrets: nor is a part"],
  ],
  ["shows any text as the id of a record", withParts({ recordId: (id) => id }), ["secrets: nor does a server"]],
  ["loses the warnings of a decision", withParts({ warnings: () => [] }), ["send: warnings of the decision"]],
  [
    "hands out the warnings of a decision",
    withParts({ warnings: ({ warnings }) => warnings }),
    ["send: it changes nothing"],
  ],
  [
    "keeps its token where it is logged",
    (target) => Object.assign(heronConnector(target), { token: target.secret }),
    ["secrets: the connector itself"],
  ],
  [
    "is idempotent by a key that is another one each time",
    withParts({
      call: ({ baseUrl, secret }, body, signal) =>
        fetch(`${baseUrl}/v1/people`, {
          method: "POST",
          headers: { "x-token": secret, "idempotency-key": String((calls += 1)) },
          body,
          signal,
          redirect: "manual",
        }),
    }),
    ["send: the same decision"],
  ],
  [
    "checks by writing",
    around(({ send, plan }) => ({
      check: async () => {
        const decision = plan(HERON_OPTIONS.events[0]);
        if (decision.action !== "deliver") throw new Error("Expected a delivery");
        const result = await send(decision);
        return result.status === "failed" ? result : { status: "ok" };
      },
    })),
    ["check: it writes nothing", "check: it is ok"],
  ],
];

const PLANNING = /^(vendor|consent|plan|values): /;
/** Cases in which something is waited for. */
const WAITING = /no answer|then nothing|aborted|of a connection that fails/;
/** Cases that take long and are like others. */
const MORE_OF_THE_SAME =
  /then nothing|never ends|of a connection that fails|answer is (30[238]|40[23569]|41|422|451|50[124]|5[29])/;

/** Runs a case, and returns its name if it fails. */
async function nameIfFails({ name, run }: ConformanceCase): Promise<string | undefined> {
  try {
    await run();
    return undefined;
  } catch (error) {
    expect(error).toMatchObject({ name: "ConformanceError", whatToDo: expect.any(String) as string });
    return name;
  }
}

function ensureFails(failed: readonly string[], beginnings: readonly string[]): void {
  expect(failed.filter((name) => !beginnings.some((beginning) => name.startsWith(beginning)))).toEqual([]);
  expect(beginnings.filter((beginning) => !failed.some((name) => name.startsWith(beginning)))).toEqual([]);
}

function casesOf(make: Make): readonly ConformanceCase[] {
  return connectorConformance(make, { ...HERON_OPTIONS, runs: 20, seed: 1 });
}

describe.each([
  ["planning", BROKEN_IN_PLANNING, (name: string) => PLANNING.test(name)],
  ["calls", BROKEN_IN_CALLS, (name: string) => !PLANNING.test(name) && !MORE_OF_THE_SAME.test(name)],
] as const)("broken in %s", (_, connectors, isTried) => {
  test.each(connectors)("a connector that %s fails there, and nowhere else", async (_, make, failing) => {
    const failed: string[] = [];
    for (const one of casesOf(make).filter(({ name }) => isTried(name))) failed.push((await nameIfFails(one)) ?? "");
    ensureFails(failed.filter(Boolean), failing);
  });
});

test("a connector that has no time-out and cannot be aborted fails where it waits, and nowhere else", async () => {
  const make = withParts({ call: (target, body) => HERON_PARTS.call(target, body, new AbortController().signal) });

  const failed = await Promise.all(
    casesOf(make)
      .filter(({ name }) => WAITING.test(name))
      .map(nameIfFails),
  );

  ensureFails(
    failed.flatMap((name) => name ?? []),
    [
      "faults: no answer comes",
      "faults: half of the body of a 201 comes, then nothing",
      "faults: a call that is aborted in flight",
      "secrets: it is in no result of a connection",
    ],
  );
});
