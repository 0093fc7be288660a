import { createApolloConnector, REASON_OF_ERROR, REASONS, WARNINGS } from "@datafly/signal-apollo-connector";
import type { Connector, DeliverDecision } from "@datafly/signal-connector-kit";
import type { CreateContactRequest } from "@datafly/apollo-client";
import { describe, expect, test } from "vitest";

import { APOLLO, apolloConnector, apolloPlanner } from "../src/apollo-connector.js";
import { emailOf, lead, leadWith, nameless, pageView } from "../../signal-delivery/test/support/events.js";
import { answerCreated, serverForTest } from "../../signal-delivery/test/support/http-server.js";

function connectorTo(url: string, deduplicate = true): Connector<CreateContactRequest> {
  const settings = { deduplicate };
  const client = { baseUrl: url, maxRetries: 0 };
  return apolloConnector(createApolloConnector({ ...settings, apiKey: "key", client }), settings);
}

/** Sends one lead to a server that answers in one way. */
async function sendTo(respond: Parameters<typeof serverForTest>[0], event: unknown = lead(1)) {
  const { url } = await serverForTest(respond);
  const connector = connectorTo(url);
  return connector.send(connector.plan(event) as DeliverDecision<CreateContactRequest>);
}

test("every reason and warning of the connector is in the vendor's tables", () => {
  const { drops, rejections, failures, warnings } = APOLLO;
  const reasons = { ...drops, ...rejections, ...failures };

  expect(Object.keys(reasons).sort()).toEqual(Object.keys(REASONS).sort());
  const ofErrors = new Set<string>([...Object.values(REASON_OF_ERROR), "lists_permission_denied", "lists_refused"]);
  expect(Object.keys(failures).sort()).toEqual([...ofErrors].sort());
  expect(warnings).toBe(WARNINGS);
});

test("quotas are listed the shortest first, with names that a log and a label can have", () => {
  const resumed = APOLLO.quotas.filter(({ ofResumed }) => ofResumed === true);
  expect(APOLLO.quotas.slice(-resumed.length)).toEqual(resumed);
  for (const quotas of [APOLLO.quotas.slice(0, -resumed.length), resumed]) {
    const lengths = quotas.map(({ lengthMs }) => lengthMs);
    expect(lengths).toEqual([...lengths].sort((a, b) => a - b));
  }
  for (const { name } of APOLLO.quotas) expect(name).toMatch(/^[A-Za-z_]{1,40}$/);
});

test("a decision to deliver has the request as its payload, and the person it is about", () => {
  const planner = apolloPlanner({});

  expect(planner.plan(lead(1))).toMatchObject({
    action: "deliver",
    payload: { email: emailOf(1), run_dedupe: true },
    person: `email:${emailOf(1)}`,
  });
  expect(planner.plan(pageView)).toEqual({ action: "drop", reason: "event_not_mapped" });
  expect(planner.plan(nameless)).toMatchObject({ action: "reject", reason: "missing_name" });
  expect(planner.purpose).toBe("marketing");
  expect(planner.events).toContain("Demo Requested");
});

test.each([true, false])("a connector is idempotent if it deduplicates: %s", (deduplicate) => {
  expect(connectorTo("http://127.0.0.1:9", deduplicate).idempotent).toBe(deduplicate);
});

describe("the result of a call", () => {
  test("has the contact's id, the quota and all warnings of the decision", async () => {
    const result = await sendTo(
      (response) => {
        answerCreated(response);
      },
      leadWith(1, { phone: "12" }),
    );

    expect(result).toMatchObject({ status: "delivered", httpStatus: 200, quota: { minute: null } });
    expect(result.warnings.map(({ field }) => field)).toContain("mobile_phone");
  });

  test("keeps what Apollo says out of the message: it can repeat the contact", async () => {
    const result = await sendTo((response) => {
      response.writeHead(422, {
        "content-type": "application/json",
        "x-rate-limit-minute": "50",
        "x-minute-usage": "3",
      });
      response.end(JSON.stringify({ error: `${emailOf(1)} is taken` }));
    });

    expect(result).toMatchObject({
      status: "failed",
      reason: "invalid_contact",
      maybeDelivered: false,
      httpStatus: 422,
      vendorMessage: `${emailOf(1)} is taken`,
      quota: { minute: { limit: 50, used: 3, left: 47 } },
    });
    expect("message" in result && result.message).not.toContain(emailOf(1));
  });

  test("of a connection that is lost says that the contact may be written, and has no HTTP status", async () => {
    const result = await sendTo((response) => response.destroy());

    expect(result).toMatchObject({ status: "failed", reason: "connection_failed", maybeDelivered: true });
    expect(result).not.toHaveProperty("httpStatus");
  });
});

test("a check of a key that is not valid fails with a reason that is certain", async () => {
  const { url } = await serverForTest(answerCreated, (response) => response.writeHead(401).end());

  const checked = await connectorTo(url).check?.();

  expect(checked).toMatchObject({ status: "failed", reason: "invalid_api_key", httpStatus: 401, warnings: [] });
  expect(APOLLO.failures.invalid_api_key).toMatchObject({ isCertain: true });
});
