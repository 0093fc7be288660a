import { join } from "node:path";

import { Verifier } from "@pact-foundation/pact";
import { expect, test } from "vitest";

import { planDelivery } from "@datafly/signal-apollo-connector";

import { signalEventInteractions } from "../interactions/signal-events.js";
import { agreedPacts } from "../pact-folder.js";

const contract = join(agreedPacts, "signal-apollo-connector-signal-events.json");

/** Verifies the events that are made, by the descriptions in the contract. */
async function verify(eventOf: (event: Record<string, unknown>) => Record<string, unknown>): Promise<void> {
  const messageProviders = Object.fromEntries(
    signalEventInteractions.map(({ description, event }) => [
      description,
      // What is undefined is not on the wire.
      () => Promise.resolve(JSON.parse(JSON.stringify(eventOf(event))) as object),
    ]),
  );
  await new Verifier({
    provider: "signal-events",
    messageProviders,
    pactUrls: [contract],
    failIfNoPactsFound: true,
    logLevel: "error",
  }).verifyProvider();
}

test("the events of the examples and tests are those that the contract is about", async () => {
  await verify((event) => event);
});

test.each(signalEventInteractions)(
  "the event that is made is one that the connector decides as agreed: $description",
  ({ event, decision }) => {
    expect(planDelivery(JSON.parse(JSON.stringify(event)))).toMatchObject(decision);
  },
);

test.each([
  [
    "a flag of consent that is a text",
    (event) => ({ ...event, context: { consent: { canonical: { marketing: "true" } } } }),
  ],
  ["no consent", (event) => ({ ...event, context: {} })],
  ["another type", (event) => ({ ...event, type: "screen" })],
] as [string, (event: Record<string, unknown>) => Record<string, unknown>][])(
  "events with %s would break the contract",
  async (_, broken) => {
    await expect(verify(broken)).rejects.toThrow();
  },
);
