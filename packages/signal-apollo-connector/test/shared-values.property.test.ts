import { fc, test } from "@fast-check/vitest";
import { describe, expect, test as plainTest } from "vitest";

import * as connectorExports from "@datafly/signal-apollo-connector";
import {
  createApolloConnector,
  defaultBlueprint,
  planDelivery,
  traceMapping,
  type Blueprint,
  type ConnectorSettings,
  type PlanSettings,
} from "@datafly/signal-apollo-connector";
import { demoRequested, timsTraits, withTraits } from "../../../examples/events/events.js";

/** Events that are decided in every way. */
const events = [
  demoRequested(),
  withTraits({ phone: "555 303 1234", website: "?", email: "none", title: "T".repeat(3_000) }),
  withTraits({ first_name: "?" }),
  demoRequested({ event: "Signed Up", properties: { method: "Google" } }),
  demoRequested({ event: "Page Scrolled" }),
  demoRequested({ context: { consent: { canonical: { marketing: false } } } }),
  demoRequested({ context: {} }),
  { type: "track" },
  [],
  null,
];

const ownBlueprint = (): Blueprint => ({
  ...structuredClone<Blueprint>(defaultBlueprint),
  typed_custom_fields: {
    "66f1c0ffee0000000000c001": ["traits.title", { path: "traits.company", events: ["Signed Up"] }],
  },
});

/** Settings and connectors as users make them, each kept and used again after everything has been mutated. */
function users() {
  const plans: PlanSettings[] = [
    {},
    { deduplicate: false, defaultCountry: "US" },
    { blueprint: defaultBlueprint },
    { blueprint: ownBlueprint(), defaultCountry: "DE" },
  ];
  const settings: ConnectorSettings[] = plans.map((plan) => ({
    ...plan,
    ...(Object.hasOwn(plan, "blueprint") && { blueprint: ownBlueprint() }),
    apiKey: "key-of-a-test",
    client: { fetch: () => Promise.reject(new Error("no network")), maxRetries: 0 },
  }));
  const connectors = settings.map(createApolloConnector);
  const decide = () => ({
    planned: events.flatMap((event) => [planDelivery(event), ...plans.map((plan) => planDelivery(event, plan))]),
    traced: events.flatMap((event) => [traceMapping(event), ...plans.map((plan) => traceMapping(event, plan))]),
    connected: connectors.flatMap((connector) => events.map((event) => connector.plan(event))),
  });
  return { plans, settings, connectors, decide };
}

const mutation = fc.record({
  how: fc.constantFrom("assign", "delete", "define", "push", "truncate", "setPrototypeOf"),
  name: fc.constantFrom(
    ...["action", "reason", "contact", "warnings", "issues", "consent", "events", "fields", "labels", "deduplicate"],
    ...["defaultCountry", "blueprint", "meaning", "first_name", "value", "path", "code", "run_dedupe", "0", "1"],
  ),
  value: fc.constantFrom<unknown>("deliver", "essential", "DE", false, true, [], {}, ["Page Scrolled"], {
    first_name: "Eve",
    last_name: "Hacker",
  }),
});
type Mutation = typeof mutation extends fc.Arbitrary<infer T> ? T : never;

/** What of an object is frozen refuses with an error, or in silence. */
function mutate(target: object, { how, name, value }: Mutation): void {
  const fresh: unknown = structuredClone(value);
  try {
    switch (how) {
      case "assign":
        Reflect.set(target, name, fresh);
        break;
      case "delete":
        Reflect.deleteProperty(target, name);
        break;
      case "define":
        Reflect.defineProperty(target, name, { get: () => fresh, configurable: true, enumerable: true });
        break;
      case "push":
        if (Array.isArray(target)) target.push(fresh);
        break;
      case "truncate":
        if (Array.isArray(target)) target.length = 0;
        break;
      case "setPrototypeOf":
        Reflect.setPrototypeOf(target, { [name]: fresh });
        break;
    }
  } catch {
    // Frozen.
  }
}

/** Every object within a value, the value first. */
function objectsIn(value: unknown, seen = new Set<object>()): Set<object> {
  if (typeof value !== "object" || value === null || seen.has(value)) return seen;
  seen.add(value);
  for (const one of Object.values(value)) objectsIn(one, seen);
  return seen;
}

const { signalEventSchema, ...constants } = connectorExports;

describe("whatever a caller does to what it was given", () => {
  test.prop([fc.array(mutation, { minLength: 1, maxLength: 10 })], { numRuns: 50 })(
    "later decisions and traces are the same as before",
    async (mutations) => {
      const { plans, settings, connectors, decide } = users();
      const before = structuredClone(decide());
      const outcomes = await Promise.all(
        connectors.flatMap((connector) => events.map(async (event) => connector.deliver(event))),
      );
      const given = objectsIn([...plans, ...settings, ...connectors, decide(), outcomes, constants]);
      // An event is the caller's own: another event is decided in another way.
      for (const part of objectsIn(events)) given.delete(part);

      for (const target of given) for (const one of mutations) mutate(target, one);

      expect(decide()).toStrictEqual(before);
    },
  );

  plainTest("a schema that is changed changes no decision", () => {
    const before = planDelivery({});
    const original = Object.getOwnPropertyDescriptor(signalEventSchema, "safeParse");
    try {
      Object.assign(signalEventSchema, { safeParse: () => ({ success: true, data: {} }) });
      expect(planDelivery({})).toStrictEqual(before);
    } finally {
      Object.defineProperty(signalEventSchema, "safeParse", original ?? {});
    }
  });

  plainTest("warnings and issues of an outcome are not those of the decision", async () => {
    const connector = createApolloConnector({
      apiKey: "key-of-a-test",
      client: { fetch: () => Promise.reject(new Error("no network")), maxRetries: 0 },
    });
    for (const event of [withTraits({ email: "none" }), withTraits({ first_name: "?" })]) {
      const decision = connector.plan(event);
      const before = structuredClone(decision);
      for (const part of objectsIn(await connector.send(decision))) {
        mutate(part, { how: "truncate", name: "", value: undefined });
        mutate(part, { how: "assign", name: "message", value: "changed" });
      }
      expect(decision).toStrictEqual(before);
    }
  });
});

describe("what somebody sets on Object.prototype", () => {
  // Not `path` and `value`: zod and the language itself look for them there.
  const names = [
    ...["deduplicate", "defaultCountry", "blueprint", "consent", "typed_custom_fields", "events"],
    ...["warning", "first_name", "last_name", "email", "mobile_phone", "title", "label_names", "run_dedupe", "source"],
    "somethingElse",
  ];
  const values: unknown[] = [false, true, "DE", "essential", ["Page Scrolled"], { first_name: "traits.title" }, {}];

  plainTest.each(names)("changes no decision: %s", (name) => {
    const { decide } = users();
    const before = structuredClone(decide());
    const nobody = { ...timsTraits, first_name: undefined, last_name: undefined };
    const withoutName = planDelivery(demoRequested({ traits: nobody }));

    for (const value of values) {
      Object.defineProperty(Object.prototype, name, { value, configurable: true, enumerable: true, writable: true });
      const observed = [];
      try {
        // Those that were used before, and those that are made now.
        observed.push(decide(), users().decide(), planDelivery(demoRequested({ traits: nobody })));
      } finally {
        Reflect.deleteProperty(Object.prototype, name);
      }
      expect(observed).toStrictEqual([before, before, withoutName]);
    }
  });

  plainTest("does not lead the key elsewhere", async () => {
    const called: string[] = [];
    Object.defineProperty(Object.prototype, "baseUrl", { value: "https://evil.example", configurable: true });
    try {
      const fetch = (url: string) => {
        called.push(url);
        return Promise.reject(new Error("no network"));
      };
      const connector = createApolloConnector({ apiKey: "key-of-a-test", client: { fetch, maxRetries: 0 } });
      await connector.deliver(demoRequested());
    } finally {
      Reflect.deleteProperty(Object.prototype, "baseUrl");
    }
    expect(called).toEqual(["https://api.apollo.io/api/v1/contacts"]);
  });
});
